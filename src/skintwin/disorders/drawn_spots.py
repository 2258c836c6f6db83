"""Drawings of brown spots: freckles, solar lentigines, the small dark lentigo, stellate lentigines."""

from __future__ import annotations

import numpy as np

from skintwin.disorders.canvas import Array, Canvas, Drawing, soft, star
from skintwin.disorders.drawn_depigmented import waves
from skintwin.evidence import ledger

SHARP = 0.4
"""Width (mm) of the edge of a lentigo."""


def freckles(at: Canvas) -> Drawing:
    """Many small spots of varied darkness over the whole field, denser in its middle."""
    draw = at.generator()
    density = ledger().value("drawing.freckle_density", "1/mm^2") * (0.4 + 1.2 * at.severity)
    count = max(1, round(density * at.freckling * at.extent**2))
    size = ledger().value("drawing.freckle_diameter", "mm")
    shade = np.zeros(at.grid.shape)
    for _ in range(count):
        # Each spot draws the same numbers whatever the count, so that more severe means further spots.
        x, y = np.clip(0.6 * draw.normal(size=2), -1.25, 1.25) * at.extent / 2
        radius = 0.5 * size * np.clip(np.exp(0.45 * draw.normal()), 0.4, 2.2)
        blot(at, shade, (x, y), radius, waves(draw, 0.22), 0.35 * size, draw.uniform(0.3, 1.0))
    return Drawing(shade)


def lentigines(at: Canvas) -> Drawing:
    """A large spot with others around it, sharply bordered, evenly brown with an outline as if nibbled."""
    draw = at.generator()
    radius = at.extent / 2
    shade = np.zeros(at.grid.shape)
    spots = 3 + round(8 * at.severity)
    spread = np.concatenate([[0.32], np.sort(draw.uniform(0.06, 0.2, spots - 1))[::-1]])
    placed: list[tuple[float, float, float]] = []
    for share in spread:
        x, y = (0.0, 0.0) if not placed else free_place(draw, placed, share)
        placed.append((x, y, share))
        nibbled = np.concatenate([waves(draw, 0.2), waves(draw, 0.1) * [3.5, 1, 1]])
        dark = draw.uniform(0.75, 1.05)
        blot(at, shade, (x * radius, y * radius), share * radius, nibbled, SHARP, dark)
    mottled = 1.0 + 0.07 * at.noise(draw, 0.5) + 0.07 * at.noise(draw, 1.5)
    return Drawing(np.clip(shade * mottled, 0.0, 1.3))


def free_place(
    draw: np.random.Generator, placed: list[tuple[float, float, float]], share: float
) -> tuple[float, float]:
    """A place in the unit disc whose spot touches no other; the last try if there is none."""
    x = y = 0.0
    for _ in range(60):
        x, y = draw.uniform(-0.95, 0.95, 2)
        if all(np.hypot(x - a, y - b) > 1.35 * (share + c) for a, b, c in placed):
            break
    return float(x), float(y)


def simplex(at: Canvas) -> Drawing:
    """One small, dark, even and round spot."""
    draw = at.generator()
    radius = at.extent / 2
    return Drawing(soft(star(at, 0, 0, radius, waves(draw, 0.08)), 0.6 * SHARP))


def stellate(at: Canvas) -> Drawing:
    """Many star-shaped spots of different size, each evenly dark."""
    draw = at.generator()
    shade = np.zeros(at.grid.shape)
    spots = round(at.extent * (0.4 + 1.2 * at.severity))
    placed: list[tuple[float, float, float]] = []
    for _ in range(spots):
        share = 0.035 + 0.05 * draw.uniform() ** 2
        x, y = free_place(draw, placed, share)
        placed.append((x, y, share))
        points = draw.integers(5, 9)
        spikes = np.array([[points, 0.22, draw.uniform(0, 6)], [3, 0.12, draw.uniform(0, 6)]])
        blot(at, shade, (x * at.extent / 2, y * at.extent / 2), share * at.extent / 2, spikes, SHARP,
             draw.uniform(0.6, 1.0))  # fmt: skip
    return Drawing(shade)


def blot(
    at: Canvas, shade: Array, place: tuple[float, float], radius: float, outline: Array, edge: float, dark: float
) -> None:
    """Put a spot on ``shade``: the darker of the two stays. Only pixels within reach are touched."""
    reach = 2.0 * radius + 2.0 * edge
    columns = np.flatnonzero(np.abs(at.x[0] - place[0]) < reach)
    rows = np.flatnonzero(np.abs(at.y[:, 0] - place[1]) < reach)
    if not (len(rows) and len(columns)):
        return
    window = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    dx, dy = at.x[:, window[1]] - place[0], at.y[window[0]] - place[1]
    theta = np.arctan2(dy, dx)
    shape = 1.0 + sum(a * np.cos(n * theta + phase) for n, a, phase in outline)
    shade[window] = np.maximum(shade[window], dark * soft(np.hypot(dx, dy) - radius * shape, edge))
