"""Where new pigment lies at a second visit: around follicles, from the margin, anywhere, or both first.

A pattern is a map q that is high where pigment returns first; the front is the level of q that leaves the share that is
asked for behind it. The closed share of the contrast rises over a width w, and is one half at the front itself, so that
the definition of repigmentation (half of the contrast closed) draws its border there:

    c(q) = l + (m − l) σ(4 (q − q₀)/w + logit((½ − l)/(m − l)))         m closed, l left
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.disorders.canvas import Canvas
from skintwin.engine.grid import Grid
from skintwin.evidence import ledger
from skintwin.optics.texture.keys import Key
from skintwin.phantoms.description import Course
from skintwin.phantoms.lattice import scatter
from skintwin.phantoms.shapes import SIDE, Shape

Array = NDArray[np.float64]
Real = NDArray[np.float32]

PATTERNS: Final = ("perifollicular", "marginal", "diffuse", "mixed")
_ALL: Final = 99.5  # per cent from which everything counts as asked for; below 0.5, nothing


def closing_front(shape: Shape, course: Course, key: Key) -> Array:
    """(SIDE, SIDE) q − q₀ in mm: positive where the contrast has closed."""
    inside = shape.distance < 0
    if course.percent >= _ALL or course.percent <= 100.0 - _ALL:
        return np.full((SIDE, SIDE), 1e3 if course.percent >= _ALL else -1e3)
    order = _order(shape, course.pattern, key)
    level = float(np.quantile(order[inside], 1.0 - course.percent / 100.0))
    return np.clip(order - level, -1e3, 1e3)


def front_share(front: Real, course: Course) -> Real:
    """Closed share of the contrast at ``front`` mm behind the front."""
    share = (0.5 - course.left) / (course.closed - course.left)
    start = float(np.log(share / (1.0 - share)))
    rise = 1.0 / (1.0 + np.exp(-np.clip(front * np.float32(4.0 / course.front_mm) + np.float32(start), -40.0, 40.0)))
    return np.asarray(np.float32(course.left) + np.float32(course.closed - course.left) * rise)


def _order(shape: Shape, pattern: str, key: Key) -> Array:
    """(SIDE, SIDE) how early pigment returns to a place, in mm."""
    draw = key.generator("course")
    at = Canvas(Grid(SIDE, SIDE, shape.step), (int(draw.integers(2**62)), 0), shape.step * SIDE)
    own = at.generator()
    extent = shape.step * SIDE
    if pattern == "marginal":
        return np.asarray(shape.distance + 0.03 * extent * at.noise(own, 0.08 * extent))
    if pattern == "diffuse":
        return np.asarray(0.05 * extent * at.noise(own, 0.1 * extent) + 0.6 * at.noise(own, 2.0))
    islands = _islands(shape, key) + 0.15 * at.noise(own, 1.2)
    if pattern == "perifollicular":
        return np.asarray(islands)
    return np.maximum(islands, shape.distance + 1.2 + 0.02 * extent * at.noise(own, 0.08 * extent))


def _islands(shape: Shape, key: Key) -> Array:
    """(SIDE, SIDE) mm into the nearest island around a follicle that kept its reserve; islands differ in size."""
    half = shape.step * SIDE / 2
    spacing = 1.0 / np.sqrt(ledger().value("phantoms.reserve_follicles", "1/mm^2"))
    points, numbers = scatter(spacing, (-half, -half), (half, half), key, "follicles")
    axis = (np.arange(SIDE) - (SIDE - 1) / 2) * shape.step
    best = np.full((SIDE, SIDE), -1e3)
    for (x, y), u in zip(points, numbers, strict=True):
        size = 0.5 * spacing * u[0]
        reach = 3.0 * spacing
        rows, columns = (slice(*np.searchsorted(axis, (c - reach, c + reach))) for c in (y, x))
        away = np.hypot(axis[columns][None, :] - x, axis[rows][:, None] - y)
        best[rows, columns] = np.maximum(best[rows, columns], size - away)
    return best
