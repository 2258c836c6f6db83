"""Hair on a photograph, dark or light, and the picture with hair bridged.

A closing by a line segment fills every dark structure that is shorter than the segment along its direction. A hair is
filled by all directions but its own; a small round spot by all; a large one by none. So

    hair = max over directions of closing - min over directions of closing

is the contrast of lines alone, and a lentigo of any size leaves it small. Light hair is the same with openings. Where
this exceeds the ledger's contrast along a straight run the line is seeded, and around the seeds it is followed down to
half of the contrast; relief and glare make no long runs, and what is wider than 0.6 of the segment starts no hair. The
program DullRazor goes the same way: closings along lines, a test of length and width, filling from beside.

The search runs on a copy of at most 2000 pixels, on which a hair of 0.06 mm on 100 mm of skin is still a pixel wide.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.photo.photograph import FloatImage, Mask, Photograph

Bytes = NDArray[np.uint8]

_LONGEST: Final = 2000
_SEGMENT: Final = 0.012  # of the longer side
_DIRECTIONS: Final = 8
_LEVELS: Final = 255 / 100  # of the 8-bit lightness per L*
_WIDEST: Final = 0.6  # of the segment: what holds a disc of this width starts no hair
_RUN: Final = 2  # segments: what is straight for less is a spot, relief or glare


def hair_mask(photograph: Photograph) -> Mask:
    """(h, w) bool: pixels under hair, dark or light, widened by the blur of its edge."""
    import cv2

    small, factor = _lightness(photograph)
    segment = max(15, round(_SEGMENT * max(small.shape))) | 1
    lines = _lines(small, segment) | _lines(np.asarray(255 - small, dtype=np.uint8), segment)
    widened = cv2.dilate(lines.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3)))
    height, width = photograph.shape
    if factor < 1:
        grown = cv2.resize(widened * np.uint8(255), (width, height), interpolation=cv2.INTER_LINEAR)
        widened = (grown > 100).astype(np.uint8)
    return np.asarray((widened > 0) & photograph.valid)


def remove_hair(photograph: Photograph) -> tuple[Photograph, Mask]:
    """The photograph with hair bridged by the skin beside it, and (h, w) bool where that was done.

    Bridged colours are guesses: use them to look at and to outline, and leave the mask out of every measure.
    """
    mask = hair_mask(photograph)
    return replace(photograph, linear_srgb=_bridged(photograph.linear_srgb, mask | ~photograph.valid, mask)), mask


def _lightness(photograph: Photograph) -> tuple[Bytes, float]:
    """8-bit L* of a copy of at most 2000 pixels, and its size relative to the photograph."""
    import cv2

    height, width = photograph.shape
    factor = min(1.0, _LONGEST / max(height, width))
    # Y of linear sRGB (IEC 61966-2-1)
    light = cv2.transform(photograph.linear_srgb, np.array([[0.2126, 0.7152, 0.0722]], dtype=np.float32))
    valid = photograph.valid
    if not valid.all():
        light = np.where(valid, light, np.median(light[valid]) if valid.any() else 0)
    if factor < 1:
        light = cv2.resize(light, (round(width * factor), round(height * factor)), interpolation=cv2.INTER_AREA)
    star = 116 * np.cbrt(np.clip(light, 0.0, 1.0)) - 16  # CIE L*, but for its linear foot, below 8
    return np.asarray(np.round(np.clip(star, 0, 100) * _LEVELS), dtype=np.uint8), factor


def _lines(lightness: Bytes, segment: int) -> Mask:
    """Dark lines: seeded where the contrast of the ledger holds along a straight run, followed to half of it."""
    import cv2

    closings = [cv2.morphologyEx(lightness, cv2.MORPH_CLOSE, k) for k in _segments(segment, _DIRECTIONS)]
    most, least = closings[0], closings[0]
    for closing in closings[1:]:
        most, least = np.maximum(most, closing), np.minimum(least, closing)
    # a line is darker than its fillings where it is itself, not where a segment bridges two of them
    contrast = np.minimum(cv2.subtract(most, least), cv2.subtract(most, lightness))
    high = ledger().value("photo.hair_contrast", "1") * _LEVELS
    weak = (contrast > high / 2).astype(np.uint8)
    widest = round(_WIDEST * segment) | 1
    thick = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (widest, widest))
    broad = cv2.dilate(cv2.morphologyEx(weak, cv2.MORPH_OPEN, thick), thick)
    slim = weak & (1 - (broad > 0).astype(np.uint8))
    near = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    # one pixel wider, so that a run may bend
    strong = cv2.dilate((contrast > high).astype(np.uint8) & slim, near)
    runs = np.zeros_like(strong)
    for kernel in _segments(_RUN * segment | 1, 2 * _DIRECTIONS):
        runs |= cv2.morphologyEx(strong, cv2.MORPH_OPEN, kernel)
    around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (segment, segment))
    # knots where hairs cross are broad and are taken with the runs that lead to them
    return np.asarray((cv2.dilate(runs, around) & weak) > 0)


def _segments(length: int, directions: int) -> list[Bytes]:
    """Line segments through the middle of a square, one for each direction."""
    import cv2

    half = length // 2
    kernels = []
    for angle in np.arange(directions) * np.pi / directions:
        end = np.round(half * np.array([np.cos(angle), np.sin(angle)])).astype(int)
        kernel = np.zeros((length, length), dtype=np.uint8)
        cv2.line(kernel, (int(half - end[0]), int(half - end[1])), (int(half + end[0]), int(half + end[1])), 1)
        kernels.append(kernel)
    return kernels


def _bridged(linear: FloatImage, unknown: Mask, wanted: Mask) -> FloatImage:
    """Means of the known pixels around, over the smallest window that holds enough of them."""
    import cv2

    weight = (~unknown).astype(np.float32)
    known = linear * weight[..., None]
    out = np.array(linear, dtype=np.float32)
    left = wanted.copy()
    side = 5
    longest = max(linear.shape[:2])
    while left.any() and side < 2 * longest:
        share = cv2.blur(weight, (side, side), borderType=cv2.BORDER_ISOLATED)
        mean = cv2.blur(known, (side, side), borderType=cv2.BORDER_ISOLATED)
        enough = left & (share > 0.3 if side < longest else share > 0)
        out[enough] = mean[enough] / share[enough][:, None]
        left &= ~enough
        side = 2 * side - 1
    return out
