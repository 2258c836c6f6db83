"""Follicles as a point process on a patch.

Follicles keep a distance from each other; a jittered lattice (one follicle per cell of side 1/√f, placed in
its inner part) has the wanted density and a hard core, and a stream of keyed random numbers makes it the same
for the same patient whatever else is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skintwin.engine.grid import Grid

JITTER = 0.7
"""Share of the lattice cell in which the follicle may lie; 1 would let neighbours touch."""


@dataclass(frozen=True)
class FollicleMap:
    """Follicles of one patch: ``positions`` (n, 2) as (y, x) in mm, and what each draws for itself.

    ``threshold`` (n,): unit-exponential hazard at which it becomes active. ``chance`` (n,): uniform number
    that decides whether it keeps its reserve in a lesion.
    """

    positions: np.ndarray
    threshold: np.ndarray
    chance: np.ndarray


def scatter(grid: Grid, density: float, generator: np.random.Generator) -> FollicleMap:
    """Follicles of ``density`` (1/mm²) on ``grid``."""
    if density <= 0:
        return FollicleMap(np.zeros((0, 2)), np.zeros(0), np.zeros(0))
    side = 1.0 / np.sqrt(density)
    height, width = grid.ny * grid.pixel, grid.nx * grid.pixel
    rows, columns = int(np.ceil(height / side)) + 1, int(np.ceil(width / side)) + 1
    start = generator.random(2) * side
    index = np.stack(np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij"), axis=-1).reshape(-1, 2)
    offset = 0.5 + JITTER * (generator.random(index.shape) - 0.5)
    positions = (index + offset) * side - start
    threshold = generator.exponential(size=len(index))
    chance = generator.random(len(index))
    inside = np.all((positions >= 0) & (positions < [height, width]), axis=1)
    return FollicleMap(positions[inside], threshold[inside], chance[inside])


def rasterise(follicles: FollicleMap, grid: Grid) -> dict[str, np.ndarray]:
    """Maps of a patch, each (ny, nx).

    ``follicle_density`` 1/mm²; ``follicle_threshold``: lowest threshold in the pixel (1e9 where there is no
    follicle); ``follicle_chance``: chance number of that follicle (1 where there is none).
    """
    count = np.zeros(grid.shape)
    threshold = np.full(grid.shape, 1e9)
    chance = np.ones(grid.shape)
    pixels = np.minimum((follicles.positions / grid.pixel).astype(int), np.array(grid.shape) - 1)
    for (y, x), h, u in zip(pixels, follicles.threshold, follicles.chance, strict=True):
        count[y, x] += 1
        if h < threshold[y, x]:
            threshold[y, x], chance[y, x] = h, u
    return {
        "follicle_density": count / grid.pixel_area,
        "follicle_threshold": threshold,
        "follicle_chance": chance,
    }
