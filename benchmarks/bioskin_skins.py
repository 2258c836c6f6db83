"""Skins drawn from the inverse's own prior, and their colours by the project's emulator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skintwin.evidence import ledger
from skintwin.optics.emulator import SkinEmulator
from skintwin.optics.emulator_inputs import AXES
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.nuisance import PixelPrior, nuisance_sd, spread
from skintwin.optics.pigment_nodes import with_blood
from skintwin.optics.pigment_table import MELANIN_FOOT_UM
from skintwin.optics.spectra import VISIBLE_NM, spectrum_to_linear_srgb

TONES = (0.0, 0.006, 0.015, 0.03, 0.06, 0.1, 0.18, 0.45)
"""Bounds of the melanosome share by which accuracy is reported."""


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


def draw(count: int, seed: int = 1) -> Skins:
    """``count`` skins. What falls outside the emulator's bounds is drawn again.

    Melanin column, blood and nuisances have the priors of the ledger; noise 1 % of each channel, shading 5 %, and a
    residue of gloss, as the inverse assumes.
    """
    random, book, sd, prior = np.random.default_rng(seed), ledger(), nuisance_sd(), PixelPrior.from_ledger()
    usual = LayeredSkin.reference()
    bounds = {axis.name: (axis.low, axis.high) for axis in AXES}

    def within(name: str, make: np.ufunc) -> np.ndarray:
        values = make(random.standard_normal(count))
        while (bad := (values < bounds[name][0]) | (values > bounds[name][1])).any():
            values[bad] = make(random.standard_normal(int(bad.sum())))
        return values

    thickness = within("epidermis_mm", lambda z: usual.epidermis_mm * np.exp(sd["epidermal_thickness"] * z))
    middle = np.log(prior.melanin_um + MELANIN_FOOT_UM)
    column = np.exp(middle + prior.melanin_sd * random.standard_normal(count)) - MELANIN_FOOT_UM
    while (bad := (column < 0) | (column > 1e3 * thickness * bounds["melanin_fraction"][1])).any():
        column[bad] = np.exp(middle + prior.melanin_sd * random.standard_normal(int(bad.sum()))) - MELANIN_FOOT_UM
    horny = spread(book.parameter("optics.stratum_corneum_thickness"))
    skin = usual.replace(
        epidermis_mm=thickness,
        melanin_fraction=column / (1e3 * thickness),
        saturation=within("saturation", lambda z: usual.saturation + sd["saturation"] * z),
        eumelanin_share=within("eumelanin_share", lambda z: usual.eumelanin_share + sd["eumelanin_share"] * z),
        scattering_scale=within("scattering_scale", lambda z: np.exp(sd["scattering"] * z)),
        stratum_corneum_mm=within("stratum_corneum_mm", lambda z: usual.stratum_corneum_mm * np.exp(horny * z)),
    )
    blood = within("blood_papillary", lambda z: prior.blood * np.exp(prior.blood_sd * z))
    emulator = SkinEmulator.load()
    rows = np.isin(emulator.wavelength, VISIBLE_NM)
    clean = spectrum_to_linear_srgb(emulator.reflectance(with_blood(skin, blood))[:, rows])
    lit = clean + sd["specular_residue"] * random.standard_normal((count, 1))
    lit = lit * np.exp(prior.shading_sd * random.standard_normal((count, 1)))
    noisy = np.maximum(lit * (1.0 + prior.noise * random.standard_normal((count, 3))), 1e-4)
    return Skins(column / (1e3 * thickness), column, blood, clean, noisy)
