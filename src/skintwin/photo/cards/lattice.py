"""Squares that stand in rows and columns: a lattice grown from each corner of three."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skintwin.photo.cards.homography import fit_affine, fit_homography, local_steps, project
from skintwin.photo.cards.squares import Squares

Array = NDArray[np.float64]
Cell = tuple[int, int]

_NEAREST, _FARTHEST = 1.0, 2.6  # of the flat side: patches that touch, and patches 8 pixels wide with soft edges
_MISS = 0.22  # of the pitch: how far a square may lie from its predicted place
_LEAST = 6  # squares: fewer fit anything
_MOST = 48  # squares: lattices of the 17 photographs have 24 at most; twice as many is cloth, tiles, a mosaic
_MOST_LATTICES = 24


@dataclass(frozen=True, eq=False)
class Lattice:
    """cells: (column, row) -> number of the square. h: (3, 3) from (column, row) to pixels."""

    cells: dict[Cell, int]
    h: Array


def find_lattices(squares: Squares) -> list[Lattice]:
    """Up to 24 lattices of 6 to 48 squares, the largest first; a square that a large lattice holds seeds no other."""
    found: list[Lattice] = []
    used: set[int] = set()
    for seed in range(len(squares)):
        if seed in used:
            continue
        best = _best_from(squares, seed)
        if best is not None and len(best.cells) >= _MOST:
            used |= set(best.cells.values())
        elif best is not None and len(best.cells) >= _LEAST:
            best = _grow(squares, _unsheared(best))
            found.append(best)
            if len(best.cells) >= 2 * _LEAST:
                used |= set(best.cells.values())
    found.sort(key=lambda g: -len(g.cells))
    return _different(found)[:_MOST_LATTICES]


def _best_from(squares: Squares, seed: int) -> Lattice | None:
    """The largest lattice grown from a square; of two bases of the same squares the sheared one has longer steps."""
    best: Lattice | None = None
    for corner in _corners(squares, seed):
        one = _grow(squares, corner)
        if len(one.cells) >= _MOST:
            return one
        if best is None or (len(one.cells), -_step_size(one)) > (len(best.cells), -_step_size(best)):
            best = one
    return best


def _step_size(lattice: Lattice) -> float:
    """Sum of squared steps, pixels^2: of two bases of one lattice the less sheared has the smaller."""
    across, down = local_steps(lattice.h, [0.0, 0.0])
    return float(across @ across + down @ down)


def _unsheared(lattice: Lattice) -> dict[Cell, int]:
    """The same cells counted along the shortest steps (Gauss reduction of the basis), not along a diagonal."""
    cells = dict(lattice.cells)
    across, down = local_steps(lattice.h, np.mean(list(cells), axis=0))
    for _ in range(4):
        k = int(np.rint(across @ down / (across @ across)))
        cells, down = {(c + k * r, r): n for (c, r), n in cells.items()}, down - k * across
        m = int(np.rint(across @ down / (down @ down)))
        cells, across = {(c, r + m * c): n for (c, r), n in cells.items()}, across - m * down
        if k == 0 and m == 0:
            break
    return cells


def _different(found: list[Lattice]) -> list[Lattice]:
    kept: list[Lattice] = []
    for one in found:
        mine = set(one.cells.values())
        if all(len(mine & set(other.cells.values())) < 0.7 * len(mine) for other in kept):
            kept.append(one)
    return kept


def _corners(squares: Squares, seed: int) -> Iterator[dict[Cell, int]]:
    """A seed and two neighbours at about a right angle, as far apart as neighbouring patches are."""
    offset = squares.centre - squares.centre[seed]
    distance = np.hypot(*offset.T)
    side = squares.side[seed]
    alike = (squares.side > 0.55 * side) & (squares.side < 1.8 * side)
    near = np.nonzero(alike & (distance > _NEAREST * side) & (distance < _FARTHEST * side))[0]
    near = near[np.argsort(distance[near])][:10]
    for i in near:
        for j in near:
            a, b = offset[i], offset[j]
            turn = a[0] * b[1] - a[1] * b[0]
            size = distance[i] * distance[j]
            if turn > 0.75 * size and 0.6 < distance[i] / distance[j] < 1.67 and distance[i] <= distance[near[0]] * 1.2:
                yield {(0, 0): seed, (1, 0): int(i), (0, 1): int(j)}


def _grow(squares: Squares, cells: dict[Cell, int]) -> Lattice:
    """Add the squares that lie where a neighbour is predicted, until none is left."""
    side = float(np.median(squares.side[list(cells.values())]))
    while True:
        h = _map(squares, cells)
        around = {(c + dc, r + dr) for c, r in cells for dc, dr in ((1, 0), (-1, 0), (0, 1), (0, -1))}
        wanted = sorted(cell for cell in around - set(cells) if all(abs(k) <= 9 for k in cell))
        if not wanted or len(cells) >= _MOST:
            return Lattice(cells, h)
        places = project(h, wanted)
        across, down = local_steps(h, wanted)
        reach = _MISS * np.minimum(np.hypot(*across.T), np.hypot(*down.T))
        new = {}
        taken = set(cells.values())
        for cell, place, limit in zip(wanted, places, reach, strict=True):
            gap = np.hypot(*(squares.centre - place).T)
            gap = np.where((squares.side > 0.5 * side) & (squares.side < 2.0 * side), gap, np.inf)
            k = int(np.argmin(gap))
            if gap[k] < limit and k not in taken:
                new[cell] = k
                taken.add(k)
        if not new:
            return Lattice(cells, h)
        cells = cells | new


def _map(squares: Squares, cells: dict[Cell, int]) -> Array:
    """Affine while few or in one line, projective after."""
    where, points = np.array(list(cells)), squares.centre[list(cells.values())]
    wide = all(len({c[k] for c in cells}) >= 3 for k in (0, 1))
    return fit_homography(where, points) if len(cells) >= 8 and wide else fit_affine(where, points)
