"""Smooth random fields in millimetres: the same field whatever the pixel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def smooth_noise(shape: tuple[int, int], pixel_mm: float, scale_mm: float, draw: np.random.Generator) -> Array:
    """(h, w) about normal, mean 0 and sd 1, whose features are ``scale_mm`` wide.

    Independent numbers on a lattice of half the scale, joined by cubic splines.
    """
    from scipy.ndimage import map_coordinates

    step = 0.5 * scale_mm
    nodes = [int(np.ceil(side * pixel_mm / step)) + 4 for side in shape]
    lattice = draw.standard_normal(nodes)
    axes = [(np.arange(side) + 0.5) * pixel_mm / step + 1.5 for side in shape]
    field = map_coordinates(lattice, np.meshgrid(*axes, indexing="ij"), order=3, prefilter=False, mode="nearest")
    return np.asarray(field / 0.479)  # B-spline weights of uniform phase leave 0.479 of the lattice's sd


def positive(field: Array, amplitude: float) -> Array:
    """exp(amplitude · field), scaled to mean 1."""
    factor = np.exp(amplitude * field)
    return np.asarray(factor / factor.mean())
