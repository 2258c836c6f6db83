"""A smaller copy of the photograph on which the lesion is looked for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.photo.photograph import FloatImage, Mask

Array = NDArray[np.float64]

_WORKING_SIDE = 384  # pixels: a lesion of 2 % of the frame is still 50 pixels wide


def working_view(linear: FloatImage, valid: Mask) -> tuple[Array, Mask]:
    """Area-average in linear light to the working size. Returns ((h, w, 3), (h, w) bool)."""
    import cv2

    factor = min(1.0, _WORKING_SIDE / max(valid.shape))
    if factor == 1.0:
        return np.asarray(linear, dtype=np.float64), valid.copy()
    height, width = valid.shape
    ny, nx = (max(16, round(n * factor)) for n in (height, width))
    if valid.all():
        small = cv2.resize(np.asarray(linear, dtype=np.float32), (nx, ny), interpolation=cv2.INTER_AREA)
        return np.asarray(small, dtype=np.float64), np.ones((ny, nx), dtype=np.bool_)
    share = cv2.resize(valid.astype(np.float32), (nx, ny), interpolation=cv2.INTER_AREA).astype(np.float64)
    shown = np.where(valid[..., None], linear, np.float32(0))
    total = cv2.resize(shown, (nx, ny), interpolation=cv2.INTER_AREA).astype(np.float64)
    return total / np.maximum(share, 1e-6)[..., None], np.asarray(share > 0.5)
