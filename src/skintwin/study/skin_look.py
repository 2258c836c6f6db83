"""What makes a drawn patch look like skin in a picture: relief, hair, the lines of a face.

Nothing of this is measured or simulated: it multiplies the display picture only, so that a drawing can be recognised.
"""

from __future__ import annotations

import numpy as np

from skintwin.disorders.canvas import Array, Canvas, oval, soft

RELIEF = 0.012
"""Standard deviation of the brightness that relief makes."""
HAIR_SPACING = 4.2
"""Distance (mm) of the coarse hairs that are drawn where hair shows."""
DARK_HAIR, WHITE_HAIR = 0.35, 1.3
"""Brightness of a dark and of a white hair relative to the skin behind it."""
INK = 0.35
"""Darkening by a guide line of the face."""


def relief(at: Canvas) -> Array:
    """(ny, nx) brightness of fine skin texture and faint mottling, about 1."""
    draw = at.generator()
    pixel = max(at.grid.pixel, 0.12)
    fine = at.noise(draw, 2.2 * pixel) + at.noise(draw, 5.0 * pixel)
    return np.asarray(np.exp(RELIEF * (fine / np.sqrt(2.0) + 0.7 * at.noise(draw, 25.0 * pixel))))


def hairs(at: Canvas, white: Array) -> Array:
    """(ny, nx, 3) factor of coarse hairs: dark, or white where ``white`` (ny, nx) is above one half at the root."""
    draw = at.generator()
    side, pixel = at.grid.nx * at.grid.pixel, at.grid.pixel
    cover, bright = np.zeros(at.grid.shape), np.zeros(at.grid.shape)
    for x, y in draw.uniform(-0.5, 0.5, (int((side / HAIR_SPACING) ** 2), 2)) * side:
        angle, length, curl = draw.normal(1.1, 0.2), draw.uniform(3.0, 6.0), draw.uniform(-0.4, 0.4)
        t = np.linspace(0.0, 1.0, max(4, int(3 * length / pixel)))
        column = (x + length * t * np.cos(angle + curl * t) + side / 2) / pixel - 0.5
        row = (y + length * t * np.sin(angle + curl * t) + side / 2) / pixel - 0.5
        light = _at(white, row[0], column[0]) > 0.5
        _splat(bright if light else cover, row, column, (1.0 - 0.8 * t) / 3.0)
    factor = np.exp(np.log(DARK_HAIR) * np.clip(cover, 0, 1) + np.log(WHITE_HAIR) * np.clip(bright, 0, 1))
    return np.repeat(factor[..., None], 3, axis=-1)


def _at(values: Array, row: float, column: float) -> float:
    j, i = np.clip(round(row), 0, values.shape[0] - 1), np.clip(round(column), 0, values.shape[1] - 1)
    return float(values[j, i])


def _splat(onto: Array, row: Array, column: Array, weight: Array) -> None:
    """Add points to a map, each shared by the four pixels around it."""
    j, i = np.floor(row).astype(int), np.floor(column).astype(int)
    for dj in (0, 1):
        for di in (0, 1):
            share = weight * np.abs(1 - dj - (row - j)) * np.abs(1 - di - (column - i))
            seen = (j + dj >= 0) & (j + dj < onto.shape[0]) & (i + di >= 0) & (i + di < onto.shape[1])
            np.add.at(onto, (j[seen] + dj, i[seen] + di), share[seen])


def face_lines(at: Canvas) -> Array:
    """(ny, nx) factor: brows, closed eyes, nose and mouth as faint lines, so that the map can be read as a face."""
    half, thick = at.extent / 2, 0.022 * at.extent / 2
    away = np.full(at.grid.shape, np.inf)
    for side in (1, -1):
        lid = np.abs(oval(at, side * 0.42 * half, -0.32 * half, 0.19 * half, 0.1 * half))
        away = np.minimum(away, np.where(at.y > -0.3 * half, lid, np.inf))
        brow = np.abs(oval(at, side * 0.43 * half, -0.42 * half, 0.27 * half, 0.12 * half, side * 6))
        away = np.minimum(away, np.where(at.y < -0.45 * half, brow - 0.4 * thick, np.inf))
        wing = np.abs(oval(at, side * 0.13 * half, 0.27 * half, 0.08 * half, 0.08 * half))
        away = np.minimum(away, np.where((at.y > 0.24 * half) & (side * at.x > 0.04 * half), wing, np.inf))
        peak = np.abs(oval(at, side * 0.1 * half, 0.66 * half, 0.16 * half, 0.075 * half, side * 8))
        away = np.minimum(away, np.where(at.y < 0.63 * half, peak, np.inf))
    lip = np.abs(oval(at, 0, 0.66 * half, 0.25 * half, 0.09 * half))
    away = np.minimum(away, np.where(at.y > 0.67 * half, lip, np.inf))
    mouth = np.abs(at.y - 0.66 * half - 0.02 * half * np.cos(6 * at.x / half)) + np.where(
        np.abs(at.x) > 0.24 * half, np.inf, 0.0
    )
    return np.asarray(1.0 - INK * soft(np.minimum(away, mouth) - thick, 1.2 * thick))


def hand_lines(at: Canvas) -> Array:
    """(ny, nx) factor: the gaps between the fingers of the back of a hand, as faint lines."""
    half, thick = at.extent / 2, 0.025 * at.extent / 2
    away = np.full(at.grid.shape, np.inf)
    for x in (-0.54, 0.0, 0.54):
        gap = np.hypot(at.x - 1.04 * x * half, np.maximum(at.y + 0.42 * half, 0.0))
        away = np.minimum(away, gap)
    return np.asarray(1.0 - INK * soft(away - thick, 1.2 * thick))


GUIDES = {"face": face_lines, "hand": hand_lines}
"""Guide lines by name."""
