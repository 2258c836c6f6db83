"""Looking for a lesion in a part of the photograph only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from skintwin.errors import PhotographError
from skintwin.photo.find_outline import find_outline
from skintwin.photo.limits import SMALLEST_SIDE
from skintwin.photo.outline import Kind, LesionOutline
from skintwin.photo.photograph import Mask, Photograph

Box = tuple[int, int, int, int]
"""left, top, width, height in pixels."""


def find_outline_in(
    photograph: Photograph, box: Box | None = None, kind: Kind | None = None
) -> LesionOutline:
    """Find the most prominent lesion inside a box; its masks are those of the whole photograph.

    The skin is estimated inside the box only, so give a margin of skin around the lesion.
    box: None for the whole photograph. Raises PhotographError for a box outside it, and as ``find_outline``.
    """
    if box is None:
        return find_outline(photograph.linear_srgb, photograph.valid, kind)
    rows, columns = photograph.shape
    left, top, width, height = inside_frame(box, photograph.shape, SMALLEST_SIDE, "box")
    window = (slice(top, top + height), slice(left, left + width))
    part = find_outline(photograph.linear_srgb[window], photograph.valid[window], kind)

    def whole(mask: Mask) -> Mask:
        full = np.zeros((rows, columns), dtype=np.bool_)
        full[window] = mask
        return full

    polygon = part.polygon + np.array([left, top], dtype=np.float64)
    return replace(part, mask=whole(part.mask), core_mask=whole(part.core_mask), polygon=polygon)


def inside_frame(box: Box, shape: tuple[int, int], smallest: int, where: str) -> Box:
    """The box, which lies inside (rows, columns) ``shape`` with sides from ``smallest`` on; PhotographError if not."""
    left, top, width, height = box
    rows, columns = shape
    inside = left >= 0 and top >= 0 and left + width <= columns and top + height <= rows
    if not inside or min(width, height) < smallest:
        raise PhotographError(
            f"the box {left},{top},{width},{height} cannot be used", where=where,
            expected=f"left,top,width,height inside {columns} x {rows}, sides from {smallest} pixels on",
        )
    return box


def parse_box(text: str) -> Box:
    """ "left,top,width,height" -> four whole numbers. Raises PhotographError for anything else."""
    parts = text.split(",")
    if len(parts) != 4 or not all(part.strip().isdecimal() and len(part) < 8 for part in parts):
        raise PhotographError(f"{text!r} is not a box", where="box",
                              expected="left,top,width,height in pixels")
    left, top, width, height = (int(part) for part in parts)
    return left, top, width, height
