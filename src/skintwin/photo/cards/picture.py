"""What was seen: the card drawn on the photograph, each patch beside the colour that it should have."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.optics.colour import srgb_encode
from skintwin.photo.cards.card import Card
from skintwin.photo.cards.homography import project
from skintwin.photo.cards.reference import reference
from skintwin.photo.overlay import OUTLINE_COLOUR, with_scale_bar
from skintwin.photo.photograph import Photograph

Pixels = NDArray[np.uint8]

LEFT_OUT_COLOUR: Final = (213, 94, 0)
"""Okabe and Ito's vermilion: around patches that the fit did not use."""
_OUTER, _INNER = 0.34, 0.14  # of the pitch


def card_picture(photograph: Photograph, card: Card, side: int | None = None) -> Pixels:
    """(h, w, 3) encoded sRGB, of at most ``side`` pixels on the longer side: a frame around each patch
    (green when used, vermilion when left out), in its middle the published colour, "1" at dark skin, and the scale bar
    where a scale is known."""
    from PIL import Image, ImageDraw, ImageFont

    known = reference(card.kind.edition if card.kind else "2014-11")
    small, to_small = _reduced(photograph.linear_srgb, side)
    canvas = Image.fromarray(_encoded(small))
    draw = ImageDraw.Draw(canvas)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    width = max(1, round(min(small.shape[:2]) / 400))
    h = to_small @ card.placement.h
    for place, colour, used in zip(known.places, _encoded(known.linear_srgb), card.correction.used, strict=True):
        outer = project(h, place + _OUTER * corners)
        inner = project(h, place + _INNER * corners)
        closed = [tuple(point) for point in (*outer, outer[0])]
        draw.line(closed, fill=OUTLINE_COLOUR if used else LEFT_OUT_COLOUR, width=width)
        draw.polygon([tuple(point) for point in inner], fill=tuple(int(c) for c in colour))
    corners = project(to_small, card.corners)
    size = float(np.hypot(*(corners[1] - corners[0]))) / 5
    font = ImageFont.load_default(size=max(10, round(0.3 * size)))
    where = (float(corners[0, 0]), float(corners[0, 1]))
    draw.text(where, "1", fill="white", anchor="mm", font=font)
    return with_scale_bar(np.asarray(canvas), card.scale.resized(1 / to_small[0, 0]))


def _reduced(linear: NDArray[np.float32], side: int | None) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """The picture, area-averaged where it is larger, and the (3, 3) map from its pixels to the small ones."""
    import cv2

    height, width = linear.shape[:2]
    factor = 1.0 if side is None else min(1.0, side / max(height, width))
    if factor == 1.0:
        return linear, np.eye(3)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    x, y = size[0] / width, size[1] / height
    small = cv2.resize(linear, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small), np.array([[x, 0, x / 2 - 0.5], [0, y, y / 2 - 0.5], [0, 0, 1]])


def _encoded(linear: NDArray[np.floating]) -> Pixels:
    return np.asarray(np.round(255 * srgb_encode(np.clip(linear, 0, 1))), dtype=np.uint8)
