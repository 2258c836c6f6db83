"""The whole photograph, upright and small enough to look at, with what was found drawn at its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.photo.close_view import CloseView, part
from skintwin.photo.crop import CropGeometry
from skintwin.photo.outline import LesionOutline
from skintwin.photo.photograph import Mask, Photograph

Array = NDArray[np.float64]

FRAME_SIDE: Final = 1200
"""Pixels of the longer side: fills a page, and no face is sharper than it must be."""


@dataclass(frozen=True, eq=False)
class FrameView:
    """photograph, outline and ring (h, w) bool on the small frame. shrink: photograph pixels along one of the
    frame's."""

    photograph: Photograph
    outline: LesionOutline
    ring: Mask
    shrink: float


def frame_view(
    photograph: Photograph, outline: LesionOutline, close: CloseView, ring: Mask,
    correct: Callable[[Array], Array] | None = None, side: int = FRAME_SIDE,
) -> FrameView:  # fmt: skip
    """Reduce a photograph, its outline, and the ring that was found on the close view."""
    height, width = photograph.shape
    shrink = max(1.0, max(height, width) / side)
    ny, nx = max(1, round(height / shrink)), max(1, round(width / shrink))
    whole = CropGeometry(0.0, 0.0, float(height), float(width), ny, nx, (height, width))
    linear = part(photograph.linear_srgb, whole)
    linear = linear if correct is None else correct(linear)
    valid, mask, core = (
        part(m, whole) >= 0.5 for m in (photograph.valid, outline.mask, outline.core_mask)
    )
    small = replace(photograph, linear_srgb=linear.astype(np.float32), valid=valid, clipped=np.zeros_like(valid))
    y, x = ny / height, nx / width
    at = close.geometry
    inside = CropGeometry(at.top * y, at.left * x, at.height * y, at.width * x, at.ny, at.nx, (ny, nx))
    shown = inside.paste(ring.astype(np.float64), np.zeros((ny, nx))) >= 0.5
    polygon = (outline.polygon + 0.5) * [x, y] - 0.5
    return FrameView(small, replace(outline, mask=mask, core_mask=core & mask, polygon=polygon), shown, shrink)
