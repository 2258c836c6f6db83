"""What a lesion is drawn on and with: coordinates in mm, smooth noise, soft edges, discs, strips and stars.

A shape is a signed distance d (mm, negative inside); its share of a place is ½ (1 − tanh(2 d/w)), which goes from 0.98
to 0.02 over the width w. Noise is a sum of plane waves with keyed directions and phases, so that a shape is the same
on every grid: a finer grid only shows more of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from skintwin.engine.grid import Grid

Array = NDArray[np.float64]

WAVES = 40
"""Plane waves in a noise map: enough that no direction shows."""


@dataclass(frozen=True, eq=False)
class Canvas:
    """``grid`` to draw on; ``key`` (seed, purpose) of its random numbers; ``extent`` (mm): largest width of the lesion;
    ``map``: where on the body, for disorders that have several; ``severity`` 0 to 1; ``freckling``: number of freckles
    relative to phototype II; ``duration`` in days."""

    grid: Grid
    key: tuple[int, int]
    extent: float
    map: str = "typical"
    severity: float = 0.5
    freckling: float = 1.0
    duration: float = 0.0

    def generator(self) -> np.random.Generator:
        """A fresh stream of the key: the same numbers whatever the grid."""
        return np.random.Generator(np.random.Philox(key=np.array(self.key, dtype=np.uint64)))

    @property
    def x(self) -> Array:
        """(1, nx) mm from the middle, rightwards."""
        return _middles(self.grid.nx, self.grid.pixel)[None, :]

    @property
    def y(self) -> Array:
        """(ny, 1) mm from the middle, downwards."""
        return _middles(self.grid.ny, self.grid.pixel)[:, None]

    def noise(self, draw: np.random.Generator, length: float) -> Array:
        """(ny, nx) smooth noise of mean 0 and variance 1 that changes over ``length`` (mm)."""
        waves = draw.normal(size=(WAVES, 2)) / length
        phase = draw.uniform(0, 2 * np.pi, WAVES)
        total = np.zeros(self.grid.shape)
        for (kx, ky), shift in zip(waves, phase, strict=True):
            # cos(a + b) = cos a cos b − sin a sin b: a product of a column and a row.
            a, b = ky * self.y + shift, kx * self.x
            total += np.cos(a) * np.cos(b) - np.sin(a) * np.sin(b)
        return np.asarray(total * np.sqrt(2.0 / WAVES))


def _middles(count: int, pixel: float) -> Array:
    """Middles (count,) of pixels in mm, about the middle of the row."""
    return np.asarray((np.arange(count, dtype=np.float64) + 0.5 - count / 2) * pixel, np.float64)


@dataclass(frozen=True, eq=False)
class Drawing:
    """A lesion as drawn, maps (ny, nx).

    ``shade``: how far melanin is from that of the surrounding skin, 1 = as far as the lesion goes. ``core``: share of a
    pixel inside a pigmented centre. ``dermal``: dermal melanin relative to its largest. ``vessels``: microvessels
    relative to the surrounding skin, None without redness. ``hair``: whether coarse hair shows. ``guide``: what faint
    lines tell where on the body this is, ``face`` or ``hand``; '' for none.
    """

    shade: Array
    core: Array | None = None
    dermal: Array | None = None
    vessels: Array | None = None
    hair: bool = False
    guide: str = ""


def soft(distance: Array, width: float) -> Array:
    """Share of a place inside a shape whose edge is ``width`` mm wide."""
    return np.asarray(0.5 * (1.0 - np.tanh(2.0 * distance / width)))


def disc(at: Canvas, x: float, y: float, radius: float) -> Array:
    """Signed distance to a disc."""
    return np.asarray(np.hypot(at.x - x, at.y - y) - radius)


def oval(at: Canvas, x: float, y: float, across: float, along: float, tilt: float = 0.0) -> Array:
    """Signed distance (nearly) to an ellipse with half axes ``across`` and ``along``, turned by ``tilt`` (degrees)."""
    angle = np.deg2rad(tilt)
    u = np.cos(angle) * (at.x - x) + np.sin(angle) * (at.y - y)
    v = -np.sin(angle) * (at.x - x) + np.cos(angle) * (at.y - y)
    return np.asarray((np.hypot(u / across, v / along) - 1.0) * min(across, along))


def star(at: Canvas, x: float, y: float, radius: float, waves: Array, tilt: float = 0.0) -> Array:
    """Signed distance (nearly) to r(θ) = radius (1 + Σ aₙ cos(nθ + φₙ)); ``waves``: rows (n, aₙ, φₙ)."""
    theta = np.arctan2(at.y - y, at.x - x) + tilt
    shape = 1.0 + sum(a * np.cos(n * theta + phase) for n, a, phase in waves)
    return np.asarray(np.hypot(at.x - x, at.y - y) - radius * shape)


def strip(at: Canvas, points: Array) -> tuple[Array, Array]:
    """Distance (mm) to a line through ``points`` (k, 2) as (x, y), and the position along it from 0 to 1."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    begins = np.concatenate([[0.0], np.cumsum(steps)])
    best = np.full(at.grid.shape, np.inf)
    place = np.zeros(at.grid.shape)
    for (a, b), begin, step in zip(pairwise(points), begins[:-1], steps, strict=True):
        along = np.clip(((at.x - a[0]) * (b[0] - a[0]) + (at.y - a[1]) * (b[1] - a[1])) / step**2, 0.0, 1.0)
        away = np.hypot(at.x - a[0] - along * (b[0] - a[0]), at.y - a[1] - along * (b[1] - a[1]))
        nearer = away < best
        best, place = np.where(nearer, away, best), np.where(nearer, begin + along * step, place)
    return best, place / begins[-1]
