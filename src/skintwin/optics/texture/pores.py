"""Visible openings of follicles: small pits into which less light falls, without gloss."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.optics.texture.keys import Key
from skintwin.optics.texture.strokes import scattered, splat

Array = NDArray[np.float64]


def pore_depth(shape: tuple[int, int], pixel_mm: float, key: Key) -> Array:
    """(h, w) share of the light that pores keep out, 0..1."""
    from scipy.ndimage import gaussian_filter

    value = ledger().value
    width, dark = value("texture.pore_width", "mm"), value("texture.pore_shade", "1")
    draw = key.generator("pores")
    points = scattered((shape[0] * pixel_mm, shape[1] * pixel_mm), value("texture.pore_density", "1/mm^2"), 0.5, draw)
    marks = np.zeros(shape)
    sizes = draw.lognormal(0.0, 0.3, len(points))
    splat(marks, points[:, 0] / pixel_mm - 0.5, points[:, 1] / pixel_mm - 0.5, sizes)
    sigma = 0.35 * width / pixel_mm
    area = 2 * np.pi * (0.35 * width) ** 2 / pixel_mm**2
    return np.asarray(np.clip(dark * area * gaussian_filter(marks, sigma, mode="constant"), 0.0, 0.9))
