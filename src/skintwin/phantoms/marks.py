"""Hair, vessels and pores as seen: lines and points of the skin, projected and added to a map of covered shares."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.optics.texture.keys import Key
from skintwin.phantoms.lattice import scatter
from skintwin.phantoms.view import View

Array = NDArray[np.float64]
Real = NDArray[np.float32]
Box = tuple[Array, Array]

FAINTEST: Final = 0.06
"""Share of a pixel below which a line is not drawn."""
_POINTS: Final = 16


def hair(kind: str, view: View, box: Box, pixel_mm: float, key: Key) -> Real | None:
    """(h, w) share of each pixel that hair of a kind covers; None where it is too fine to be seen."""
    value = ledger().value
    length, width = value(f"texture.{kind}_length", "mm"), value(f"texture.{kind}_width", "mm")
    if width / pixel_mm < FAINTEST:
        return None
    roots, u = scatter(
        1.0 / np.sqrt(value(f"texture.{kind}_density", "1/mm^2")), box[0] - length, box[1] + length, key, kind
    )
    lie = key.generator(f"{kind} lie").uniform(0, 2 * np.pi)
    t = np.linspace(0.0, 1.0, _POINTS)
    long = length * (0.5 + 0.8 * u[:, :1])
    heading = lie + 0.6 * (u[:, 1:2] + u[:, 2:3] - 1.0) + (1.2 * u[:, 3:4] - 0.6) * t
    taper = np.sqrt(1.0 - t) * np.clip(0.6 + 2.0 * t, 0.0, 1.0)
    wide = width * (0.7 + 0.5 * u[:, 4:5]) * np.maximum(taper, 0.15)
    return lines(view, _walk(roots, heading, long), wide, pixel_mm)


def vessels(view: View, box: Box, pixel_mm: float, key: Key) -> Real | None:
    """(h, w) share of each pixel that superficial vessels cover; None where they are too fine to be seen."""
    value = ledger().value
    width = value("texture.vessel_width", "mm")
    if width / pixel_mm < 4 * FAINTEST:
        return None
    starts, u = scatter(1.0 / np.sqrt(value("texture.vessel_density", "1/mm^2")), box[0], box[1], key, "vessels")
    t = np.linspace(0.0, 1.0, _POINTS)
    bend = 0.8 * np.sin(2 * np.pi * (t * (1.0 + u[:, 1:2]) + u[:, 2:3])) + 0.5 * np.sin(9.0 * t + 6.0 * u[:, 3:4])
    heading = 2 * np.pi * u[:, :1] + bend
    trunk = _walk(starts, heading, 0.8 + 1.4 * u[:, 4:5])
    wide = width * (0.6 + 0.6 * u[:, 5:6]) * (1.0 - 0.4 * t)
    branches = [
        _walk(trunk[:, at], heading[:, at : at + 1] + side + 0.6 * bend[:, ::-1], 0.4 + 0.8 * u[:, 6:7])
        for at, side in ((5, 0.9), (10, -0.8))
    ]
    return lines(view, np.concatenate([trunk, *branches]), np.concatenate([wide, 0.65 * wide, 0.65 * wide]), pixel_mm)


def pores(view: View, box: Box, pixel_mm: float, key: Key) -> Real:
    """(h, w) share of the light that visible openings of follicles keep out."""
    from scipy.ndimage import gaussian_filter

    value = ledger().value
    sigma, shade = 0.35 * value("texture.pore_width", "mm"), value("texture.pore_shade", "1")
    points, u = scatter(1.0 / np.sqrt(value("texture.pore_density", "1/mm^2")), box[0], box[1], key, "pores")
    weight = shade * 2 * np.pi * sigma**2 / pixel_mm**2 * np.exp(0.6 * (u[:, 0] + u[:, 1] - 1.0))
    pit = np.zeros(view.shape, np.float32)
    _dots_kernel()(view.pixels(points), weight, pit)
    blur = sigma / pixel_mm
    return np.clip(gaussian_filter(pit, blur) if blur > 0.6 else pit, 0.0, 0.9)


def lines(view: View, points: Array, width_mm: Array, pixel_mm: float) -> Real:
    """(h, w) share covered by lines of (n, m, 2) points of the skin, (n, m) mm wide."""
    cover = np.zeros(view.shape, np.float32)
    _lines_kernel()(view.pixels(points), width_mm / pixel_mm, cover)
    return np.minimum(cover, np.float32(1.0))


def _walk(start: Array, heading: Array, length: Array) -> Array:
    """(n, m, 2) points of lines from (n, 2) along (n, m) headings, (n, 1) long."""
    step = length / (heading.shape[1] - 1)
    moves = np.stack([np.cos(heading), np.sin(heading)], axis=-1)[:, :-1] * step[..., None]
    return np.asarray(start[:, None] + np.concatenate([np.zeros_like(moves[:, :1]), np.cumsum(moves, axis=1)], axis=1))


@cache
def _lines_kernel() -> Callable[..., Any]:
    from numba import njit

    return njit(cache=True)(_lines)


@cache
def _dots_kernel() -> Callable[..., Any]:
    from numba import njit

    return njit(cache=True)(_dots)


def _dots(points, weight, onto):  # type: ignore[no-untyped-def]
    """Add weights at (n, 2) x, y, each shared by the four pixels around it."""
    rows, columns = onto.shape
    for n in range(points.shape[0]):
        x, y = points[n, 0], points[n, 1]
        if not (0 <= x < columns - 1 and 0 <= y < rows - 1):
            continue
        i, j = int(x), int(y)
        p, q = x - i, y - j
        onto[j, i] += weight[n] * (1 - p) * (1 - q)
        onto[j, i + 1] += weight[n] * p * (1 - q)
        onto[j + 1, i] += weight[n] * (1 - p) * q
        onto[j + 1, i + 1] += weight[n] * p * q


def _lines(points, width, onto):  # type: ignore[no-untyped-def]
    """Add the area of lines (n, m, 2), width (n, m) pixels; one wider than a pixel is several side by side."""
    rows, columns = onto.shape
    for n in range(points.shape[0]):
        for k in range(points.shape[1] - 1):
            x0, y0, x1, y1 = points[n, k, 0], points[n, k, 1], points[n, k + 1, 0], points[n, k + 1, 1]
            if not (-9 < x0 < columns + 9 and -9 < y0 < rows + 9):
                continue
            long = np.hypot(x1 - x0, y1 - y0)
            if long < 1e-9:
                continue
            steps = int(np.ceil(2.0 * long))
            lanes = max(1, int(np.ceil(1.5 * width[n, k])))
            for s in range(steps):
                t = (s + 0.5) / steps
                wide = width[n, k] * (1 - t) + width[n, k + 1] * t
                area = wide * long / steps / lanes
                for lane in range(lanes):
                    off = ((lane + 0.5) / lanes - 0.5) * wide / long
                    x, y = x0 + t * (x1 - x0) - off * (y1 - y0), y0 + t * (y1 - y0) + off * (x1 - x0)
                    if not (0 <= x < columns - 1 and 0 <= y < rows - 1):
                        continue
                    i, j = int(x), int(y)
                    p, q = x - i, y - j
                    onto[j, i] += area * (1 - p) * (1 - q)
                    onto[j, i + 1] += area * p * (1 - q)
                    onto[j + 1, i] += area * (1 - p) * q
                    onto[j + 1, i + 1] += area * p * q
