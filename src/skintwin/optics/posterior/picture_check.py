"""Differences within one picture against the bound for two unknowns, for people whose nuisances are not known.

A lesion with a share of the melanin of the skin around it, uneven blood, 1 % of noise. The error of ln(lesion / skin)
is that of a pixel of the lesion against the mean of the skin; the bound knows everything but this pixel's pigment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from skintwin.optics.inversion import Inverter
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.nuisance import PixelPrior
from skintwin.optics.pigment_table import PigmentTable
from skintwin.optics.posterior.bound import TONES, least_sd, tone
from skintwin.optics.posterior.channels import ChannelSet
from skintwin.optics.posterior.population import UNKNOWNS, Priors, people_at

SIDE: Final = 48
_BLOOD_SPREAD: Final = 0.15
_FLAT: Final = 1e-4
_SEED: Final = 4


@dataclass(frozen=True)
class Difference:
    """name: tone. bound: least sd of ln melanin of the lesion. error: rms of ln(lesion / skin) less the truth; offset:
    the part of it that all pixels of a person share. coverage: share of pixels within their relative sd."""

    name: str
    bound: float
    error: float
    offset: float
    coverage: float

    @property
    def ratio(self) -> float:
        """Error over the bound."""
        return self.error / self.bound


def picture_differences(left: float = 0.8, people: int = 16) -> list[Difference]:
    """One row for each tone I to VI; ``left``: melanin of the lesion relative to the skin."""
    table, rng = PigmentTable.build(LayeredSkin.reference()), np.random.default_rng(_SEED)
    inverter = Inverter(table, replace(PixelPrior.from_ledger(), shading_sd=_FLAT))
    return [_tone(inverter, name, left, people, rng) for name in TONES if name != "vitiligo"]


def _tone(inverter: Inverter, name: str, left: float, people: int, rng: np.random.Generator) -> Difference:
    prior, channels = Priors.from_ledger().known("slope", "corneum", "dermal"), ChannelSet.srgb()
    down, across = np.mgrid[0:SIDE, 0:SIDE] - SIDE / 2
    lesion = np.clip(1.3 - np.hypot(down, across) / (SIDE / 5), 0.0, 1.0)
    core, skin = lesion > 0.99, lesion == 0
    offsets, scatters, inside = [], [], []
    for _ in range(people):
        place = np.tile(rng.standard_normal(len(UNKNOWNS)), (SIDE * SIDE, 1))
        place[:, 0] = tone(TONES[name], prior)[0] + np.log(left) * lesion.ravel() / prior.sd[0]
        place[:, 1] = (0.3 * place[:, 1]) + _BLOOD_SPREAD * rng.standard_normal(SIDE * SIDE) / prior.sd[1]
        drawn = people_at(place, prior)
        seen = drawn.raw(channels)
        seen = (seen * np.exp(channels.noise.share * rng.standard_normal(seen.shape))).reshape(SIDE, SIDE, 3)
        found = inverter.estimate(seen, shared=inverter.share(seen, light_sd=_FLAT))
        away = np.log(np.maximum(found.melanin_um, 1e-3)) - np.log(drawn.melanin_um.reshape(SIDE, SIDE))
        error = away[core] - away[skin].mean()
        offsets.append(error.mean())
        scatters.append(error.std())
        inside.append(np.abs(error) < (found.melanin_sd_relative / np.maximum(found.melanin_um, 1e-3))[core])
    offset, scatter = (float(np.sqrt(np.mean(np.square(each)))) for each in (offsets, scatters))
    bound = least_sd(tone(TONES[name] * left, prior), channels, (), shading=1e-9)["melanin"]
    return Difference(name, bound, float(np.hypot(offset, scatter)), offset, float(np.mean(np.concatenate(inside))))
