"""Colour of the lesion relative to the skin around it, channel by channel: what a photograph says without a card."""

from __future__ import annotations

import numpy as np

from skintwin.errors import PhotographError
from skintwin.measure.observation import Observation
from skintwin.photo.cards.without import relative_colour
from skintwin.photo.photograph import Mask, Photograph


def relative_observations(
    photograph: Photograph, lesion: Mask, skin: Mask, *, calibrated: bool
) -> list[Observation]:
    """``relative_R``, ``relative_G``, ``relative_B``: 100 (lesion / skin − 1), percent, of medians in linear light.

    calibrated: the colours were corrected by a card, whose tone curve is then known. Empty when too few pixels are
    left to compare.
    """
    try:
        found = relative_colour(photograph, lesion, skin, tone_known=calibrated)
    except PhotographError:
        return []
    note = "" if calibrated else "no colour card: the tone curve of the camera is not known and is in the error"
    ratio = np.exp(found.log_ratio)
    return [
        Observation(f"relative_{c}", float(100 * (r - 1)), "percent",
                    "lesion over surrounding skin, medians in linear light, less one", float(100 * r * sd), note)
        for c, r, sd in zip("RGB", ratio, found.sd, strict=True)
    ]  # fmt: skip
