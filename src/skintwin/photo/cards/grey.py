"""A grey card: the colour of the light and its strength, and nothing on the camera's colours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.evidence import ledger
from skintwin.photo.cards.errors import OccludedCardError, SaturatedCardError, SmallCardError, UnlikeCardError
from skintwin.photo.photograph import Mask, Photograph

Array = NDArray[np.float64]

_LEAST_PIXELS = 100
_MOST_CLIPPED = 0.02
_MOST_SPREAD = 0.15  # interquartile range of ln(light): noise is below, an edge or a shadow above
_LIGHTS = {"green": ("greenest", 1, 0), "red": ("reddest", 0, 1), "blue": ("bluest", 2, 0)}
"""Hue → row of the ledger (``photo.grey_*``) with the most that ln of the one channel over the other can be."""
_SOME_SKIN = 0.75  # quantile over the rest of the picture: a quarter of it may be card, cloth and background
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

    Raises SmallCardError, SaturatedCardError, OccludedCardError (uneven: shadow, gloss, or the edge of the card),
    UnlikeCardError (of a colour that grey has in no light, or that of the skin in the rest of the picture).
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
    colour = np.maximum(np.median(colours, axis=0), 1e-4)
    _check_grey(colour, np.asarray(photograph.linear_srgb[photograph.valid & ~region], dtype=np.float64))
    return GreyCard(float(reflectance) / colour, spread)


def _check_grey(colour: Array, rest: Array) -> None:
    """Raises UnlikeCardError. colour: (3,) of the region. rest: (n, 3) of the picture around it, which holds skin."""
    value = ledger().value
    hues = [
        hue for hue, (most, one, other) in _LIGHTS.items()
        if np.log(colour[one] / colour[other]) > value(f"photo.grey_{most}", "1")
    ]  # fmt: skip
    if hues:
        raise UnlikeCardError(
            f"the region is {hues[0]}", where="grey card", expected="a neutral grey, whatever the light",
            do="draw the region on the grey card",
        )
    light = rest.mean(axis=1)
    seen = rest[light > 0.1 * np.median(light)] if len(rest) else rest  # deep shadow and black have no colour
    if len(seen) < _LEAST_PIXELS:
        return
    red = np.log(np.maximum(seen[:, 0], 1e-4) / np.maximum(seen[:, 1], 1e-4)) - np.log(colour[0] / colour[1])
    if np.quantile(red, _SOME_SKIN) < value("photo.grey_skin_redder", "1"):
        raise UnlikeCardError(
            "the region is as red as the rest of the picture, so it looks like skin", where="grey card",
            expected="a grey card beside skin, which is redder in every light",
            do="draw the region on the grey card, or leave the grey card out",
        )
