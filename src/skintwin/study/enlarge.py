"""A map of the patch at the size of a picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def enlarged(ratio: Array, shape: tuple[int, ...]) -> Array:
    """(ny, nx, 3) positive → (h, w, 3), bilinear between pixel centres in ln, so that a ratio of one stays one."""
    from scipy.ndimage import map_coordinates

    axes = [
        (np.arange(new) + 0.5) * old / new - 0.5 for new, old in zip(shape, ratio.shape[:2], strict=True)
    ]
    at = np.meshgrid(*axes, indexing="ij")
    channels = [map_coordinates(np.log(ratio[..., c]), at, order=1, mode="nearest") for c in range(3)]
    return np.asarray(np.exp(np.stack(channels, axis=-1)))
