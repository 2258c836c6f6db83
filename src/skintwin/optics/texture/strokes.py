"""Thin curved lines on a map: the share of each pixel that they cover."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def splat(onto: Array, row: Array, column: Array, weight: Array) -> None:
    """Add weights at points (in pixels), each shared by the four pixels around it."""
    j, i = np.floor(row).astype(int), np.floor(column).astype(int)
    for dj in (0, 1):
        for di in (0, 1):
            share = weight * np.abs(1 - dj - (row - j)) * np.abs(1 - di - (column - i))
            seen = (j + dj >= 0) & (j + dj < onto.shape[0]) & (i + di >= 0) & (i + di < onto.shape[1])
            np.add.at(onto, (j[seen] + dj, i[seen] + di), share[seen])


def stroke(onto: Array, pixel_mm: float, down: Array, across: Array, width: Array | float) -> None:
    """Add a line through points (mm from the upper left corner), ``width`` mm wide: its area over the pixel's.

    A line wider than a pixel is drawn as several side by side.
    """
    step = np.hypot(np.diff(down), np.diff(across))
    place = np.concatenate([[0.0], np.cumsum(step)])
    if place[-1] <= 0:
        return
    points = np.linspace(0.0, place[-1], max(2, int(np.ceil(2.0 * place[-1] / pixel_mm))))
    y, x = np.interp(points, place, down), np.interp(points, place, across)
    wide = np.interp(points, place, np.broadcast_to(width, down.shape))
    slope_y, slope_x = np.gradient(y), np.gradient(x)
    length = np.maximum(np.hypot(slope_y, slope_x), 1e-12)
    lanes = max(1, int(np.ceil(2.0 * float(wide.max()) / pixel_mm)))
    area = wide * (points[1] - points[0]) / pixel_mm**2 / lanes
    for lane in (np.arange(lanes) + 0.5) / lanes - 0.5:
        off = lane * wide / length
        splat(onto, (y + off * slope_x) / pixel_mm - 0.5, (x - off * slope_y) / pixel_mm - 0.5, area)


def scattered(size_mm: tuple[float, float], density: float, margin: float, draw: np.random.Generator) -> Array:
    """(n, 2) points (mm; down, across) at a mean density per mm², up to ``margin`` mm outside of the patch."""
    sides = np.array(size_mm) + 2 * margin
    count = draw.poisson(density * sides[0] * sides[1])
    return np.asarray(draw.uniform(0.0, 1.0, (count, 2)) * sides - margin)
