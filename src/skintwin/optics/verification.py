"""Adding-doubling against Monte Carlo: statistics per skin and the bars they must clear."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.optics import colour
from skintwin.optics.quadrature import REFERENCE_POINTS
from skintwin.optics.spectra import skin_spectrum, spectrum_to_xyz
from skintwin.optics.truth_table import TruthSkin, read_truth

Array = NDArray[np.float64]

# Acceptance bars of the numerical method. They are choices, not measurements.
MAX_RMS: Final = 0.005
"""Root mean square of the relative difference over all points."""
MAX_MEAN: Final = 0.002
"""Absolute mean of the relative difference over all points."""
MAX_Z: Final = 5.0
"""Largest |difference| / Monte Carlo error, asked for at 24 directions or more."""
Z_BAR_POINTS: Final = 24
MAX_DELTA_E: Final = 0.1
"""CIEDE2000 per skin, D65 and the 10 degree observer."""
MAX_COEFFICIENT: Final = 1e-5
"""Largest relative difference between the printed coefficients and the formulas."""

_COLOUR_NM: Final[Array] = np.arange(380.0, 781.0, 10.0)


@dataclass(frozen=True)
class SkinCheck:
    """How one skin compares: statistics of z and of the relative difference over its wavelengths.

    ``coefficients`` is the largest relative difference of mu_a and mu_s, or None without those columns.
    """

    name: str
    points: int
    z_mean: float
    z_sd: float
    z_max: float
    relative_mean: float
    relative_rms: float
    relative_max: float
    delta_e: float
    coefficients: float | None


@dataclass(frozen=True)
class Verification:
    """All skins, the statistics over all their points, and the bars that were missed (in words)."""

    skins: tuple[SkinCheck, ...]
    relative_rms: float
    relative_mean: float
    z_mean: float
    z_sd: float
    z_max: float
    missed: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """True if no bar was missed."""
        return not self.missed


def verify_optics(truth: Path | str, points: int = REFERENCE_POINTS) -> Verification:
    """Compute every skin of a truth CSV by adding-doubling and compare. points: directions per hemisphere."""
    rows = [_compare(skin, points) for skin in read_truth(truth)]
    z = np.concatenate([each for _, each, _ in rows])
    relative = np.concatenate([each for _, _, each in rows])
    overall = Verification(
        skins=tuple(check for check, _, _ in rows),
        relative_rms=_rms(relative),
        relative_mean=float(relative.mean()),
        z_mean=float(z.mean()),
        z_sd=float(z.std()),
        z_max=float(np.abs(z).max()),
        missed=(),
    )
    return replace(overall, missed=tuple(_missed(overall, points)))


def _compare(truth: TruthSkin, points: int) -> tuple[SkinCheck, Array, Array]:
    """Statistics of one skin with its z and relative differences, (W,) each."""
    both = np.concatenate([truth.wavelength, _COLOUR_NM])
    spectrum = skin_spectrum(
        truth.skin, both, points=points, index=truth.index, surface_index=truth.index_surface
    )
    own, visible = spectrum[: truth.wavelength.size], spectrum[truth.wavelength.size :]
    relative = (own - truth.reflectance) / truth.reflectance
    z = (own - truth.reflectance) / truth.stderr
    # Monte Carlo has few wavelengths; between them it is carried along the shape of the computed spectrum.
    carried = visible * np.interp(_COLOUR_NM, truth.wavelength, truth.reflectance / own)
    lab = [
        colour.xyz_to_lab(spectrum_to_xyz(each, _COLOUR_NM, "10deg"), colour.WHITE_D65_10)
        for each in (visible, carried)
    ]
    check = SkinCheck(
        name=truth.name,
        points=int(z.size),
        z_mean=float(z.mean()),
        z_sd=float(z.std()),
        z_max=float(np.abs(z).max()),
        relative_mean=float(relative.mean()),
        relative_rms=_rms(relative),
        relative_max=float(np.abs(relative).max()),
        delta_e=float(colour.delta_e_2000(*lab)),
        coefficients=_coefficient_difference(truth),
    )
    return check, z, relative


def _coefficient_difference(truth: TruthSkin) -> float | None:
    if truth.mu_a is None or truth.mu_s is None:
        return None
    layers = truth.skin.optical_layers(truth.wavelength)
    return float(max(np.abs(layers.mu_a / truth.mu_a - 1).max(), np.abs(layers.mu_s / truth.mu_s - 1).max()))


def _rms(values: Array) -> float:
    return float(np.sqrt(np.mean(values**2)))


def _missed(result: Verification, points: int) -> list[str]:
    """Bars that ``result`` does not clear, each with its number."""
    missed = []
    if not result.relative_rms <= MAX_RMS:
        missed.append(f"rms of the relative difference {result.relative_rms:.3%} > {MAX_RMS:.1%}")
    if not abs(result.relative_mean) <= MAX_MEAN:
        missed.append(f"mean relative difference {result.relative_mean:+.3%} beyond {MAX_MEAN:.1%}")
    if points >= Z_BAR_POINTS and not result.z_max <= MAX_Z:
        missed.append(f"largest |z| {result.z_max:.1f} > {MAX_Z:g}")
    for skin in result.skins:
        if not skin.delta_e <= MAX_DELTA_E:
            missed.append(f"{skin.name}: dE00 {skin.delta_e:.2f} > {MAX_DELTA_E}")
        if skin.coefficients is not None and not skin.coefficients <= MAX_COEFFICIENT:
            missed.append(f"{skin.name}: coefficients differ by {skin.coefficients:.1e} from the formulas")
    return missed
