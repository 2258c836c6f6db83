"""Light that furrows of the skin let in, and the gloss of their slopes, straight on the picture's pixels.

The net is that of :mod:`skintwin.optics.texture.relief` (irregular cells between grooves of Gaussian section), its
primary furrows only. Grooves narrower than a pixel are widened to it and made as much shallower, so that a distant
picture shows less of them and no moiré.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.optics.texture.keys import Key
from skintwin.optics.texture.relief import STRETCH
from skintwin.phantoms.lattice import noise

Real = NDArray[np.float32]

_CELLS: Final = 512  # after which the pavement repeats
_JITTER: Final = 0.85
_FAINT: Final = 0.5  # mm: pixels beyond which furrows are not seen


def relief(u: Real, v: Real, pixel_mm: float, key: Key) -> tuple[Real, Real]:
    """(h, w) light and gloss, each of mean 1, of skin at places u, v (mm)."""
    if pixel_mm > _FAINT:
        return np.ones_like(u), np.ones_like(u)
    value = ledger().value
    spacing, depth = value("texture.furrow_spacing", "mm"), value("texture.furrow_depth", "mm")
    width = value("texture.furrow_width", "mm")
    seen = float(np.hypot(width, 0.7 * pixel_mm))
    draw = key.generator("relief")
    turn = draw.uniform(0.0, np.pi)
    centres = draw.uniform(0.5 - _JITTER / 2, 0.5 + _JITTER / 2, (_CELLS, _CELLS, 2)).astype(np.float32)
    warp = noise(u, v, [(3 * spacing, 0.3 * spacing)], key, "relief warp")
    c, s = np.float32(np.cos(turn) / STRETCH / spacing), np.float32(np.sin(turn) / STRETCH / spacing)
    along, across = (u + warp) * c + v * s, ((v - warp) * c - u * s) * np.float32(STRETCH)
    ground = np.empty(u.shape, np.float32)
    _kernel()(along.ravel(), across.ravel(), centres, np.float32(spacing / seen), ground.reshape(-1))
    ground *= np.float32(-depth * width / seen)
    light, gloss = np.empty_like(ground), np.empty_like(ground)
    tilt, rough = value("texture.lamp_tilt", "radian"), value("texture.roughness", "1")
    numbers = np.array([0.5 / pixel_mm, np.cos(tilt), np.sin(tilt) / np.sqrt(2.0), 0.5 / rough**2,
                        np.tan(tilt / 2) / np.sqrt(2.0)], np.float32)  # fmt: skip
    _lit_kernel()(ground, numbers, light, gloss)
    for each in (light, gloss):
        each /= np.float32(each.mean(dtype=np.float64))
    return light, gloss


@cache
def _lit_kernel() -> Callable[..., Any]:
    from numba import njit

    return njit(cache=True, fastmath=True)(_lit)


def _lit(ground, numbers, light, gloss):  # type: ignore[no-untyped-def]
    """Light that enters and gloss of a height map, as in ``texture.relief.light_and_gloss``, in one pass."""
    rows, columns = ground.shape
    scale, high, low, sharp, half = numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]
    one = np.float32(1.0)
    for j in range(rows):
        above, below = max(j - 1, 0), min(j + 1, rows - 1)
        for i in range(columns):
            down = (ground[below, i] - ground[above, i]) * scale
            across = (ground[j, min(i + 1, columns - 1)] - ground[j, max(i - 1, 0)]) * scale
            lit = max(high + low * (down + across), np.float32(0.05))
            light[j, i] = lit / np.sqrt(one + down * down + across * across)
            gloss[j, i] = np.exp(-((down - half) ** 2 + (across - half) ** 2) * sharp)


@cache
def _kernel() -> Callable[..., Any]:
    from numba import njit

    return njit(cache=True, fastmath=True)(_grooves)


def _grooves(x, y, centres, sharp, out):  # type: ignore[no-untyped-def]
    """exp(−(sharp · distance to the nearest border of cells)²) at points in steps of the lattice."""
    top = centres.shape[0] - 1
    one = np.float32(1.0)
    for n in range(x.size):
        i, j = int(np.floor(x[n])), int(np.floor(y[n]))
        first, second = np.float32(1e9), np.float32(1e9)
        for b in range(-1, 2):
            row = centres[(j + b) & top]
            for a in range(-1, 2):
                cell = row[(i + a) & top]
                dx, dy = np.float32(i + a) + cell[0] - x[n], np.float32(j + b) + cell[1] - y[n]
                d = dx * dx + dy * dy
                if d < first:
                    first, second = d, first
                elif d < second:
                    second = d
        away = np.float32(0.5) * (np.sqrt(second) - np.sqrt(first)) * sharp
        out[n] = np.exp(-away * away) * one
