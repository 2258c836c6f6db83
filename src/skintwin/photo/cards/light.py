"""How evenly the card was lit: a plane through the brightness of its patches.

    ln(seen / expected) = a + b u + c v
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skintwin.photo.cards.correction import Correction
from skintwin.photo.cards.reference import Reference

Array = NDArray[np.float64]

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # IEC 61966-2-1
_DARKEST = 0.05  # luminance: below, glare and noise say more than the light


@dataclass(frozen=True, eq=False)
class Light:
    """slope: (2,) change of ln(light) from patch to patch along a row and down a column; sd: (2,) of it.

    relative: (24,) light on each patch over the mean of all. ratio: brightest over darkest corner.
    """

    slope: Array
    sd: Array
    relative: Array
    ratio: float

    @property
    def tilted(self) -> bool:
        """Whether the slope is more than chance, three standard deviations in a direction."""
        return bool((np.abs(self.slope) > 3 * self.sd).any())


def fit_light(seen: Array, correction: Correction, card: Reference) -> Light:
    """(24, 3) seen and a correction -> the plane, robust to single patches (reweighted least squares)."""
    bright = correction.used & (card.linear_srgb @ _LUMINANCE > _DARKEST)
    made = np.maximum(correction(seen) @ _LUMINANCE, 1e-6)
    value = np.log(made / (card.linear_srgb @ _LUMINANCE))[bright] / correction.power
    centred = card.places - card.places.mean(axis=0)
    design = np.column_stack([np.ones(bright.sum()), centred[bright]])
    weight = np.ones(len(value))
    for _ in range(8):
        root = np.sqrt(weight)
        plane = np.linalg.lstsq(design * root[:, None], value * root, rcond=None)[0]
        rest = value - design @ plane
        width = max(1.5 * float(np.median(np.abs(rest))), 0.02)
        weight = 1 / (1 + (rest / (2 * width)) ** 2)
    spread = float((weight @ rest**2) / max(weight.sum() - 3, 1.0))
    sd = np.sqrt(spread * np.diag(np.linalg.inv((design * weight[:, None]).T @ design)))[1:]
    relative = np.exp(centred @ plane[1:])
    return Light(plane[1:], sd, relative, float(relative.max() / relative.min()))
