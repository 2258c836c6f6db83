"""A picture at another size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def resized(linear: NDArray[np.floating], factor: float) -> NDArray[np.float64]:
    """(h, w, 3) linear light in [0, 1] at ``factor`` times the size: area average down, cubic up, cut to [0, 1]."""
    from PIL import Image

    if factor == 1:
        return np.asarray(linear, dtype=np.float64)
    height, width = linear.shape[:2]
    size = (round(width * factor), round(height * factor))
    way = Image.Resampling.BOX if factor < 1 else Image.Resampling.BICUBIC
    planes = [Image.fromarray(np.asarray(linear[..., k], dtype=np.float32)).resize(size, way) for k in range(3)]
    return np.clip(np.stack([np.asarray(plane, dtype=np.float64) for plane in planes], axis=-1), 0, 1)
