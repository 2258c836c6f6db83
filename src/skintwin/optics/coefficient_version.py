"""What the optical coefficients of skin came from, in one word, so that stored results can tell when they are stale."""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.optics.emulator_inputs import AXES, skin_at
from skintwin.optics.quadrature import DEFAULT_POINTS
from skintwin.optics.tables import spectral_table

Array = NDArray[np.float64]

LAYER_MODEL: Final = 1
"""Raised by hand when :meth:`LayeredSkin.optical_layers` or the transport changes its results."""
_KEYS: Final = (
    "optics.eumelanin_coefficient",
    "optics.eumelanin_exponent",
    "optics.pheomelanin_coefficient",
    "optics.pheomelanin_exponent",
    "optics.blood_haemoglobin",
    "optics.haemoglobin_molar_mass",
    "optics.baseline_offset",
    "optics.baseline_amplitude",
    "optics.baseline_origin",
    "optics.baseline_decay",
    "optics.epidermis_scattering_500",
    "optics.epidermis_rayleigh_share",
    "optics.epidermis_mie_power",
    "optics.dermis_scattering_500",
    "optics.dermis_rayleigh_share",
    "optics.dermis_mie_power",
    "optics.subcutis_scattering_500",
    "optics.subcutis_power",
    "optics.anisotropy_offset",
    "optics.anisotropy_slope",
    "optics.refractive_index",
    "optics.carotene_peak",
    "optics.papillary_thickness",
    "optics.reticular_thickness",
    "optics.subcutis_thickness",
    "optics.blood_ratio_reticular",
    "optics.blood_ratio_subcutis",
)
_TABLES: Final = ("haemoglobin_prahl", "carotene_bands")


def fingerprint() -> str:
    """Sixteen hexadecimal digits of everything that the emulated spectra depend on: the ledger's numbers, the tables,
    the inputs and their bounds, the quadrature and the version of the layer model."""
    book = ledger()
    lines = [f"layer model {LAYER_MODEL}", f"directions {DEFAULT_POINTS}", *(repr(axis) for axis in AXES)]
    for key in _KEYS:
        entry = book.parameter(key)
        lines.append(f"{key} {entry.value!r} {entry.unit}")
    for name in _TABLES:
        lines += [f"{name}.{column} {values.tolist()}" for column, values in spectral_table(name).items()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def probe(wavelength: Array) -> Array:
    """(4, 5, W) optical coefficients of one odd skin: what a change of code would move without a new version."""
    layers = skin_at(np.linspace(-0.7, 0.8, len(AXES))).optical_layers(wavelength)
    return np.stack([layers.mu_a, layers.mu_s, layers.g, layers.thickness])
