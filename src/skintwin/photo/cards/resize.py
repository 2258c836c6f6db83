"""A picture at another size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def resized(linear: NDArray[np.floating], factor: float) -> NDArray[np.float64]:
    """(h, w, 3) linear light at ``factor`` times the size, cut to [0, 1]: area average down, cubic up."""
    import cv2

    if factor == 1:
        return np.clip(np.asarray(linear, dtype=np.float64), 0, 1)
    height, width = linear.shape[:2]
    size = (round(width * factor), round(height * factor))
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    made = cv2.resize(np.asarray(linear, dtype=np.float32), size, interpolation=way)
    return np.asarray(np.clip(made.astype(np.float64), 0, 1))
