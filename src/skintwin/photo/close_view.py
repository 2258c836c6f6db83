"""The part of a photograph around a lesion, on at most ``SIDE`` pixels: what colours and pigment are measured on.

The outline and its area stay those of the whole photograph. Here colours are averaged in linear light where the
photograph has more pixels than are needed, so that a 12-megapixel photograph costs what a small one does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.photo.crop import CropGeometry
from skintwin.photo.outline import LesionOutline, bounds
from skintwin.photo.photograph import Mask, Photograph

Array = NDArray[np.float64]

SIDE: Final = 720
"""Pixels: a lesion that fills half of it has a border of a thousand pixels and 0.3 % of its area in each of them."""
_MARGIN = 1.1  # of the ring's outer radius


@dataclass(frozen=True, eq=False)
class CloseView:
    """photograph: the part, its colours corrected where a card was read. outline: of the lesion in its pixels.
    geometry: where it lies. shrink: pixels of the photograph along one of its own."""

    photograph: Photograph
    outline: LesionOutline
    geometry: CropGeometry
    shrink: float


def close_view(
    photograph: Photograph, outline: LesionOutline, *, correct: Callable[[Array], Array] | None = None, side: int = SIDE
) -> CloseView:
    """Cut out the lesion with its ring of surrounding skin. correct: (..., 3) linear sRGB to calibrated linear sRGB."""
    geometry = around(outline.mask, side)
    return view_at(photograph, outline, geometry, correct)


def around(mask: Mask, side: int = SIDE) -> CropGeometry:
    """The window: the lesion, and the outer radius of the ring on every side, inside the photograph, whole pixels."""
    rows, columns = bounds(mask)
    radius = float(np.sqrt(np.count_nonzero(mask) / np.pi))
    margin = int(np.ceil(_MARGIN * max(ledger().value("photo.ring_outer", "1") * radius, 5.0))) + 2
    top, left = max(0, rows.start - margin), max(0, columns.start - margin)
    bottom = min(mask.shape[0], rows.stop + margin)
    right = min(mask.shape[1], columns.stop + margin)
    height, width = bottom - top, right - left
    shrink = max(1.0, max(height, width) / side)
    return CropGeometry(
        float(top), float(left), float(height), float(width), max(1, round(height / shrink)),
        max(1, round(width / shrink)), (int(mask.shape[0]), int(mask.shape[1])),
    )  # fmt: skip


def view_at(
    photograph: Photograph, outline: LesionOutline, geometry: CropGeometry,
    correct: Callable[[Array], Array] | None = None,
) -> CloseView:  # fmt: skip
    """The view of a given window."""
    share, clipped = part(photograph.valid, geometry), part(photograph.clipped, geometry) > 0.25
    window, valid = window_of(geometry), share > 0.5
    shown = photograph.linear_srgb[window]
    whole = bool((share >= 1.0 - 1e-6).all())
    if not whole:
        shown = np.where(photograph.valid[window][..., None], shown, np.float32(0))
    linear = _averaged(shown, geometry)
    if not whole:
        linear /= np.maximum(share, 1e-6)[..., None]
    linear = linear if correct is None else correct(linear)
    seen = replace(photograph, linear_srgb=linear.astype(np.float32), valid=valid, clipped=clipped)
    shrink = float(np.sqrt(geometry.height / geometry.ny * geometry.width / geometry.nx))
    mask, core = (part(m, geometry) >= 0.5 for m in (outline.mask, outline.core_mask))
    polygon = (outline.polygon + 0.5 - [geometry.left, geometry.top]) / shrink - 0.5
    return CloseView(seen, replace(outline, mask=mask, core_mask=core & mask, polygon=polygon), geometry, shrink)


def part(picture: NDArray[np.generic], geometry: CropGeometry) -> Array:
    """(h, w, ...) -> (ny, nx, ...) mean over each pixel of the window, which is cut out first."""
    return _averaged(picture[window_of(geometry)], geometry)


def window_of(geometry: CropGeometry) -> tuple[slice, slice]:
    """Rows and columns of the photograph."""
    top, left = int(geometry.top), int(geometry.left)
    return slice(top, top + round(geometry.height)), slice(left, left + round(geometry.width))


def _averaged(window: NDArray[np.generic], geometry: CropGeometry) -> Array:
    if (geometry.ny, geometry.nx) == window.shape[:2]:
        return np.asarray(window, dtype=np.float64)
    import cv2

    kept = np.asarray(window, dtype=np.float64 if window.dtype == np.float64 else np.float32)
    return np.asarray(cv2.resize(kept, (geometry.nx, geometry.ny), interpolation=cv2.INTER_AREA), dtype=np.float64)
