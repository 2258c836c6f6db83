"""A pavement of irregular cells: distance of every point to the border of its cell."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

JITTER = 0.85
"""How far a cell's centre may lie from its place in the lattice, in lattice steps; 0 would be a chessboard."""


def border_distance(x: Array, y: Array, spacing: float, draw: np.random.Generator) -> Array:
    """(h, w) distance to the nearest border of cells about ``spacing`` wide, at points x, y (h, w), unit of spacing.

    Cells are those nearest to jittered lattice points (Voronoi); the distance is half of that to the second centre
    less that to the first, which is exact where the border is met at a right angle.
    """
    left, top = float(x.min()) / spacing - 2.0, float(y.min()) / spacing - 2.0
    size = (int(float(y.max()) / spacing - top) + 4, int(float(x.max()) / spacing - left) + 4)
    centres = draw.uniform(0.5 - JITTER / 2, 0.5 + JITTER / 2, (*size, 2))
    out = np.empty(x.size)
    _kernel()(np.ravel(x) / spacing - left, np.ravel(y) / spacing - top, centres, out)
    return out.reshape(x.shape) * spacing


@cache
def _kernel() -> Callable[..., Any]:
    from numba import njit

    return njit(cache=True)(_nearest)


def _nearest(x, y, centres, out):  # type: ignore[no-untyped-def]
    """Half of (second nearest less nearest centre distance), in lattice steps."""
    rows, columns, _ = centres.shape
    for n in range(x.size):
        i, j = int(y[n]), int(x[n])
        first, second = 1e9, 1e9
        for a in range(max(i - 2, 0), min(i + 3, rows)):
            for b in range(max(j - 2, 0), min(j + 3, columns)):
                dx, dy = b + centres[a, b, 0] - x[n], a + centres[a, b, 1] - y[n]
                d = dx * dx + dy * dy
                if d < first:
                    first, second = d, first
                elif d < second:
                    second = d
        out[n] = 0.5 * (np.sqrt(second) - np.sqrt(first))
