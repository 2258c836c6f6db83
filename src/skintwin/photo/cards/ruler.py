"""Pixels per tick of a ruler, from the brightness along a line across its ticks.

The line is drawn by the reader; its ticks are a period in the brightness. On a tilted ruler the period changes along
it, so the wave is a chirp: phase 2π (f s + ½ f c s²/L), s from the middle of the line, L its length, c the change of
the frequency over it. f and c are those at which the least-squares wave explains most, after slow changes are taken
out; the standard deviation of f is that of a frequency in noise (Rife & Boorstyn 1974, doi:10.1109/TIT.1974.1055282),
with the misfit of the wave for noise. The scale is that at the middle of the line.
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
_CHANGES = np.linspace(-0.4, 0.4, 17)  # of the frequency over the line: 25 degrees of tilt, near, give 0.3
_BAND = 5  # parallel lines, one pixel apart, averaged


def scale_from_ruler(photograph: Photograph, start: ArrayLike, end: ArrayLike, tick_mm: float = 1.0) -> Scale:
    """Scale from a line across the ticks of a ruler that lies in the plane of the skin.

    start, end: x, y in pixels, both within the ticks. tick_mm: distance of neighbouring ticks, mm.
    Raises PhotographError when fewer than eight ticks lie on the line or no period is clear.
    """
    period, sd, _ = tick_period(photograph, start, end)
    return Scale(float(tick_mm) / period, "ruler", sd / period)


def tick_period(photograph: Photograph, start: ArrayLike, end: ArrayLike) -> tuple[float, float, float]:
    """(pixels from tick to tick at the middle of the line, its standard deviation, growth of the frequency over the
    line relative to its middle)."""
    a, b = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
    length = float(np.hypot(*(b - a)))
    if not length > 2 * _LEAST_TICKS:
        raise PhotographError(
            f"the line over the ruler is {length:.0f} pixels long", where="ruler", expected="eight ticks or more"
        )
    profile = _profile(photograph, a, b, length)
    frequency, share, sd, change = _strongest(profile - _smooth(profile, len(profile) // 6))
    if share < _CLEAR or frequency * length < _LEAST_TICKS:
        raise PhotographError(
            "no even ticks lie on the line", where="ruler", expected=f"{_LEAST_TICKS} ticks or more, evenly spaced",
            do="draw the line across the shortest ticks, or type a length",
        )
    return 1 / frequency, sd / frequency**2, change


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


def _strongest(signal: Array) -> tuple[float, float, float, float]:
    """(cycles a pixel, share of variance explained, standard deviation of the frequency, its growth over the line)."""
    n = len(signal)
    grid = np.arange(4 / n, 0.45, 0.1 / n)
    position = np.arange(n) - (n - 1) / 2
    centred = signal - signal.mean()
    straight = np.exp(-2j * np.pi * grid[:, None] * position)
    powers = []
    for change in _CHANGES:
        bend = np.exp(-1j * np.pi * change / n * grid[:, None] * position**2) if change else 1.0
        powers.append(np.abs((straight * bend) @ centred) ** 2 * 2 / n)
    best = int(np.argmax([p.max() for p in powers]))
    power, change = powers[best], float(_CHANGES[best])
    k = int(np.argmax(power))
    frequency = float(grid[k])
    if 0 < k < len(grid) - 1:
        left, top, right = power[k - 1 : k + 2]
        frequency += 0.5 * (left - right) / (left - 2 * top + right) * (grid[1] - grid[0])
    total = float(((signal - signal.mean()) ** 2).sum())
    share = min(float(power[k]) / max(total, 1e-30), 1.0)
    ratio = share / max(1 - share, 1e-6)  # of the wave to the rest
    return frequency, share, float(np.sqrt(6 / (ratio * n)) / (2 * np.pi * n) * np.sqrt(2)), change
