"""Whether the intervals hold on photographs: people rendered with texture, gloss, lens, sensor noise and compression.

Each photograph shows a patch of one person of the population, lit by chance; some of its pixels are inverted, and
the intervals are counted that hold the truth of the place. None of these people was used in training. A pixel on which
a hair lies shows hair and not skin; such pixels are left out unless asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.optics import colour
from skintwin.optics.camera.device import Camera
from skintwin.optics.measured_skin import ITA_CLASSES, ita_class
from skintwin.optics.posterior.population import MELANIN_FOOT, Priors
from skintwin.optics.posterior.rendered import HAIRED, one_photograph, spread_people
from skintwin.optics.posterior.table import PosteriorTable
from skintwin.optics.texture.settings import Texture

Array = NDArray[np.float64]

SEED: Final = 90210
"""Seed of the people in the photographs; training must not use it."""
SIDE: Final = 40
"""Pixels along a photograph."""
PIXELS: Final = 16
"""Pixels of each photograph that are inverted."""
_Z: Final = (1.0, 1.6448536269514722)


@dataclass(frozen=True)
class Coverage:
    """Photographs of one tone class: how many, and the share (%) of pixels whose truth lies within the intervals of
    68.3 and of 90 %, for melanin and for blood; rms error of ln melanin and ln blood (%). melanin_error, blood_error:
    standard errors (points) of the shares; the pixels of one photograph count as one."""

    name: str
    photographs: int
    melanin: tuple[float, float]
    blood: tuple[float, float]
    rms: tuple[float, float]
    melanin_error: tuple[float, float]
    blood_error: tuple[float, float]

    @property
    def worst(self) -> float:
        """Largest distance from what is asked, in points."""
        return max(
            abs(got - asked) for pair in (self.melanin, self.blood) for got, asked in zip(pair, ASKED, strict=True)
        )


ASKED: Final = (68.27, 90.0)
"""Percent that the intervals should hold."""


def photograph_coverage(
    table: PosteriorTable, count: int, *, camera: Camera | None = None, texture: Texture | None = None,
    seed: int = SEED, by_light: bool = True, haired: bool = False,
) -> list[Coverage]:  # fmt: skip
    """Coverage by tone class of ``count`` photographs; the class is that of the picture's median colour (SCE).

    by_light: uneven light between photographs with the ledger's spread of shading. haired: pixels under hair count too.
    """
    people = spread_people(count, seed)
    chosen, drawn = camera or Camera.usual(), texture or Texture()
    rng = np.random.default_rng(seed + 1)
    dim = np.exp(Priors.from_ledger().shading * rng.standard_normal(count)) if by_light else np.ones(count)
    rows, classes = [], []
    for n in range(count):
        seen = one_photograph(people, n, chosen, drawn, float(dim[n]), side=SIDE, seed=seed)
        at = rng.choice(np.flatnonzero(haired | (seen.hair < HAIRED)), PIXELS)
        found, melanin, blood = table.estimate(seen.pixels[at]), seen.melanin[at], seen.blood[at]
        u = (np.log(melanin + MELANIN_FOOT) - np.log(found.melanin_um + MELANIN_FOOT)) / found.melanin_sd
        v = (np.log(blood) - np.log(found.blood)) / found.blood_sd
        error = np.log(np.maximum(found.melanin_um, 1e-3) / np.maximum(melanin, 1e-3)) ** 2
        rows.append(np.stack([np.abs(u), np.abs(v), error, (v * found.blood_sd) ** 2]))
        middle = colour.srgb_decode(np.median(seen.pixels, axis=0) / 255.0)
        classes.append(ita_class(float(colour.ita_degrees(colour.linear_srgb_to_lab(middle)))))
    every, names = np.stack(rows), np.array(classes)
    groups = [(name, every[names == name]) for name, _ in ITA_CLASSES]
    return [_count(name, group) for name, group in [*groups, ("all", every)] if len(group)]


def _count(name: str, z: Array) -> Coverage:
    of_each = [[100.0 * np.mean(z[:, k] < limit, axis=1) for limit in _Z] for k in (0, 1)]
    share = [tuple(float(each.mean()) for each in pair) for pair in of_each]
    error = [tuple(float(each.std() / np.sqrt(len(z))) for each in pair) for pair in of_each]
    rms = [100.0 * float(np.sqrt(z[:, k].mean())) for k in (2, 3)]
    return Coverage(
        name, len(z), (share[0][0], share[0][1]), (share[1][0], share[1][1]), (rms[0], rms[1]),
        (error[0][0], error[0][1]), (error[1][0], error[1][1]),
    )  # fmt: skip
