"""Absorption and scattering of the materials of skin, each a published formula of the wavelength.

Wavelengths in nm, any shape; coefficients in 1/mm, same shape. Numbers: ledger group ``optics``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.evidence import ledger
from skintwin.optics.tables import spectral_table

Array = NDArray[np.float64]


def _nm(wavelength: ArrayLike) -> Array:
    return np.asarray(wavelength, dtype=np.float64)


def eumelanin_absorption_jacques1998(wavelength: ArrayLike) -> Array:
    """Interior of a eumelanin-filled melanosome: mu_a = c (lambda / nm)^-p (key ``jacques1998``)."""
    scale = ledger().value("optics.eumelanin_coefficient", "1/mm")
    return np.asarray(scale * _nm(wavelength) ** -ledger().value("optics.eumelanin_exponent", "1"))


def pheomelanin_absorption_donner2006(wavelength: ArrayLike) -> Array:
    """Interior of a pheomelanin-filled melanosome: mu_a = c (lambda / nm)^-p (key ``donner2006``)."""
    scale = ledger().value("optics.pheomelanin_coefficient", "1/mm")
    return np.asarray(scale * _nm(wavelength) ** -ledger().value("optics.pheomelanin_exponent", "1"))


def melanin_absorption(wavelength: ArrayLike, eumelanin_share: ArrayLike) -> Array:
    """Melanosome interior with a share (0..1) of eumelanin, the rest pheomelanin; shapes broadcast."""
    share = np.asarray(eumelanin_share, dtype=np.float64)
    return np.asarray(
        share * eumelanin_absorption_jacques1998(wavelength)
        + (1.0 - share) * pheomelanin_absorption_donner2006(wavelength)
    )


def blood_absorption_prahl(wavelength: ArrayLike, saturation: ArrayLike) -> Array:
    """Whole blood: mu_a = ln(10) C / M [S eps_HbO2 + (1 - S) eps_Hb] (key ``prahl1998``); 250 to 1000 nm.

    saturation: 0..1; shapes broadcast.
    """
    table = spectral_table("haemoglobin_prahl")
    nm, s = _nm(wavelength), np.asarray(saturation, dtype=np.float64)
    oxy = np.interp(nm, table["wavelength_nm"], table["oxyhaemoglobin"])
    deoxy = np.interp(nm, table["wavelength_nm"], table["deoxyhaemoglobin"])
    grams = ledger().value("optics.blood_haemoglobin", "g/L")
    molar = grams / ledger().value("optics.haemoglobin_molar_mass", "g/mol")
    per_cm = np.log(10.0) * molar * (s * oxy + (1.0 - s) * deoxy)
    return np.asarray(per_cm / 10.0)  # the table is in 1/cm


def vessel_packaging_vanveen2002(absorption: ArrayLike, radius_mm: ArrayLike) -> Array:
    """Share of blood's absorption that light sees when blood is kept in vessels (key ``vanveen2002``).

    C = (1 - exp(-x)) / x with x = 2 mu_a r; 1 for r = 0. absorption: 1/mm, radius: mm; shapes broadcast.
    """
    x = 2.0 * np.asarray(absorption, dtype=np.float64) * np.asarray(radius_mm, dtype=np.float64)
    safe = np.where(x > 1e-8, x, 1.0)
    return np.where(x > 1e-8, -np.expm1(-safe) / safe, 1.0 - 0.5 * x)


def baseline_absorption_jacques1998(wavelength: ArrayLike) -> Array:
    """Bloodless, melanin-free tissue: mu_a = a + b exp(-(lambda - l0) / d) (key ``jacques1998``)."""
    offset = ledger().value("optics.baseline_offset", "1/mm")
    amplitude = ledger().value("optics.baseline_amplitude", "1/mm")
    origin = ledger().value("optics.baseline_origin", "nm")
    decay = ledger().value("optics.baseline_decay", "nm")
    return np.asarray(offset + amplitude * np.exp(-(_nm(wavelength) - origin) / decay))


def water_absorption_simpa2022(wavelength: ArrayLike) -> Array:
    """Liquid water (key ``groehl2022``), a table from 450 to 1000 nm; below 450 nm its first value, nearly nothing."""
    table = spectral_table("water")
    return np.asarray(np.interp(_nm(wavelength), table["wavelength_nm"], table["absorption"]) / 10.0)  # from 1/cm


def carotene_absorption_du1998(wavelength: ArrayLike, umol_per_litre: ArrayLike) -> Array:
    """Beta-carotene dissolved at a concentration in umol/L: ln(10) eps c, eps as in hexane (key ``du1998``).

    eps is a sum of four Gaussians of the wave number, fitted here to the measured spectrum (rms 0.8 % of its peak,
    360 to 600 nm) and scaled to the published peak. Lipids shift it by some nm to the red, which is left out.
    """
    bands = spectral_table("carotene_bands")
    number = 1e7 / _nm(wavelength)  # 1/cm
    steps = (number[..., None] - bands["centre_per_cm"]) / bands["width_per_cm"]
    shape = np.exp(-0.5 * steps**2) @ bands["height"]
    peak = ledger().value("optics.carotene_peak", "L/mol/mm")
    return np.asarray(np.log(10.0) * peak * shape * (np.asarray(umol_per_litre, dtype=np.float64) * 1e-6))


def scattering_tilt(wavelength: ArrayLike, slope: ArrayLike) -> Array:
    """Factor (lambda / 500 nm)^-slope on reduced scattering: 1 at 500 nm, steeper towards the blue for slope > 0."""
    return np.asarray((_nm(wavelength) / 500.0) ** -np.asarray(slope, dtype=np.float64))


def _rayleigh_mie(wavelength: ArrayLike, at_500: float, rayleigh: float, power: float) -> Array:
    ratio = _nm(wavelength) / 500.0
    return np.asarray(at_500 * (rayleigh * ratio**-4.0 + (1.0 - rayleigh) * ratio**-power))


def epidermis_scattering_jacques2013(wavelength: ArrayLike) -> Array:
    """Reduced scattering mu_s' of epidermis and stratum corneum, Rayleigh + Mie (key ``jacques2013``)."""
    return _rayleigh_mie(
        wavelength,
        ledger().value("optics.epidermis_scattering_500", "1/mm"),
        ledger().value("optics.epidermis_rayleigh_share", "1"),
        ledger().value("optics.epidermis_mie_power", "1"),
    )


def dermis_scattering_jacques2013(wavelength: ArrayLike) -> Array:
    """Reduced scattering mu_s' of the dermis, Rayleigh + Mie (key ``jacques2013``)."""
    return _rayleigh_mie(
        wavelength,
        ledger().value("optics.dermis_scattering_500", "1/mm"),
        ledger().value("optics.dermis_rayleigh_share", "1"),
        ledger().value("optics.dermis_mie_power", "1"),
    )


def subcutis_scattering_shimojo2020(wavelength: ArrayLike) -> Array:
    """Reduced scattering mu_s' of subcutaneous fat, a power law fitted to key ``shimojo2020``."""
    at_500 = ledger().value("optics.subcutis_scattering_500", "1/mm")
    return np.asarray(at_500 * (_nm(wavelength) / 500.0) ** -ledger().value("optics.subcutis_power", "1"))


def anisotropy_vangemert1989(wavelength: ArrayLike) -> Array:
    """Mean cosine g of scattering in skin, linear in the wavelength (key ``vangemert1989``)."""
    slope = ledger().value("optics.anisotropy_slope", "1/nm")
    return np.asarray(ledger().value("optics.anisotropy_offset", "1") + slope * _nm(wavelength))
