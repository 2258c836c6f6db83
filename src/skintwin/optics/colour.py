"""Colour arithmetic: sRGB, CIE XYZ and CIE L*a*b*, and the individual typology angle.

Every function takes and returns arrays whose last axis holds the three channels; leading axes are free.
XYZ is scaled so that the white has Y = 1; linear sRGB so that the white is (1, 1, 1). Nothing is clipped.
The numbers in this file are definitions of the cited standards, not measurements.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.optics.colour_difference import delta_e_2000

Array = NDArray[np.float64]

# IEC 61966-2-1:1999, linear sRGB -> XYZ (CIE 1931 2 degree, D65).
_TO_XYZ: Final[Array] = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)
# The standard prints an inverse rounded to four places; the exact inverse lets round trips close.
_FROM_XYZ: Final[Array] = np.asarray(np.linalg.inv(_TO_XYZ), dtype=np.float64)

WHITE_SRGB: Final[Array] = _TO_XYZ.sum(axis=1)
"""(3,) XYZ of linear sRGB (1, 1, 1), so that a neutral pixel has exactly a* = b* = 0."""
WHITE_D65_2: Final[Array] = np.array([0.95047, 1.0, 1.08883])
"""(3,) XYZ of D65 for the CIE 1931 2 degree observer (ASTM E308)."""
WHITE_D65_10: Final[Array] = np.array([0.94811, 1.0, 1.07304])
"""(3,) XYZ of D65 for the CIE 1964 10 degree observer (ASTM E308)."""
WHITE_A_2: Final[Array] = np.array([1.09850, 1.0, 0.35585])
"""(3,) XYZ of illuminant A for the CIE 1931 2 degree observer (ASTM E308)."""

_EPSILON: Final = (6 / 29) ** 3  # CIE 15: where the cube root meets its linear foot


def srgb_encode(linear: ArrayLike) -> Array:
    """Linear sRGB -> encoded sRGB in [0, 1] (IEC 61966-2-1, both pieces; negative values stay linear)."""
    x = np.asarray(linear, dtype=np.float64)
    powered = 1.055 * np.maximum(x, 0.0031308) ** (1 / 2.4) - 0.055
    return np.where(x <= 0.0031308, 12.92 * x, powered)


def srgb_decode(encoded: ArrayLike) -> Array:
    """Encoded sRGB in [0, 1] (divide 8-bit values by 255 first) -> linear sRGB, IEC 61966-2-1."""
    v = np.asarray(encoded, dtype=np.float64)
    powered = ((np.maximum(v, 0.04045) + 0.055) / 1.055) ** 2.4
    return np.where(v <= 0.04045, v / 12.92, powered)


def linear_srgb_to_xyz(linear: ArrayLike) -> Array:
    """(..., 3) linear sRGB -> (..., 3) XYZ, white Y = 1 (IEC 61966-2-1)."""
    return np.asarray(linear, dtype=np.float64) @ _TO_XYZ.T


def xyz_to_linear_srgb(xyz: ArrayLike) -> Array:
    """(..., 3) XYZ -> (..., 3) linear sRGB; colours outside the gamut give values outside [0, 1]."""
    return np.asarray(xyz, dtype=np.float64) @ _FROM_XYZ.T


def xyz_to_lab(xyz: ArrayLike, white: ArrayLike = WHITE_D65_2) -> Array:
    """(..., 3) XYZ -> (..., 3) CIE 1976 L*a*b* relative to ``white`` (CIE 15:2004)."""
    ratio = np.asarray(xyz, dtype=np.float64) / np.asarray(white, dtype=np.float64)
    f = np.where(ratio > _EPSILON, np.cbrt(ratio), ratio * (29 / 6) ** 2 / 3 + 4 / 29)
    fx, fy, fz = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)], axis=-1)


def lab_to_xyz(lab: ArrayLike, white: ArrayLike = WHITE_D65_2) -> Array:
    """(..., 3) L*a*b* -> (..., 3) XYZ; exact inverse of :func:`xyz_to_lab`."""
    values = np.asarray(lab, dtype=np.float64)
    fy = (values[..., 0] + 16) / 116
    f = np.stack([fy + values[..., 1] / 500, fy, fy - values[..., 2] / 200], axis=-1)
    ratio = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29))
    return np.asarray(ratio * np.asarray(white, dtype=np.float64))


def linear_srgb_to_lab(linear: ArrayLike) -> Array:
    """(..., 3) linear sRGB -> (..., 3) L*a*b* relative to the sRGB white, so that greys are neutral."""
    return xyz_to_lab(linear_srgb_to_xyz(linear), WHITE_SRGB)


def ita_degrees(lab: ArrayLike) -> Array:
    """(..., 3) L*a*b* -> (...) individual typology angle, degrees (Chardon 1991, key ``chardon1991``).

    ITA = atan((L* - 50) / b*) has a pole at b* = 0. Skin has b* > 0, where this function returns the
    published value. It is continued through the pole as the angle of the point (b*, L* - 50): b* = 0 gives
    +90 or -90, and a bluish light skin (b* < 0) gives more than 90 instead of jumping to -90. Values beyond
    +-90, or near them (palms, clipped highlights), say little about pigment and should be reported as such.
    """
    values = np.asarray(lab, dtype=np.float64)
    return np.asarray(np.degrees(np.arctan2(values[..., 0] - 50.0, values[..., 2])))


__all__ = [
    "WHITE_A_2",
    "WHITE_D65_2",
    "WHITE_D65_10",
    "WHITE_SRGB",
    "delta_e_2000",
    "ita_degrees",
    "lab_to_xyz",
    "linear_srgb_to_lab",
    "linear_srgb_to_xyz",
    "srgb_decode",
    "srgb_encode",
    "xyz_to_lab",
    "xyz_to_linear_srgb",
]
