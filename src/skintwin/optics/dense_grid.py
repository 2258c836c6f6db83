"""Values on a regular two-axis grid with linear interpolation, for millions of points at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_CHUNK: Final = 1 << 13  # points at a time, so that the working set stays in cache


@dataclass(frozen=True, eq=False)
class DenseGrid:
    """u: (A,), v: (B,) evenly spaced, rising; values: (A, B, C)."""

    u: Array
    v: Array
    values: Array

    def __call__(self, u: Array, v: Array) -> Array:
        """(..., C) values at points of equal shape (...); outside the grid the edge is used."""
        across, along = np.ravel(u), np.ravel(v)
        found = np.empty((across.size, self.values.shape[-1]))
        for begin in range(0, across.size, _CHUNK):
            rows = slice(begin, begin + _CHUNK)
            found[rows] = self._at(across[rows], along[rows])
        return found.reshape(*np.shape(u), -1)

    def _at(self, u: Array, v: Array) -> Array:
        columns = self.v.size
        flat = self.values.reshape(self.u.size * columns, -1)
        i, p = _locate(u, self.u)
        j, q = _locate(v, self.v)
        corner = i * columns + j
        p, q = p[..., None], q[..., None]
        low = flat[corner] * (1 - q) + flat[corner + 1] * q
        high = flat[corner + columns] * (1 - q) + flat[corner + columns + 1] * q
        return np.asarray(low * (1 - p) + high * p)

    def slopes(self) -> tuple[Array, Array]:
        """(A, B, C) derivatives along u and along v at the nodes, second order."""
        along_u = np.gradient(self.values, self.u, axis=0, edge_order=2)
        along_v = np.gradient(self.values, self.v, axis=1, edge_order=2)
        return np.asarray(along_u), np.asarray(along_v)


def _locate(x: Array, axis: Array) -> tuple[NDArray[np.int64], Array]:
    """Cell and position within it (0..1), clipped to the axis."""
    place = np.asarray(np.clip((x - axis[0]) / (axis[1] - axis[0]), 0.0, axis.size - 1.0))
    cell = np.asarray(np.minimum(place.astype(np.int64), axis.size - 2))
    return cell, np.asarray(place - cell)
