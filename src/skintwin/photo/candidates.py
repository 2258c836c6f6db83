"""Which connected piece of a contrast map is the lesion.

A lesion has a border: across it the contrast falls within a small distance. A highlight or a shadow has none; it fades.
A lesion's border is smooth: a blotch of blood or of uneven light is ragged where a threshold cuts it. A lesion has been
photographed for itself: it is large and in the middle, where a naevus beside it is small, however dark. A spot with
others like it around is one of a person's naevi. And a lesion has no four straight sides: what has is a card, a ruler
or a label, and is set aside.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from skintwin.photo.photograph import Mask

Array = NDArray[np.float64]

_LEVELS = 12
_EDGE = 0.012
"""Of the longer side of the frame: how far within and without a border the contrast is compared."""
_QUAD_SHARE = 0.002
"""Of the frame: smaller things are too few pixels to tell straight sides by."""
_QUAD_WIDTH = 0.03
"""Of the shorter side of the frame, of the narrow side of a thing: thinner ones are hair."""
_QUAD_LIKE = 0.93
"""Share of its hull that a piece must fill, to be a thing."""
_QUAD_CORNERS = 0.85
"""Share of its hull that four of its corners must fill: of a disc or an ellipse they fill 0.64."""
_EDGE_OF_RADIUS = 0.12
"""The same of the equivalent radius of a piece: a large soft lesion loses its contrast over a longer way."""
_LIKE_AREA = 6.0
"""Times as large or as small as a piece that others like it are."""
_LIKE_SMOOTH = 0.75
"""Smoothness from which another piece is a spot and no blotch."""
_LIKE_CONTRAST = 0.5
"""Of a piece's mean contrast, which others like it have at least."""
_MANY = 0.25
"""Power of the number of spots of a kind by which each counts less (docs/design.md)."""
_CENTRE_WIDTH = 0.7
"""Standard deviation of the preference for the middle of the frame, in half-diagonals' share of the side."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """mask: (h, w) bool. quality: sqrt(area) x centrality x smoothness of the border x powers of the contrast and of
    the share of the contrast that falls at the border (``Powers``), over a power of how many are of its kind."""

    mask: Mask
    quality: float


@dataclass(frozen=True)
class Powers:
    """Of what makes a piece a lesion. sharpness: of the share of the contrast that falls at the border. contrast: of
    the mean contrast."""

    sharpness: float
    contrast: float


def best_candidate(
    contrast: Array, noise: float, smallest: float, largest: float, powers: Powers
) -> tuple[Candidate | None, Mask]:
    """The piece that stands out most, over a range of thresholds; and (h, w) bool, things with four straight sides.

    contrast: (h, w), 0 for surrounding skin, positive towards the lesion. noise: its sd on skin.
    smallest, largest: share of the frame that a lesion may fill.
    Of all pieces at all thresholds, the one with the highest quality. In white noise contrast x sqrt(area) would find
    the most likely one; skin varies over all distances, and what else lies on it is dark, so that contrast says less.
    Pieces far from the centre, and pieces that leave through the frame, count less.
    """
    from scipy import ndimage

    things = np.zeros(contrast.shape, dtype=np.bool_)
    top = float(np.quantile(contrast, 1 - smallest / 2))
    if top <= 2 * noise:
        return None, things
    reach = max(2, round(_EDGE * max(contrast.shape)))
    thinnest = _QUAD_WIDTH * min(contrast.shape)
    best: Candidate | None = None
    its_level = top
    for level in np.geomspace(max(1.5 * noise, 0.08 * top), 0.85 * top, _LEVELS):
        labels = ndimage.label(contrast > level)[0]
        for piece, box in enumerate(ndimage.find_objects(labels), start=1):
            mask = labels[box] == piece
            share = mask.sum() / contrast.size
            if not smallest <= share <= largest:
                continue
            if share >= _QUAD_SHARE and four_sided(mask, reach, thinnest):
                things[box] |= ndimage.binary_fill_holes(mask)
                continue
            quality = float(contrast[box][mask].mean()) ** powers.contrast * float(np.sqrt(mask.sum()))
            quality *= _centrality(mask, box, contrast.shape) * _smoothness(mask)
            if best is not None and quality <= best.quality:
                continue  # the border can only make it less
            wide = max(reach, round(_EDGE_OF_RADIUS * float(np.sqrt(mask.sum() / np.pi))))
            quality *= _border(contrast, mask, box, wide) ** powers.sharpness
            if best is None or quality > best.quality:
                full = np.zeros(contrast.shape, dtype=np.bool_)
                full[box] = mask
                best, its_level = Candidate(full, quality), float(level)
    if best is not None:
        best = replace(best, quality=best.quality / _of_its_kind(contrast, its_level, best.mask) ** _MANY)
    return best, things


def _of_its_kind(contrast: Array, level: float, mask: Mask) -> int:
    """How many spots like a piece, itself included, stand above the threshold at which it was found."""
    from scipy import ndimage

    size, strength = float(mask.sum()), float(contrast[mask].mean())
    labels = ndimage.label((contrast > level) & ~mask)[0]
    count = 1
    for piece, box in enumerate(ndimage.find_objects(labels), start=1):
        other = labels[box] == piece
        if not size / _LIKE_AREA <= other.sum() <= size * _LIKE_AREA:
            continue
        alike = float(contrast[box][other].mean()) >= _LIKE_CONTRAST * strength
        count += int(alike and _smoothness(other) >= _LIKE_SMOOTH)
    return count


def four_sided(mask: Mask, reach: int, thinnest: float) -> bool:
    """Whether a piece (h, w), its holes and its notches of up to ``reach`` pixels filled (the ticks of a ruler), is a
    quadrilateral with no side shorter than ``thinnest``: a card, a ruler or a label seen at any angle."""
    import cv2

    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    padded = np.pad(mask.astype(np.uint8), 2 * reach + 2)
    pieces, _ = cv2.findContours(cv2.morphologyEx(padded, cv2.MORPH_CLOSE, disc), cv2.RETR_EXTERNAL,
                                 cv2.CHAIN_APPROX_NONE)  # fmt: skip
    outer = max(pieces, key=cv2.contourArea)
    if len(outer) < 4 or min(cv2.minAreaRect(outer)[1]) < thinnest:
        return False
    area = float(cv2.contourArea(outer))
    hull = cv2.convexHull(outer)
    whole = float(cv2.contourArea(hull))
    if area < 16 or area < _QUAD_LIKE * whole:
        return False
    around = cv2.arcLength(hull, True)
    for share in (0.02, 0.03, 0.045):
        corners = cv2.approxPolyDP(hull, share * around, True)
        if len(corners) == 4:
            return bool(cv2.contourArea(corners) >= _QUAD_CORNERS * whole)  # the corners are of the hull
    return False


def _smoothness(mask: Mask) -> float:
    """(perimeter of the hull / perimeter)^2 of a piece without its holes: 1 for a disc as for a straight scar, little
    where bays cut into it."""
    import cv2

    pieces, _ = cv2.findContours(np.pad(mask.astype(np.uint8), 1), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outer = max(pieces, key=len)
    around = cv2.arcLength(outer, True)
    return float(cv2.arcLength(cv2.convexHull(outer), True) / around) ** 2 if around > 0 else 1.0


def _border(contrast: Array, mask: Mask, box: tuple[slice, ...], reach: int) -> float:
    """Share (0.02 to 1) of a piece's contrast that is lost from just inside to just outside its border."""
    import cv2

    rows, columns = box
    height, width = contrast.shape
    top, left = max(0, rows.start - reach), max(0, columns.start - reach)
    bottom, right = min(height, rows.stop + reach), min(width, columns.stop + reach)
    near = np.zeros((bottom - top, right - left), np.uint8)
    near[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left] = mask
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    inside = (near > 0) & (cv2.erode(near, disc, borderType=cv2.BORDER_REPLICATE) == 0)
    outside = (near == 0) & (cv2.dilate(near, disc) > 0)
    values = contrast[top:bottom, left:right]
    if not inside.any() or not outside.any():
        return 0.02
    lost = float(values[inside].mean() - values[outside].mean())
    return float(np.clip(lost / max(float(values[near > 0].mean()), 1e-9), 0.02, 1.0))


def frame_share(mask: Mask) -> float:
    """Share of a mask's border pixels that lie on the frame of the picture."""
    from scipy import ndimage

    border = mask & ~ndimage.binary_erosion(mask)
    on_frame = np.zeros_like(mask)
    on_frame[[0, -1]] = on_frame[:, [0, -1]] = True
    return float((border & on_frame).sum() / max(border.sum(), 1))


def _centrality(mask: Mask, box: tuple[slice, ...], shape: tuple[int, ...]) -> float:
    rows, columns = np.nonzero(mask)
    off = [
        (where.mean() + part.start - (n - 1) / 2) / n
        for where, part, n in zip((rows, columns), box, shape, strict=True)
    ]
    central = np.exp(-0.5 * (off[0] ** 2 + off[1] ** 2) / (_CENTRE_WIDTH / 2) ** 2)
    open_sides = sum(
        float(edge.sum())
        for edge, touches in (
            (mask[0], box[0].start == 0), (mask[-1], box[0].stop == shape[0]),
            (mask[:, 0], box[1].start == 0), (mask[:, -1], box[1].stop == shape[1]),
        )
        if touches
    )
    girth = 2 * np.sqrt(np.pi * mask.sum())
    return float(central * np.exp(-3 * open_sides / girth))
