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


def card_picture(photograph: Photograph, card: Card) -> Pixels:
    """(h, w, 3) encoded sRGB: a frame around each patch (green when used, vermilion when left out), in its middle the
    published colour, "1" at dark skin, and the scale bar where a scale is known."""
    from PIL import Image, ImageDraw, ImageFont

    known = reference(card.kind.edition if card.kind else "2014-11")
    canvas = Image.fromarray(_encoded(photograph.linear_srgb))
    draw = ImageDraw.Draw(canvas)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    width = max(1, round(min(photograph.shape) / 400))
    for place, colour, used in zip(known.places, _encoded(known.linear_srgb), card.correction.used, strict=True):
        outer = project(card.placement.h, place + _OUTER * corners)
        inner = project(card.placement.h, place + _INNER * corners)
        closed = [tuple(point) for point in (*outer, outer[0])]
        draw.line(closed, fill=OUTLINE_COLOUR if used else LEFT_OUT_COLOUR, width=width)
        draw.polygon([tuple(point) for point in inner], fill=tuple(int(c) for c in colour))
    size = float(np.hypot(*(card.corners[1] - card.corners[0]))) / 5
    font = ImageFont.load_default(size=max(10, round(0.3 * size)))
    where = (float(card.corners[0, 0]), float(card.corners[0, 1]))
    draw.text(where, "1", fill="white", anchor="mm", font=font)
    return with_scale_bar(np.asarray(canvas), card.scale)


def _encoded(linear: NDArray[np.floating]) -> Pixels:
    return np.asarray(np.round(255 * srgb_encode(np.clip(linear, 0, 1))), dtype=np.uint8)
