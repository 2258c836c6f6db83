"""How stored RGB numbers become linear sRGB: a tone curve per channel, then a 3 x 3 matrix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.optics.colour import WHITE_SRGB, srgb_decode, xyz_to_linear_srgb

Array = NDArray[np.float64]
Curve = Callable[[Array], Array]

# Bradford cone responses, as used by ICC.1:2022 annex E for the change of white.
_BRADFORD: Final[Array] = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)
_D65: Final = (0.3127, 0.3290)
_D50: Final = (0.3457, 0.3585)

# Chromaticities (x, y) of red, green, blue and white, from the standards that define the spaces.
KNOWN_PRIMARIES: Final[dict[str, tuple[tuple[float, float], ...]]] = {
    "sRGB": ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060), _D65),
    "Display P3": ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _D65),
    "Adobe RGB (1998)": ((0.640, 0.330), (0.210, 0.710), (0.150, 0.060), _D65),
    "Rec. 2020": ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _D65),
    "ProPhoto RGB": ((0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001), _D50),
}
_ROWS: Final = 256
ADOBE_GAMMA: Final = 563 / 256
"""Adobe RGB (1998) Color Image Encoding, version 2005-05, section 4.3.4.2."""


@dataclass(frozen=True)
class RgbEncoding:
    """name: in words, never text taken from the file. curves: [0, 1] -> linear [0, 1], one per channel.
    matrix: (3, 3), linear source RGB -> linear sRGB.
    """

    name: str
    curves: tuple[Curve, Curve, Curve]
    matrix: Array

    def to_linear_srgb(self, stored: NDArray[Any], bit_depth: int) -> NDArray[np.float32]:
        """(h, w, 3) unsigned integers of ``bit_depth`` bits -> (h, w, 3) float32 linear sRGB, not clipped."""
        import cv2

        top = 2**bit_depth - 1
        levels = np.arange(top + 1, dtype=np.float64) / top
        tables = [curve(levels).astype(np.float32) for curve in self.curves]
        matrix = None if np.array_equal(self.matrix, np.eye(3)) else self.matrix.T.astype(np.float32)
        linear = np.empty((*stored.shape[:2], 3), dtype=np.float32)
        lut = np.stack(tables, axis=-1)[None] if stored.dtype == np.uint8 and bit_depth == 8 else None
        for start in range(0, stored.shape[0], _ROWS):  # in strips, so that no second picture is held
            strip = linear[start : start + _ROWS]
            if lut is not None:
                strip[...] = cv2.LUT(np.ascontiguousarray(stored[start : start + _ROWS]), lut)
            else:
                for c in range(3):
                    strip[..., c] = tables[c][stored[start : start + _ROWS, :, c]]
            if matrix is not None:
                strip[...] = strip @ matrix
        return linear


SRGB: Final = RgbEncoding("sRGB", (srgb_decode, srgb_decode, srgb_decode), np.eye(3))


def power_curve(exponent: float) -> Curve:
    """Tone curve v -> v**exponent."""

    def decode(v: Array) -> Array:
        return np.asarray(v**exponent, dtype=np.float64)

    return decode


def matrix_from_primaries(chromaticities: tuple[tuple[float, float], ...]) -> Array:
    """(3, 3) linear RGB with these red, green, blue and white chromaticities -> linear sRGB.

    Raises ValueError when the primaries lie on a line or the white is impossible.
    """
    points = np.array([[x, y, 1 - x - y] for x, y in chromaticities], dtype=np.float64)
    if np.any(points[:, 1] <= 0) or abs(np.linalg.det(points[:3])) < 1e-6:
        raise ValueError("primaries do not span a colour space")
    primaries = (points[:3] / points[:3, 1:2]).T
    white = points[3] / points[3, 1]
    to_xyz = primaries * np.linalg.solve(primaries, white)
    return matrix_from_xyz(to_xyz, white)


def matrix_from_xyz(to_xyz: Array, white: ArrayLike) -> Array:
    """(3, 3) whose columns are the XYZ of red, green and blue under ``white`` -> matrix to linear sRGB.

    The change of white is Bradford's, so that the source white becomes linear sRGB (1, 1, 1).
    """
    gain = (_BRADFORD @ WHITE_SRGB) / (_BRADFORD @ np.asarray(white, dtype=np.float64))
    adapt = np.linalg.solve(_BRADFORD, gain[:, None] * _BRADFORD)
    return np.asarray(xyz_to_linear_srgb((adapt @ to_xyz).T).T)


def recognise(matrix: Array, tolerance: float = 0.004) -> str | None:
    """Name of the known space with this matrix to linear sRGB, or None.

    The tolerance covers the rounding of profiles (s15Fixed16 colorants, whites given to three places).
    """
    for name, chromaticities in KNOWN_PRIMARIES.items():
        if np.abs(matrix - matrix_from_primaries(chromaticities)).max() < tolerance:
            return name
    return None


def is_srgb_curve(curve: Curve, tolerance: float = 0.002) -> bool:
    """Whether a tone curve is the sRGB curve within rounding."""
    levels = np.linspace(0, 1, 256)
    return bool(np.abs(curve(levels) - srgb_decode(levels)).max() < tolerance)
