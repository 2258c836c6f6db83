"""The colour of each patch, and how far it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skintwin.photo.cards.homography import local_steps, project
from skintwin.photo.cards.placement import Placement
from skintwin.photo.cards.reference import reference
from skintwin.photo.photograph import Photograph

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

_READ = 0.27  # of the pitch, to each side: inside the patch of every known card by a soft edge of 0.07
_MOST_POINTS = 31  # a side
_CLIPPED = 0.05  # share of points at the ceiling that makes a patch saturated
_BLOCKS = 3
_FOREIGN = 0.08  # cube root of linear light, from the median of the patch (assumed: above noise, below any mark)


@dataclass(frozen=True, eq=False)
class Patches:
    """24 readings in card order.

    linear_srgb: (24, 3) mean of the half of the points nearest the median colour. spread: (24, 3) their standard
    deviation. clipped, floored: (24,) share of those points with a channel at its ceiling, at 0.
    uneven: (24,) largest brightness of nine blocks of the patch over the smallest, less 1.
    marked: (24,) share of points whose colour is not that of the patch (a mark, a speck, gloss).
    foreign: (24, 3) mean colour of those points; nan where there are none.
    """

    linear_srgb: Array
    spread: Array
    clipped: Array
    floored: Array
    uneven: Array
    marked: Array
    foreign: Array

    @property
    def saturated(self) -> Bools:
        """(24,) patches whose colour is not known because a channel is at its ceiling."""
        return np.asarray(self.clipped > _CLIPPED)


def read_patches(photograph: Photograph, placement: Placement) -> Patches:
    """Read all patches; each must lie inside the picture."""
    places = reference("2014-11").places
    across, down = local_steps(placement.h, places)
    widest = float(max(np.hypot(*across.T).max(), np.hypot(*down.T).max()))
    n = int(np.clip(np.ceil(2 * _READ * widest) + 1, 6, _MOST_POINTS))
    grid = np.stack(np.meshgrid(*[np.linspace(-_READ, _READ, n)] * 2), axis=-1)
    points = np.rint(project(placement.h, places[:, None, None] + grid)).astype(int)
    height, width = photograph.shape
    x, y = np.clip(points[..., 0], 0, width - 1), np.clip(points[..., 1], 0, height - 1)
    colours = np.asarray(photograph.linear_srgb[y, x], dtype=np.float64)
    rows = [_one(patch, full) for patch, full in zip(colours, photograph.clipped[y, x], strict=True)]
    return Patches(*(np.array(column) for column in zip(*rows, strict=True)))


def _one(patch: Array, full: Bools) -> tuple[Array, Array, float, float, float, float, Array]:
    """(n, n, 3) -> what ``Patches`` holds of one patch, in its order."""
    points = patch.reshape(-1, 3)
    root = np.cbrt(np.maximum(points, 0) + 0.02)
    apart = np.linalg.norm(root - np.median(root, axis=0), axis=1)
    near = np.argsort(apart)[: max(len(points) // 2, 1)]
    kept = points[near]
    floored = float((kept <= 0).any(axis=1).mean())
    at_ceiling, foreign = float(full.ravel()[near].mean()), apart > _FOREIGN
    other = points[foreign].mean(axis=0) if foreign.any() else np.full(3, np.nan)
    return kept.mean(axis=0), kept.std(axis=0), at_ceiling, floored, _unevenness(patch), float(foreign.mean()), other


def _unevenness(patch: Array) -> float:
    light = patch.mean(axis=-1) + 0.02
    blocks = [np.median(b) for band in np.array_split(light, _BLOCKS) for b in np.array_split(band, _BLOCKS, axis=1)]
    return float(max(blocks) / min(blocks) - 1)
