"""Pixels per tick of a ruler, from the brightness along a line across its ticks.

The line is drawn by the reader; its ticks are a period in the brightness. The period is the frequency at which the
least-squares sinusoid explains most, after slow changes are taken out; its standard deviation is that of a frequency in
noise (Rife & Boorstyn 1974, doi:10.1109/TIT.1974.1055282), with the misfit of the sinusoid for noise.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.errors import PhotographError
from skintwin.photo.photograph import Photograph
from skintwin.photo.scale import Scale

Array = NDArray[np.float64]

_LEAST_TICKS = 8
_CLEAR = 0.25  # share of the variance that the ticks must explain
_BAND = 5  # parallel lines, one pixel apart, averaged


def scale_from_ruler(photograph: Photograph, start: ArrayLike, end: ArrayLike, tick_mm: float = 1.0) -> Scale:
    """Scale from a line across the ticks of a ruler that lies in the plane of the skin.

    start, end: x, y in pixels, both within the ticks. tick_mm: distance of neighbouring ticks, mm.
    Raises PhotographError when fewer than eight ticks lie on the line or no period is clear.
    """
    period, sd = tick_period(photograph, start, end)
    return Scale(float(tick_mm) / period, "ruler", sd / period)


def tick_period(photograph: Photograph, start: ArrayLike, end: ArrayLike) -> tuple[float, float]:
    """(pixels from tick to tick, its standard deviation)."""
    a, b = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
    length = float(np.hypot(*(b - a)))
    if not length > 2 * _LEAST_TICKS:
        raise PhotographError(
            f"the line over the ruler is {length:.0f} pixels long", where="ruler", expected="eight ticks or more"
        )
    profile = _profile(photograph, a, b, length)
    frequency, share, sd = _strongest(profile - _smooth(profile, len(profile) // 6))
    if share < _CLEAR or frequency * length < _LEAST_TICKS:
        raise PhotographError(
            "no even ticks lie on the line", where="ruler", expected=f"{_LEAST_TICKS} ticks or more, evenly spaced",
            do="draw the line across the shortest ticks, or type a length",
        )
    return 1 / frequency, sd / frequency**2


def _profile(photograph: Photograph, a: Array, b: Array, length: float) -> Array:
    """Brightness a pixel along the line, cube root, over a band."""
    from scipy import ndimage

    along = (b - a) / length
    across = np.array([-along[1], along[0]]) * (np.arange(_BAND) - _BAND // 2)[:, None]
    points = a + along * np.arange(int(length))[:, None, None] + across
    light = np.cbrt(np.maximum(photograph.linear_srgb.mean(axis=2, dtype=np.float64), 0))
    return np.asarray(ndimage.map_coordinates(light, [points[..., 1], points[..., 0]], order=1).mean(axis=1))


def _smooth(profile: Array, width: int) -> Array:
    from scipy import ndimage

    return np.asarray(ndimage.gaussian_filter1d(profile, max(width, 4)))


def _strongest(signal: Array) -> tuple[float, float, float]:
    """(cycles a pixel, share of variance explained, standard deviation of the frequency)."""
    n = len(signal)
    grid = np.arange(4 / n, 0.45, 0.1 / n)
    position = np.arange(n) - (n - 1) / 2
    waves = np.exp(-2j * np.pi * grid[:, None] * position)
    power = np.abs(waves @ (signal - signal.mean())) ** 2 * 2 / n
    k = int(np.argmax(power))
    frequency = float(grid[k])
    if 0 < k < len(grid) - 1:
        left, top, right = power[k - 1 : k + 2]
        frequency += 0.5 * (left - right) / (left - 2 * top + right) * (grid[1] - grid[0])
    total = float(((signal - signal.mean()) ** 2).sum())
    share = min(float(power[k]) / max(total, 1e-30), 1.0)
    ratio = share / max(1 - share, 1e-6)  # of the wave to the rest
    return frequency, share, float(np.sqrt(6 / (ratio * n)) / (2 * np.pi * n) * np.sqrt(2))
