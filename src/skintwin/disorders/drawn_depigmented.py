"""Drawings of white lesions: scalloped patch, band, knuckles, tan zone, ring around a naevus."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from skintwin.disorders.canvas import Array, Canvas, Drawing, disc, oval, soft, star, strip

EDGE = 0.5
"""Width (mm) of the sharp edge of a depigmented patch."""
WHITE = 0.66
"""Width of the white centre of a trichrome lesion relative to the whole."""
TAN = 0.42
"""Share of the missing melanin that is missing in the tan zone of a trichrome lesion."""


def scalloped(at: Canvas, draw: np.random.Generator) -> Array:
    """Signed distance to merged round patches with a few satellites: convex lobes, as vitiligo grows."""
    radius = at.extent / 2
    distance = star(at, 0, 0, 0.52 * radius, waves(draw, 0.08))
    lobes = 8
    for angle in 2 * np.pi * (np.arange(lobes) + draw.uniform(-0.3, 0.3, lobes)) / lobes:
        out, size = draw.uniform(0.38, 0.66) * radius, draw.uniform(0.2, 0.38) * radius
        distance = np.minimum(distance, star(at, out * np.cos(angle), 0.85 * out * np.sin(angle), size,
                                             waves(draw, 0.06)))  # fmt: skip
    for angle in draw.uniform(0, 2 * np.pi, 3):
        out = draw.uniform(0.98, 1.12) * radius
        distance = np.minimum(distance, disc(at, out * np.cos(angle), 0.85 * out * np.sin(angle),
                                             draw.uniform(0.03, 0.08) * radius))  # fmt: skip
    return np.asarray(distance + 0.012 * radius * at.noise(draw, 0.08 * radius))


def waves(draw: np.random.Generator, size: float) -> Array:
    """Low waves of an outline, rows (n, a, φ)."""
    numbers, fall = np.array([2, 3, 5]), np.array([1.0, 0.6, 0.25])
    return np.stack([numbers, size * fall * draw.uniform(0.4, 1.0, 3), draw.uniform(0, 2 * np.pi, 3)], axis=1)


def patch(at: Canvas) -> Drawing:
    """Chalk-white patch with a sharp scalloped border."""
    return Drawing(soft(scalloped(at, at.generator()), EDGE))


def trichrome(at: Canvas) -> Drawing:
    """White centre, then a tan zone of uneven width, then healthy skin."""
    outer = scalloped(at, at.generator())
    # The same lobes, smaller, and with a noise of their own: the zone is wide here and narrow there.
    inner = scalloped(replace(at, extent=WHITE * at.extent), at.generator())
    white = soft(inner + 0.02 * at.extent * at.noise(at.generator(), 0.1 * at.extent), 2 * EDGE)
    return Drawing(TAN * soft(outer, 2 * EDGE) * (1.0 - white) + white)


def band(at: Canvas) -> Drawing:
    """Band of one dermatome, straight where it ends at the midline, ragged elsewhere, with hair in it."""
    draw = at.generator()
    half = at.extent / 2
    line = np.array([[-0.95, -0.28], [-0.5, -0.26], [0.0, -0.1], [0.45, 0.12], [0.9, 0.42]]) * half
    away, along = strip(at, line)
    width = half * (0.3 + 0.07 * np.sin(7 * along + draw.uniform(0, 6)) - 0.12 * along**2)
    ragged = 0.085 * at.noise(draw, 0.13 * half) + 0.05 * at.noise(draw, 0.06 * half)
    whole = away - width + half * ragged
    for place, turn in zip((0.55, 0.8, 0.97), (1, -1, 1), strict=True):
        x, y = line[0] + place * (line[-1] - line[0])
        whole = np.minimum(whole, star(at, x, y + turn * 0.38 * half, 0.09 * half, waves(draw, 0.2)))
    midline = -(at.x + 0.78 * half) + 0.01 * half * at.noise(draw, 0.1 * half)
    return Drawing(soft(np.maximum(whole, midline), EDGE), hair=True)


def knuckles(at: Canvas) -> Drawing:
    """Patches over a row of joints that run together, as on hands and feet."""
    draw = at.generator()
    half = at.extent / 2
    distance = np.full(at.grid.shape, np.inf)
    for k, x in enumerate(np.linspace(-0.78, 0.78, 4)):
        y = 0.16 * (abs(k - 1.5) - 1.0) + draw.uniform(-0.05, 0.05)
        joint = oval(at, x * half, y * half, draw.uniform(0.15, 0.2) * half, draw.uniform(0.22, 0.34) * half)
        tip = oval(at, x * 1.12 * half, (y - 0.72) * half, 0.12 * half, draw.uniform(0.13, 0.22) * half)
        distance = np.minimum(distance, np.minimum(joint, tip))
    back = oval(at, draw.uniform(-0.2, 0.2) * half, 0.62 * half, 0.36 * half, 0.2 * half, draw.uniform(-25, 25))
    distance = np.minimum(distance, back) + 0.06 * half * at.noise(draw, 0.14 * half)
    return Drawing(soft(distance, EDGE), guide="hand")


def ring(at: Canvas) -> Drawing:
    """White ring, nearly round, around a brown naevus of a third of its width."""
    draw = at.generator()
    radius = at.extent / 2
    naevus = star(at, 0, 0, 0.32 * radius, waves(draw, 0.06)) + 0.012 * radius * at.noise(draw, 0.08 * radius)
    core = soft(naevus, 0.8 * EDGE) * np.clip(0.9 + 0.1 * at.noise(draw, 0.08 * radius), 0.6, 1.0)
    halo = soft(star(at, 0, 0, 0.95 * radius, waves(draw, 0.05)) + 0.012 * radius * at.noise(draw, 0.1 * radius), EDGE)
    return Drawing(halo * (1.0 - core), core=core)
