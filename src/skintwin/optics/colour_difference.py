"""CIEDE2000 colour difference (CIE 142:2001; formulas and test pairs after key ``sharma2005``)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def delta_e_2000(lab1: ArrayLike, lab2: ArrayLike) -> Array:
    """(..., 3) and (..., 3) L*a*b* -> (...) CIEDE2000 difference with kL = kC = kH = 1. Shapes broadcast."""
    first, second = np.broadcast_arrays(
        np.asarray(lab1, dtype=np.float64), np.asarray(lab2, dtype=np.float64)
    )
    a_scale = 1 + 0.5 * (1 - _chroma_weight(0.5 * (_chroma(first) + _chroma(second))))
    l1, c1, h1 = _cylindrical(first, a_scale)
    l2, c2, h2 = _cylindrical(second, a_scale)
    grey = c1 * c2 == 0  # the hue of a grey is undefined and must not count
    dh = np.where(grey, 0.0, (h2 - h1 + 180.0) % 360.0 - 180.0)
    d_hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(dh) / 2)
    mean_c = 0.5 * (c1 + c2)
    mean_h = np.where(grey, h1 + h2, _mean_hue(h1, h2))
    light, chroma, hue = (l2 - l1), (c2 - c1), d_hue
    s_l, s_c, s_h = _weights(0.5 * (l1 + l2), mean_c, mean_h)
    light, chroma, hue = light / s_l, chroma / s_c, hue / s_h
    square = light**2 + chroma**2 + hue**2 + _rotation(mean_c, mean_h) * chroma * hue
    return np.asarray(np.sqrt(np.maximum(square, 0.0)))


def _chroma(lab: Array) -> Array:
    return np.hypot(lab[..., 1], lab[..., 2])


def _chroma_weight(c: Array) -> Array:
    seventh = c**7
    return np.asarray(np.sqrt(seventh / (seventh + 25.0**7)))


def _cylindrical(lab: Array, a_scale: Array) -> tuple[Array, Array, Array]:
    """Lightness, chroma and hue (degrees in [0, 360)) with a* stretched by ``a_scale``."""
    a, b = lab[..., 1] * a_scale, lab[..., 2]
    return lab[..., 0], np.hypot(a, b), np.degrees(np.arctan2(b, a)) % 360.0


def _mean_hue(h1: Array, h2: Array) -> Array:
    mean = 0.5 * (h1 + h2)
    shifted = np.where(h1 + h2 < 360.0, mean + 180.0, mean - 180.0)
    return np.where(np.abs(h1 - h2) <= 180.0, mean, shifted)


def _weights(mean_l: Array, mean_c: Array, mean_h: Array) -> tuple[Array, Array, Array]:
    off = (mean_l - 50.0) ** 2
    hue = np.radians(mean_h)
    t = (
        1
        - 0.17 * np.cos(hue - np.radians(30))
        + 0.24 * np.cos(2 * hue)
        + 0.32 * np.cos(3 * hue + np.radians(6))
        - 0.20 * np.cos(4 * hue - np.radians(63))
    )
    return 1 + 0.015 * off / np.sqrt(20 + off), 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t


def _rotation(mean_c: Array, mean_h: Array) -> Array:
    """Interaction of chroma and hue in the blue region."""
    angle = 30.0 * np.exp(-(((mean_h - 275.0) / 25.0) ** 2))
    return np.asarray(-np.sin(np.radians(2 * angle)) * 2 * _chroma_weight(mean_c))
