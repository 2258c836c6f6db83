"""Superficial vessels: fine branching lines in which there is more blood, on a ground that has a little less."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.optics.texture.keys import Key
from skintwin.optics.texture.strokes import scattered, stroke

Array = NDArray[np.float64]

STEP = 0.08
"""Length (mm) of the straight pieces of a vessel."""


def vessel_factor(shape: tuple[int, int], pixel_mm: float, key: Key) -> Array:
    """(h, w) blood relative to the mean, mean 1."""
    value = ledger().value
    extra, width = value("texture.vessel_contrast", "1"), value("texture.vessel_width", "mm")
    draw = key.generator("vessels")
    cover = np.zeros(shape)
    size = (shape[0] * pixel_mm, shape[1] * pixel_mm)
    for start in scattered(size, value("texture.vessel_density", "1/mm^2"), 2.0, draw):
        _branch(cover, pixel_mm, start, draw.uniform(0.0, 2 * np.pi), width * draw.uniform(0.6, 1.2), 3, draw)
    factor = 1.0 + extra * np.clip(cover, 0.0, 1.0)
    return np.asarray(factor / factor.mean())


def _branch(
    cover: Array, pixel_mm: float, start: Array, heading: float, width: float, order: int, draw: np.random.Generator
) -> None:
    """A wandering line, with thinner ones leaving it."""
    steps = int(draw.uniform(8, 22))
    turns = heading + np.cumsum(draw.normal(0.0, 0.28, steps))
    down = start[0] + STEP * np.concatenate([[0.0], np.cumsum(np.sin(turns))])
    across = start[1] + STEP * np.concatenate([[0.0], np.cumsum(np.cos(turns))])
    stroke(cover, pixel_mm, down, across, width * np.linspace(1.0, 0.6, steps + 1))
    if order > 1:
        for k in draw.choice(steps, 2, replace=False):
            side = turns[k] + draw.choice([-1, 1]) * draw.uniform(0.5, 1.1)
            _branch(cover, pixel_mm, np.array([down[k], across[k]]), side, 0.65 * width, order - 1, draw)
