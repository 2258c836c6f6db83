"""Drawings of melasma: where on the face it lies, mirrored, blotched, with the outline of a coast on a map.

The patch is the middle of a face seen from the front; lengths are shares of its half width. Eyes and lips are spared.
"""

from __future__ import annotations

import numpy as np

from skintwin.disorders.canvas import Array, Canvas, Drawing, oval, soft
from skintwin.evidence import ledger

MAPS = ("centrofacial", "malar", "mandibular")

REGIONS: dict[str, tuple[tuple[float, float, float, float, float], ...]] = {
    "centrofacial": (
        (0.52, 0.10, 0.30, 0.20, 25), (0.36, -0.76, 0.36, 0.14, -6), (0.10, -0.72, 0.14, 0.11, 0),
        (0.05, -0.02, 0.08, 0.22, 0), (0.16, 0.50, 0.17, 0.07, 12), (0.06, 0.93, 0.16, 0.08, 0),
    ),
    "malar": ((0.55, 0.10, 0.32, 0.21, 25), (0.04, -0.02, 0.08, 0.20, 0), (0.36, 0.28, 0.14, 0.10, 40)),
    "mandibular": ((0.66, 0.70, 0.13, 0.36, 32), (0.42, 0.98, 0.22, 0.10, -24)),
}  # fmt: skip
"""Right half of each map: middle x, y and half axes (shares of the half width), tilt in degrees."""

EYES = (0.42, -0.28, 0.24, 0.13)
LIPS = (0.0, 0.66, 0.27, 0.085)


def face(at: Canvas) -> Drawing:
    """Symmetric patches, a little different on the two sides, with sparing between their blotches."""
    draw = at.generator()
    half = at.extent / 2
    size = 0.8 + 0.4 * at.severity
    distance = np.full(at.grid.shape, np.inf)
    for x, y, across, along, tilt in REGIONS[at.map]:
        for side in (1, -1):
            grow, shift = size * draw.uniform(0.9, 1.1), draw.uniform(-0.03, 0.03)
            lobe = oval(at, side * x * half, (y + shift) * half, across * grow * half, along * grow * half, side * tilt)
            distance = np.minimum(distance, lobe)
    coast = 0.06 * _mirrored(at.noise(draw, 0.11 * half), 0.75) + 0.035 * _mirrored(at.noise(draw, 0.045 * half), 0.3)
    near = soft(distance - 0.13 * half, 0.1 * half)  # noise alone makes specks far from any region
    distance = distance + half * coast
    spared = np.maximum(soft(_pair(at, EYES), 0.06 * half), soft(oval(at, *(v * half for v in LIPS)), 0.03 * half))
    blotched = 0.8 + 0.22 * at.noise(draw, 0.06 * half) + 0.16 * at.noise(draw, 0.022 * half)
    shade = soft(distance, 0.07 * half) * np.clip(blotched, 0.25, 1.25) * (1.0 - spared)
    shade = shade * near
    red = 1.0 + 2.0 * at.severity * ledger().value("drawing.melasma_redness", "1") * np.clip(shade, 0.0, 1.0)
    return Drawing(shade, dermal=np.clip(shade, 0.0, 1.0), vessels=red, guide="face")


def _pair(at: Canvas, place: tuple[float, float, float, float]) -> Array:
    x, y, across, along = (v * at.extent / 2 for v in place)
    return np.minimum(oval(at, x, y, across, along), oval(at, -x, y, across, along))


def _mirrored(noise: Array, alike: float) -> Array:
    """Noise of which the share ``alike`` is the same on both sides of the midline."""
    both = (noise + noise[:, ::-1]) / np.sqrt(2.0)
    return np.asarray(np.sqrt(alike) * both + np.sqrt(1.0 - alike) * noise)
