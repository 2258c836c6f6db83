"""People drawn from the prior of the inverse, and their colours by the project's emulator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skintwin.optics.emulator_inputs import AXES
from skintwin.optics.pigment_table import MELANIN_FOOT_UM
from skintwin.optics.posterior.channels import ChannelSet
from skintwin.optics.posterior.population import Priors, draw_people, record

TONES = (0.0, 0.006, 0.015, 0.03, 0.06, 0.1, 0.18, 0.451)
"""Bounds of the melanosome share by which accuracy is reported; the emulator ends at 45 %."""


@dataclass(frozen=True)
class Skins:
    """``share``, ``column`` (µm), ``blood``: (n,) truth. ``clean``, ``noisy``: (n, 3) linear sRGB."""

    share: np.ndarray
    column: np.ndarray
    blood: np.ndarray
    clean: np.ndarray
    noisy: np.ndarray

    def truth(self) -> tuple[np.ndarray, np.ndarray]:
        """ln(column + foot) and ln(blood), the two that are asked for."""
        return np.log(self.column + MELANIN_FOOT_UM), np.log(self.blood)


def draw(count: int, seed: int = 20_011) -> Skins:
    """``count`` people whom no training has seen. Noisy: with gloss, shading and noise; clean: without."""
    people, channels = draw_people(count, seed), ChannelSet.srgb()
    names = [axis.name for axis in AXES]
    thickness = 1e3 * AXES[names.index("epidermis_mm")].value(people.places[:, names.index("epidermis_mm")])
    noisy = record(people.raw(channels), channels, Priors.from_ledger().shading, np.random.default_rng(seed + 1))
    return Skins(
        people.melanin_um / thickness, people.melanin_um, people.blood,
        channels.recorded(channels.raw_at(people.places)), np.maximum(noisy, 1e-4),
    )  # fmt: skip
