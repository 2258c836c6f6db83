"""Which patch is which: every window of a lattice, in all eight orientations, judged by its colours.

Light of any colour, exposure and haze are allowed: per channel, cube root of picture = k cube root of card + b, k > 0.
Patches that fit the most common such light count as seen; the placement with most of them is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from skintwin.photo.cards.homography import project
from skintwin.photo.cards.lattice import Cell, Lattice
from skintwin.photo.cards.reference import COLUMNS, ROWS, reference

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

ALIKE = 0.16
"""Cube root of linear light: a patch nearer than this to its expected colour is taken as itself."""
_RIDGE = 0.05  # of the spread of 24 patches, about 1: negligible for a card, decisive for a handful of patches
_WIDTH = 0.12
_FOOT = 0.02  # of white
_LEAST_ALIKE = 10  # patches; wrong windows of the 17 photographs reach 10 and then have as many that are unlike


@dataclass(frozen=True, eq=False)
class Placement:
    """A card in the picture.

    h: (3, 3) from (column, row) of the card to pixels. mirrored: the picture shows the patches in mirror order.
    alike: (24,) bool, patches inside the picture whose colour is the expected one. inside: (24,) bool.
    misfit: (24,) distance from the expected colour, cube root of linear light; nan outside.
    squares: numbers of the squares of the lattice that lie on the card.
    """

    h: Array
    mirrored: bool
    alike: Bools
    inside: Bools
    misfit: Array
    squares: frozenset[int] = frozenset()

    @property
    def rank(self) -> tuple[float, float]:
        """Larger is better: patches alike, less those that should be and are not; then their closeness."""
        wrong = int((self.inside & ~self.alike).sum())
        close = float(self.misfit[self.alike].mean()) if self.alike.any() else 9.0
        return int(self.alike.sum()) - 0.5 * wrong, -close


def best_placement(linear: Array, lattice: Lattice) -> Placement | None:
    """The best placement of a card on a lattice, or None when no window of it has the colours of a card."""
    found = [p for w in _windows(lattice) if (p := _judge(linear, *w)) is not None]
    found = [p for p in found if p.alike.sum() >= _LEAST_ALIKE]
    return max(found, key=lambda p: p.rank, default=None)


def place_on_corners(linear: NDArray[np.floating], pixels: Array) -> Placement | None:
    """The best orientation for four centres of corner patches, (4, 2) in turn around the card."""
    from skintwin.photo.cards.homography import fit_homography

    found = []
    ends = np.array([[0, 0], [COLUMNS - 1, 0], [COLUMNS - 1, ROWS - 1], [0, ROWS - 1]], dtype=np.float64)
    for turned in (pixels, pixels[::-1]):
        for start in range(4):
            h = fit_homography(ends, np.roll(turned, start, axis=0))
            if (p := _judge(linear, h, turned is not pixels, frozenset())) is not None:
                found.append(p)
    return max(found, key=lambda p: p.rank, default=None)


def shaded(linear: NDArray[np.floating], placement: Placement) -> Bools:
    """(24,) patches of a placement that are unlike in brightness alone: their chromaticity fits one light.

    Those dark in all channels (below 1 %) are never counted: their chromaticity is noise.
    """
    card = reference("2014-11")
    seen = _middle_colours(linear, placement.h, card.places[placement.inside])
    both = seen, card.linear_srgb[placement.inside]
    shares = [c / np.maximum(c.mean(axis=1, keepdims=True), 1e-6) for c in both]
    apart = np.full(len(placement.inside), np.nan)
    fit = _misfit(_compressed(shares[0]), _compressed(shares[1]))
    apart[placement.inside] = np.where(seen.mean(axis=1) > 0.01, fit, 9.0)
    return np.asarray(placement.inside & ~placement.alike & (np.nan_to_num(apart, nan=9.0) < ALIKE))


@cache
def _turns() -> tuple[tuple[bool, Array], ...]:
    """(mirrored, (3, 3) card -> cells with the first corner of the window at 0, 0) for the eight orientations."""
    c, r = COLUMNS - 1, ROWS - 1
    return tuple(
        (mirrored, np.array(m, dtype=np.float64))
        for mirrored, m in (
            (False, [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
            (False, [[-1, 0, c], [0, -1, r], [0, 0, 1]]),
            (False, [[0, -1, r], [1, 0, 0], [0, 0, 1]]),
            (False, [[0, 1, 0], [-1, 0, c], [0, 0, 1]]),
            (True, [[-1, 0, c], [0, 1, 0], [0, 0, 1]]),
            (True, [[1, 0, 0], [0, -1, r], [0, 0, 1]]),
            (True, [[0, 1, 0], [1, 0, 0], [0, 0, 1]]),
            (True, [[0, -1, r], [-1, 0, c], [0, 0, 1]]),
        )
    )


def _windows(lattice: Lattice) -> Iterator[tuple[Array, bool, frozenset[int]]]:
    """Every window of 6 x 4 or 4 x 6 cells that holds six squares and 0.6 of the most, turned each way."""
    cells = np.array(list(lattice.cells))
    numbers = np.array(list(lattice.cells.values()))
    for mirrored, turn in _turns():
        wide = turn[0, 0] != 0
        size = np.array([COLUMNS, ROWS] if wide else [ROWS, COLUMNS])
        firsts = list(_firsts(cells, size))
        all_held = [((cells >= first) & (cells < first + size)).all(axis=1) for first in firsts]
        most = max((int(held.sum()) for held in all_held), default=0)
        for first, held in zip(firsts, all_held, strict=True):
            if held.sum() >= max(6, 0.6 * most):
                shift = np.array([[1, 0, first[0]], [0, 1, first[1]], [0, 0, 1.0]])
                yield lattice.h @ shift @ turn, mirrored, frozenset(numbers[held].tolist())


def _firsts(cells: NDArray[np.int64], size: NDArray[np.int64]) -> Iterable[Cell]:
    low, high = cells.min(axis=0) - size + 2, cells.max(axis=0)
    return ((c, r) for c in range(low[0], high[0]) for r in range(low[1], high[1]))


def _judge(linear: NDArray[np.floating], h: Array, mirrored: bool, squares: frozenset[int]) -> Placement | None:
    """Read the 24 middles and compare them with the card."""
    card = reference("2014-11")
    middles = project(h, card.places)
    height, width = linear.shape[:2]
    inside = np.asarray((middles >= 0) & (middles <= np.array([width - 1, height - 1]))).all(axis=1).reshape(-1)
    if inside.sum() < _LEAST_ALIKE:
        return None
    seen = _middle_colours(linear, h, card.places[inside])
    misfit = np.full(len(inside), np.nan)
    misfit[inside] = _misfit(_compressed(seen), _compressed(card.linear_srgb[inside]))
    return Placement(h, mirrored, inside & (np.nan_to_num(misfit, nan=9.0) < ALIKE), inside, misfit, squares)


def _middle_colours(linear: NDArray[np.floating], h: Array, places: Array) -> Array:
    """(n, 2) places on the card -> (n, 3) median of 49 points of the middle half of each patch."""
    grid = np.stack(np.meshgrid(*[np.linspace(-0.2, 0.2, 7)] * 2), axis=-1).reshape(-1, 2)
    points = np.rint(np.nan_to_num(project(h, places[:, None] + grid))).astype(int)
    x = np.clip(points[..., 0], 0, linear.shape[1] - 1)
    y = np.clip(points[..., 1], 0, linear.shape[0] - 1)
    return np.asarray(np.median(linear[y, x].astype(np.float64), axis=1))


def _misfit(seen: Array, card: Array) -> Array:
    """(n, 3) and (n, 3) compressed colours -> (n,) distance from the card after the most common light.

    First one line a channel, which holds when half of the patches are hidden; from there, channels mixed and a bent
    tone curve (square of the mean channel), held towards the lines by a ridge.
    """
    weight = np.ones(len(seen))
    for _ in range(6):
        ds, dc = _centred(seen, weight), _centred(card, weight)
        slope = np.clip((weight @ (ds * dc)) / np.maximum(weight @ ds**2, 1e-12), 0.2, 5.0)
        apart = np.linalg.norm(slope * ds - dc, axis=1)
        weight = _trust(apart)
    terms = np.column_stack([seen, seen.mean(axis=1) ** 2])
    start = np.vstack([np.diag(slope), np.zeros(3)])
    for _ in range(10):
        ds, dc = _centred(terms, weight), _centred(card, weight)
        weighted = (ds * weight[:, None]).T
        mixed = np.linalg.solve(weighted @ ds + _RIDGE * np.eye(4), weighted @ dc + _RIDGE * start)
        apart = np.linalg.norm(ds @ mixed - dc, axis=1)
        weight = _trust(apart)
    return np.asarray(apart)


def _centred(values: Array, weight: Array) -> Array:
    return np.asarray(values - weight @ values / weight.sum())


def _trust(apart: Array) -> Array:
    return np.asarray(1 / (1 + (apart / _WIDTH) ** 2) ** 2)


def _compressed(linear: Array) -> Array:
    """Near a cube root, with a foot: colours outside sRGB, and black, must not weigh more than they show."""
    return np.cbrt(np.maximum(linear, 0) + _FOOT)
