"""A grey card: the colour of the light and its strength, and nothing on the camera's colours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.photo.cards.errors import OccludedCardError, SaturatedCardError, SmallCardError
from skintwin.photo.photograph import Mask, Photograph

Array = NDArray[np.float64]

_LEAST_PIXELS = 100
_MOST_CLIPPED = 0.02
_MOST_SPREAD = 0.15  # interquartile range of ln(light): noise is below, an edge or a shadow above
GREY_REFLECTANCE = 0.18
"""Nominal reflectance of a photographic grey card (ISO 12232 uses 0.18); makers give single cards to 0.01."""


@dataclass(frozen=True, eq=False)
class GreyCard:
    """gain: (3,) per channel, so that the card becomes neutral with its reflectance. spread: interquartile, ln(light).

    warning: what a grey card cannot do.
    """

    gain: Array
    spread: float
    warning: str = "grey card: light balanced, colours of the camera not corrected; residual not known"

    def __call__(self, linear_srgb: ArrayLike) -> Array:
        """(..., 3) linear sRGB of the photograph -> balanced."""
        return np.asarray(linear_srgb, dtype=np.float64) * self.gain


def read_grey_card(photograph: Photograph, region: Mask, reflectance: float = GREY_REFLECTANCE) -> GreyCard:
    """Balance by the pixels of a grey card. region: (h, w) bool, drawn inside the card.

    Raises SmallCardError, SaturatedCardError, OccludedCardError (uneven: shadow, gloss, or the edge of the card).
    """
    inside = region & photograph.valid
    if inside.sum() < _LEAST_PIXELS:
        raise SmallCardError(
            f"the grey card has {int(inside.sum())} pixels", where="grey card", expected=f"{_LEAST_PIXELS} or more",
            do="draw a larger region",
        )
    if photograph.clipped[inside].mean() > _MOST_CLIPPED:
        raise SaturatedCardError(
            "the grey card is at the ceiling of the file", where="grey card", expected="less than 2 % of its pixels",
            do="take the picture again with less exposure",
        )
    colours = np.asarray(photograph.linear_srgb[inside], dtype=np.float64)
    light = np.log(np.maximum(colours.mean(axis=1), 1e-4))
    spread = float(np.subtract(*np.quantile(light, [0.75, 0.25])))
    if spread > _MOST_SPREAD:
        raise OccludedCardError(
            f"the region is uneven: half of its pixels differ by {100 * spread:.0f} %", where="grey card",
            expected=f"{100 * _MOST_SPREAD:.0f} % or less", do="draw the region inside the card, off shadow and gloss",
        )
    return GreyCard(float(reflectance) / np.maximum(np.median(colours, axis=0), 1e-4), spread)
