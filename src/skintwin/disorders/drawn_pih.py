"""Drawings of marks that an inflammation left: scattered after acne, a line after a wound, a raster after a laser.

Young marks are red as well; redness goes with ``drawing.red_time``. Edges are blurred: the pigment has no border of
its own.
"""

from __future__ import annotations

import numpy as np

from skintwin.disorders.canvas import Array, Canvas, Drawing, oval, soft, strip
from skintwin.disorders.drawn_depigmented import waves
from skintwin.disorders.drawn_spots import blot, free_place
from skintwin.evidence import ledger

RED = 0.9
"""Rise of blood in the middle of a fresh mark, relative to the surrounding skin."""


def marks(at: Canvas) -> Drawing:
    """Round marks of different size and darkness, as after acne."""
    draw = at.generator()
    half = at.extent / 2
    size = ledger().value("drawing.acne_mark_diameter", "mm")
    shade = np.zeros(at.grid.shape)
    placed: list[tuple[float, float, float]] = []
    for _ in range(5 + round(16 * at.severity)):
        radius = 0.5 * size * float(np.clip(np.exp(0.3 * draw.normal()), 0.5, 1.8))
        x, y = free_place(draw, placed, radius / half)
        placed.append((x, y, radius / half))
        blot(at, shade, (x * half, y * half), radius, waves(draw, 0.12), 0.6 * radius, draw.uniform(0.45, 1.0))
    return _mark(at, shade * (1.0 + 0.08 * at.noise(draw, 1.0)))


def line(at: Canvas) -> Drawing:
    """A bent line, darker along its sides, as after a scratch, cut or burn."""
    draw = at.generator()
    half = at.extent / 2
    bend = draw.uniform(0.12, 0.25)
    t = np.linspace(-1, 1, 9)
    points = np.stack([0.94 * t, bend * (t**2 - 0.4) - 0.35 * t], axis=1) * half
    away, along = strip(at, points)
    width = half * (0.12 + 0.025 * np.sin(9 * along + draw.uniform(0, 6))) * np.sqrt(
        np.clip(1.05 - (2 * along - 1) ** 4, 0.0, 1.0)
    )
    inside = soft(away - width + 0.012 * half * at.noise(draw, 0.08 * half), 0.09 * half)
    rim = 0.72 + 0.28 * np.clip(away / np.maximum(width, 1e-6), 0.0, 1.0) ** 2
    return _mark(at, inside * rim * (1.0 + 0.1 * at.noise(draw, 0.07 * half)))


def raster(at: Canvas) -> Drawing:
    """Round spots in rows, the footprint of the hand piece, inside the area that was treated."""
    draw = at.generator()
    half = at.extent / 2
    pitch = ledger().value("drawing.laser_spot_diameter", "mm")
    area = oval(at, 0, 0, 0.95 * half, 0.7 * half) + 0.06 * half * at.noise(draw, 0.3 * half)
    shade = np.zeros(at.grid.shape)
    rows = int(np.ceil(half / pitch)) + 1
    for j in range(-rows, rows + 1):
        for i in range(-rows, rows + 1):
            x, y = (i + 0.5 * (j % 2)) * pitch + draw.normal() * 0.06 * pitch, 0.87 * j * pitch
            if (x / (0.95 * half)) ** 2 + (y / (0.7 * half)) ** 2 < 1.0:
                blot(at, shade, (x, y), 0.44 * pitch, waves(draw, 0.05), 0.3 * pitch, draw.uniform(0.55, 1.0))
    veil = 0.25 * soft(area, 0.2 * half)
    return _mark(at, np.maximum(shade, veil))


def _mark(at: Canvas, shade: Array) -> Drawing:
    shade = np.clip(shade, 0.0, 1.2)
    fresh = np.exp(-at.duration / ledger().value("drawing.red_time", "day"))
    return Drawing(shade, dermal=np.clip(shade, 0.0, 1.0), vessels=1.0 + RED * fresh * np.clip(shade, 0.0, 1.0))
