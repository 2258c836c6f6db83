"""Hair that lies on the skin: vellus, fine and pale, and terminal, coarse and dark."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.optics.texture.keys import Key
from skintwin.optics.texture.strokes import scattered, stroke

Array = NDArray[np.float64]


def hair_spectrum(kind: str, wavelength: Array) -> Array:
    """(W,) reflectance of hair at (W,) nm: pale brown if vellus, dark brown to black if terminal."""
    value = ledger().value
    ends = (value(f"texture.{kind}_reflectance_400", "1"), value(f"texture.{kind}_reflectance_700", "1"))
    return np.asarray(np.interp(wavelength, (400.0, 700.0), ends))


def hair_cover(kind: str, shape: tuple[int, int], pixel_mm: float, key: Key) -> Array:
    """(h, w) share of each pixel that hair of a kind covers, 0..1.

    Hairs start at random points, share a direction with some scatter, bend a little and taper to a tip.
    """
    value = ledger().value
    length, width = value(f"texture.{kind}_length", "mm"), value(f"texture.{kind}_width", "mm")
    draw = key.generator(f"{kind} hair")
    cover = np.zeros(shape)
    size = (shape[0] * pixel_mm, shape[1] * pixel_mm)
    lie = draw.uniform(0.2, 0.45) * np.pi
    for root in scattered(size, value(f"texture.{kind}_density", "1/mm^2"), length, draw):
        long, angle, bend = length * draw.uniform(0.5, 1.3), lie + draw.normal(0.0, 0.22), draw.normal(0.0, 0.35)
        t = np.linspace(0.0, 1.0, 24)
        heading = angle + bend * t
        down = root[0] + np.concatenate([[0.0], np.cumsum(np.sin(heading[:-1]))]) * long / 23
        across = root[1] + np.concatenate([[0.0], np.cumsum(np.cos(heading[:-1]))]) * long / 23
        taper = np.sqrt(np.clip(1.0 - t, 0.0, 1.0)) * np.clip(0.6 + 2.0 * t, 0.0, 1.0)
        stroke(cover, pixel_mm, down, across, width * draw.uniform(0.7, 1.2) * np.maximum(taper, 0.15))
    return np.clip(cover, 0.0, 1.0)
