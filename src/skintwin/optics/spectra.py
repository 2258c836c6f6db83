"""From reflectance spectra to colour under a standard light."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.errors import ConfigError
from skintwin.optics import colour
from skintwin.optics.adding_doubling import layered_reflectance
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.quadrature import DEFAULT_POINTS
from skintwin.optics.tables import spectral_table

Array = NDArray[np.float64]
Observer = Literal["2deg", "10deg"]
Illuminant = Literal["D65", "A"]

VISIBLE_NM: Final[Array] = np.arange(400.0, 701.0, 10.0)
"""(31,) default wavelengths, nm; outside them a picture has almost nothing (dE00 < 0.1 for skin)."""

_OBSERVERS = {"2deg": "cie1931_2deg_5nm", "10deg": "cie1964_10deg_5nm"}
_WHITES = {
    ("2deg", "D65"): colour.WHITE_SRGB,
    ("10deg", "D65"): colour.WHITE_D65_10,
    ("2deg", "A"): colour.WHITE_A_2,
}


def xyz_weights(
    wavelength: ArrayLike = VISIBLE_NM, observer: Observer = "2deg", illuminant: Illuminant = "D65"
) -> Array:
    """(W, 3) matrix that takes a reflectance sampled at (W,) wavelengths in nm to XYZ (key ``cie2004``).

    Trapezoid bins; each column is scaled so that a perfect reflector has the XYZ of the white exactly, also
    on a grid cut at 400 and 700 nm. The white of 2deg/D65 is that of sRGB, so a grey stays neutral.
    """
    nm = np.asarray(wavelength, dtype=np.float64)
    if nm.ndim != 1 or nm.size < 2 or np.any(np.diff(nm) <= 0):
        raise ConfigError("wavelengths", where="spectrum", expected="two or more, in rising order, nm")
    if (observer, illuminant) not in _WHITES:
        known = ", ".join("/".join(pair) for pair in _WHITES)
        raise ConfigError(f"observer and light {observer}/{illuminant}", where="spectrum", expected=known)
    cmf, light = spectral_table(_OBSERVERS[observer]), spectral_table("illuminants_5nm")
    power = np.interp(nm, light["wavelength_nm"], light[illuminant])
    bins = np.gradient(nm)
    bins[0], bins[-1] = 0.5 * (nm[1] - nm[0]), 0.5 * (nm[-1] - nm[-2])
    columns = [
        np.interp(nm, cmf["wavelength_nm"], cmf[name], left=0.0, right=0.0) * power * bins
        for name in ("x_bar", "y_bar", "z_bar")
    ]
    weights = np.stack(columns, axis=-1)
    return np.asarray(weights * (_WHITES[observer, illuminant] / weights.sum(axis=0)))


def spectrum_to_xyz(
    reflectance: ArrayLike,
    wavelength: ArrayLike = VISIBLE_NM,
    observer: Observer = "2deg",
    illuminant: Illuminant = "D65",
) -> Array:
    """(..., W) reflectance at (W,) wavelengths in nm -> (..., 3) XYZ, white Y = 1."""
    return np.asarray(reflectance, dtype=np.float64) @ xyz_weights(wavelength, observer, illuminant)


def spectrum_to_linear_srgb(reflectance: ArrayLike, wavelength: ArrayLike = VISIBLE_NM) -> Array:
    """(..., W) reflectance -> (..., 3) linear sRGB under D65; a perfect reflector is (1, 1, 1)."""
    return colour.xyz_to_linear_srgb(spectrum_to_xyz(reflectance, wavelength))


def skin_spectrum(
    skin: LayeredSkin,
    wavelength: ArrayLike = VISIBLE_NM,
    *,
    points: int = DEFAULT_POINTS,
    index: float | Sequence[float] | None = None,
    surface_index: float | None = None,
) -> Array:
    """Diffuse reflectance (..., W) of a layered skin, specular excluded.

    index: refractive index of all layers, or one for each of the five; the ledger's if None. surface_index: that of
    the stratum corneum, if it differs. points: directions per hemisphere.
    """
    layers = skin.optical_layers(wavelength)
    n = refractive_index() if index is None else index
    return layered_reflectance(
        layers.mu_a,
        layers.mu_s,
        layers.g,
        layers.thickness,
        points=points,
        index=n,
        surface_index=surface_index,
    )


def refractive_index() -> float:
    """Refractive index of skin against air, from the ledger."""
    from skintwin.evidence import ledger

    return ledger().value("optics.refractive_index", "1")
