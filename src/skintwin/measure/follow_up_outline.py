"""The outline of a lesion at a later visit: looked for where the baseline's lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from skintwin.errors import PhotographError
from skintwin.measure.visit import Visit, VisitSettings, refined
from skintwin.photo.find_outline import find_outline
from skintwin.photo.outline import LesionOutline, drawn_outline, given_outline
from skintwin.photo.photograph import Mask, Photograph
from skintwin.photo.region import find_outline_in

if TYPE_CHECKING:
    from skintwin.photo.registration import Registration

_LOOK = 0.9  # of the lesion's extent: margin in which a follow-up's outline is looked for
_SAME = 0.3  # share of the smaller of the two outlines that they must have in common
_ELSEWHERE = "another spot stands out more than the lesion of the first photograph: check both outlines"


def own_outline(skin: Photograph, settings: VisitSettings, kind: str) -> LesionOutline | None:
    """The given outline, or what stands out most by itself; None where nothing does."""
    if settings.outline is not None:
        from skintwin.photo.polygon import read_drawing

        mask, cut = read_drawing(settings.outline, skin.shape)
        return drawn_outline(mask, kind, cut)  # type: ignore[arg-type]
    try:
        if settings.box is not None:
            return find_outline_in(skin, settings.box, kind)  # type: ignore[arg-type]
        return find_outline(skin.linear_srgb, skin.valid, kind)  # type: ignore[arg-type]
    except PhotographError:
        return None


def follow_up_outline(
    baseline: Visit, skin: Photograph, settings: VisitSettings, first: LesionOutline | None,
    registration: Registration | None,
) -> tuple[LesionOutline, list[str]]:  # fmt: skip
    """The follow-up's outline, looked for where the baseline's lies; and notes."""
    if settings.outline is not None and first is not None:
        return first, []
    if registration is None:
        if first is None:
            raise PhotographError("no lesion stands out, and the photograph could not be laid over the baseline",
                                  where="follow-up", do="give its outline")  # fmt: skip
        return first, []
    expected = _moved_mask(baseline.outline.mask, registration, skin.shape)
    if not expected.any():
        raise PhotographError("the lesion of the baseline lies outside this photograph", where="follow-up",
                              do="take the photograph again with the lesion in it")  # fmt: skip
    if first is not None and _common(first.mask, expected) >= _SAME:
        return refined(skin, first), []
    notes = [_ELSEWHERE] if first is not None else []
    rows, columns = (np.nonzero(expected.any(axis=axis))[0] for axis in (1, 0))
    margin = int(np.ceil(_LOOK * (max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1))) + 8
    top, left = max(0, int(rows[0]) - margin), max(0, int(columns[0]) - margin)
    bottom, right = min(skin.shape[0], int(rows[-1]) + margin + 1), min(skin.shape[1], int(columns[-1]) + margin + 1)
    try:
        found = find_outline_in(skin, (left, top, right - left, bottom - top), baseline.outline.kind)
    except PhotographError:
        found = None
    if found is not None and _common(found.mask, expected) >= _SAME:
        return found, notes
    notes.append("no border of a lesion stands out here any more: the baseline's outline is used")
    return given_outline(expected, baseline.outline.kind), notes


def _common(one: Mask, other: Mask) -> float:
    """Share of the smaller of two masks that they have in common."""
    return float((one & other).sum()) / max(1.0, float(min(one.sum(), other.sum())))


def _moved_mask(mask: Mask, registration: Registration, shape: tuple[int, int]) -> Mask:
    """The baseline's mask in the follow-up's pixels, through its outlines."""
    from skimage.draw import polygon2mask
    from skimage.measure import find_contours

    moved = np.zeros(shape, dtype=np.bool_)
    for contour in find_contours(np.pad(mask, 1).astype(np.float32), 0.5):  # type: ignore[no-untyped-call]
        points = registration.to_follow_up(contour[:, ::-1] - 1.0)
        moved ^= np.asarray(polygon2mask(shape, points[:, ::-1]), dtype=np.bool_)  # type: ignore[no-untyped-call]
    return moved
