"""A map as it would be if the registration were wrong by its own error."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def by_place(now: Array, moved: float, told: Callable[[Array], float]) -> float:
    """Standard deviation of ``told(now)`` when (h, w) ``now`` lies elsewhere by ``moved`` pixels along one axis (one
    standard deviation); 0 for none."""
    from scipy import ndimage

    if moved <= 0:
        return 0.0
    here = told(now)
    there = [told(ndimage.shift(now, way, order=1, mode="nearest"))
             for way in ((moved, 0), (-moved, 0), (0, moved), (0, -moved))]  # fmt: skip
    # Variances along both axes: twice the mean over the four ways.
    return float(np.sqrt(2.0 * np.mean([(each - here) ** 2 for each in there])))
