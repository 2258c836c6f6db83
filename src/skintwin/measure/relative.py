"""Colour of the lesion relative to the skin around it, channel by channel: what a photograph says without a card."""

from __future__ import annotations

import numpy as np

from skintwin.errors import PhotographError
from skintwin.measure.highlight import contrast_sd
from skintwin.measure.observation import Observation
from skintwin.photo.cards.without import relative_colour
from skintwin.photo.photograph import Mask, Photograph

_DARKEST = 1e-4  # linear light


def relative_observations(
    photograph: Photograph, lesion: Mask, skin: Mask, *, calibrated: bool, highlight_sd: float = 0.0
) -> list[Observation]:
    """``relative_R``, ``relative_G``, ``relative_B``: 100 (lesion / skin − 1), percent, of medians in linear light.

    calibrated: the colours were corrected by a card, whose tone curve is then known. highlight_sd: of what the
    reflection of a lamp adds to both, units of a white. Empty when too few pixels are
    left to compare.
    """
    try:
        found = relative_colour(photograph, lesion, skin, tone_known=calibrated)
    except PhotographError:
        return []
    note = "" if calibrated else "no colour card: the tone curve of the camera is not known and is in the error"
    ratio = np.exp(found.log_ratio)
    levels = [np.maximum(np.median(photograph.linear_srgb[region], axis=0), _DARKEST) for region in (lesion, skin)]
    sds = np.hypot(found.sd, contrast_sd(highlight_sd, *levels))
    return [
        Observation(f"relative_{c}", float(100 * (r - 1)), "percent",
                    "lesion over surrounding skin, medians in linear light, less one", float(100 * r * sd), note)
        for c, r, sd in zip("RGB", ratio, sds, strict=True)
    ]  # fmt: skip
