"""The colour of skin at a lesion: what the card says of colours, and the light there against that on the card."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from skintwin.measure.calibration import Calibration
from skintwin.photo.photograph import Mask, Photograph

if TYPE_CHECKING:
    from skintwin.photo.cards.shading import LightRatio
    from skintwin.photo.cards.skin_colour import SkinColour

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LesionColour:
    """From linear sRGB of the photograph to that of skin lit by D65, at one lesion.

    colour: the card's correction for skin. light: at the lesion, relative to the card.
    """

    colour: SkinColour
    light: LightRatio

    def __call__(self, linear_srgb: Array) -> Array:
        """(..., 3) linear sRGB of the photograph → (..., 3) calibrated."""
        return self.colour(linear_srgb) * float(np.exp(-self.light.log))

    def lab_sd(self, lab: Array) -> Array:
        """(3,) standard deviation of a corrected L*a*b* (3,): of the colour and, by L* + 16 = 116 Y^⅓, of the light."""
        by_light = (lab + np.array([16.0, 0.0, 0.0])) / 3.0 * self.light.sd
        return np.asarray(np.hypot(self.colour.sd_lab, by_light))

    def gain_sd(self) -> Array:
        """(3,) standard deviation of ln(corrected / true) in each channel."""
        return np.asarray(np.hypot(self.colour.gain_sd, self.light.sd))


def lesion_colour(calibration: Calibration | None, photograph: Photograph, lesion: Mask) -> LesionColour | None:
    """Of a lesion, (h, w), in the photograph; None without a card."""
    if calibration is None or calibration.card is None:
        return None
    from skintwin.photo.cards.shading import light_ratio

    skin = replace(photograph, valid=photograph.valid & ~calibration.taken)
    return LesionColour(calibration.card.skin, light_ratio(skin, lesion, calibration.card))
