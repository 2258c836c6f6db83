"""Scale at a lesion from a ruler, a coin or a typed length that lies some way off: what the unknown tilt does to it.

On a plane tilted by θ, a pixel a distance D away along the slope is larger or smaller by the share tan θ · D / f,
with f the camera's focal length in pixels. Of θ only its usual size is known (``photo.tilt_sd``); f is taken as that
of a phone's main camera (``photo.focal_share`` of the longer side). A ruler's own ticks tell the slope along it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.photo.photograph import Mask
from skintwin.photo.scale import Scale

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FarScale:
    """scale: at ``middle`` (2,) x, y in pixels. gradient: (2,) relative change of mm a pixel, for one pixel along x, y.
    known: (2,) unit vector along which it is known, or zeros."""

    scale: Scale
    middle: Array
    gradient: Array
    known: Array

    def scale_at(self, mask: Mask) -> Scale:
        """The scale at the middle of a lesion (h, w), its sd with the tilt across the ruler."""
        assert self.scale.mm_per_pixel is not None
        place = np.array([float(v.mean()) for v in np.nonzero(mask)[::-1]])
        away = place - self.middle
        across = away - (away @ self.known) * self.known
        focal = ledger().value("photo.focal_share", "1") * max(mask.shape)
        tilt = np.tan(np.radians(ledger().value("photo.tilt_sd", "degree")))
        change = float(np.clip(self.gradient @ away, -0.5, 0.5))
        relative = float(np.hypot(self.scale.relative_sd or 0.0, tilt * np.hypot(*across) / focal))
        return Scale(self.scale.mm_per_pixel * (1 + change), self.scale.origin, relative)


def far_scale(scale: Scale, start: Array, end: Array, change: float | None = None) -> FarScale:
    """From a length between two points. change: relative growth of mm a pixel from the start to the end, where ticks
    tell it; None where nothing does."""
    line = np.asarray(end, dtype=np.float64) - np.asarray(start, dtype=np.float64)
    length = float(np.hypot(*line))
    along = line / max(length, 1e-9)
    middle = (np.asarray(start, dtype=np.float64) + end) / 2
    if change is None:
        return FarScale(scale, middle, np.zeros(2), np.zeros(2))
    return FarScale(scale, middle, along * change / max(length, 1e-9), along)
