"""Outlines of lesions as signed distances (mm, negative inside), on squares about the origin.

The drawing tools and the scalloped patch are those of :mod:`skintwin.disorders`; here they give the distance itself, so
that the border, where half of the lesion's pigment is reached, is where the distance is 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.disorders.canvas import Canvas, oval, star, strip
from skintwin.disorders.drawn_depigmented import scalloped, waves
from skintwin.engine.grid import Grid
from skintwin.evidence import ledger
from skintwin.optics.texture.keys import Key

Array = NDArray[np.float64]

SIDE: Final = 224
"""Squares a side."""
REACH: Final = 1.35
"""Half width of the canvas in units of half the extent."""
SMALLEST_PIECE: Final = 0.02
"""Pieces below this share of the largest are not drawn: they are noise of the outline, not lesions."""


@dataclass(frozen=True, eq=False)
class Shape:
    """Maps (SIDE, SIDE), rows along v. distance: to the border; core: the same of a naevus inside, or None.
    shade: how far the lesion's pigment goes, 1 for wholly. step: mm of a square."""

    distance: Array
    shade: Array
    core: Array | None
    step: float


def draw_shape(disorder: str, extent_mm: float, key: Key) -> Shape:
    """The lesion of a key, largest width about ``extent_mm``."""
    own = key.generator("lesion")
    step = REACH * extent_mm / (SIDE - 1)
    at = Canvas(Grid(SIDE, SIDE, step), (int(own.integers(2**62)), 0), extent_mm)
    distance, shade, core = OUTLINES[disorder](at)
    return Shape(_whole(distance, step), shade, core, step)


def _vitiligo(at: Canvas) -> tuple[Array, Array, None]:
    return scalloped(at, at.generator()), np.ones(at.grid.shape), None


def _trichrome(at: Canvas) -> tuple[Array, Array, None]:
    """A tan zone around the white, no paler than beyond one half, so that the outer border is the lesion's."""
    draw = at.generator()
    outer = scalloped(at, draw)
    inner = scalloped(replace(at, extent=0.66 * at.extent), at.generator())
    white = 0.5 * (1.0 - np.tanh(2.0 * inner / (0.04 * at.extent)))
    tan = draw.uniform(0.6, 0.8)
    return outer, tan + (1.0 - tan) * white, None


def _band(at: Canvas) -> tuple[Array, Array, None]:
    draw = at.generator()
    half = at.extent / 2
    line = np.array([[-0.8, -0.25], [-0.4, -0.2], [0.0, -0.05], [0.4, 0.12], [0.75, 0.35]]) * half
    away, along = strip(at, line)
    width = half * (0.26 + 0.06 * np.sin(7 * along + draw.uniform(0, 6)))
    ragged = 0.07 * at.noise(draw, 0.16 * half) + 0.03 * at.noise(draw, 0.07 * half)
    return away - width + half * ragged, np.ones(at.grid.shape), None


def _halo(at: Canvas) -> tuple[Array, Array, Array]:
    draw = at.generator()
    radius = at.extent / 2
    naevus = star(at, 0, 0, draw.uniform(0.25, 0.4) * radius, waves(draw, 0.08))
    halo = star(at, 0, 0, 0.93 * radius, waves(draw, 0.06)) + 0.012 * radius * at.noise(draw, 0.15 * radius)
    return halo, np.ones(at.grid.shape), naevus


def _melasma(at: Canvas) -> tuple[Array, Array, None]:
    """Ovals that run together, with the outline of a coast and blotches inside."""
    draw = at.generator()
    half = at.extent / 2
    distance = oval(at, 0, 0, 0.6 * half, 0.36 * half, draw.uniform(0, 180))
    for angle in draw.uniform(0, 2 * np.pi, 3):
        x, y = 0.42 * half * np.cos(angle), 0.42 * half * np.sin(angle)
        lobe = oval(at, x, y, draw.uniform(0.25, 0.4) * half, draw.uniform(0.16, 0.28) * half, draw.uniform(0, 180))
        distance = np.minimum(distance, lobe)
    distance = distance + half * (0.05 * at.noise(draw, 0.16 * half) + 0.015 * at.noise(draw, 0.07 * half))
    blotched = 0.9 + 0.1 * at.noise(draw, 0.14 * half) + 0.06 * at.noise(draw, 0.05 * half)
    return distance, np.clip(blotched, 0.65, 1.2), None


def _spot(at: Canvas) -> tuple[Array, Array, None]:
    """Sharp, evenly brown, as if nibbled."""
    draw = at.generator()
    nibbled = np.concatenate([waves(draw, 0.18), waves(draw, 0.08) * [3.5, 1, 1]])
    mottled = 1.0 + 0.05 * at.noise(draw, 0.8) + 0.05 * at.noise(draw, 0.2 * at.extent)
    return star(at, 0, 0, 0.42 * at.extent, nibbled), np.clip(mottled, 0.75, 1.2), None


def _simplex(at: Canvas) -> tuple[Array, Array, None]:
    draw = at.generator()
    return star(at, 0, 0, 0.46 * at.extent, waves(draw, 0.08)), np.ones(at.grid.shape), None


def _mark(at: Canvas) -> tuple[Array, Array, None]:
    draw = at.generator()
    mottled = 1.0 + 0.06 * at.noise(draw, 0.25 * at.extent)
    return star(at, 0, 0, 0.43 * at.extent, waves(draw, 0.14)), np.clip(mottled, 0.75, 1.2), None


def _line(at: Canvas) -> tuple[Array, Array, None]:
    draw = at.generator()
    half = at.extent / 2
    bend, t = draw.uniform(0.1, 0.25), np.linspace(-1, 1, 9)
    away, along = strip(at, np.stack([0.85 * t, bend * (t**2 - 0.4) - 0.3 * t], axis=1) * half)
    width = half * (0.16 + 0.03 * np.sin(9 * along + draw.uniform(0, 6)))
    mottled = 1.0 + 0.08 * at.noise(draw, 0.12 * half)
    return away - width + 0.012 * half * at.noise(draw, 0.12 * half), np.clip(mottled, 0.75, 1.2), None


def _freckles(at: Canvas) -> tuple[Array, Array, None]:
    """A cluster of spots, each with a darkness of its own."""
    draw = at.generator()
    size = ledger().value("drawing.freckle_diameter", "mm")
    count = int(np.clip(0.035 * at.extent**2, 8, 60))
    distance, shade, nearest = (np.full(at.grid.shape, v) for v in (np.inf, 1.0, np.inf))
    for _ in range(count):
        x, y = np.clip(0.5 * draw.normal(size=2), -0.85, 0.85) * at.extent / 2
        radius = 0.5 * size * float(np.clip(np.exp(0.35 * draw.normal()), 0.6, 2.0))
        dark, outline = draw.uniform(0.75, 1.15), waves(draw, 0.15)
        away = star(at, x, y, radius, outline)
        shade = np.where(away < nearest, dark, shade)
        nearest = np.minimum(nearest, away)
        distance = nearest
    return np.maximum(distance, -2.0 * size), shade, None


def _whole(distance: Array, step: float) -> Array:
    """Without specks: pieces far smaller than the largest are left out, and the canvas' border lies outside."""
    from scipy import ndimage

    pieces, count = ndimage.label(distance < 0)
    if count > 1:
        sizes = np.bincount(pieces.ravel())
        sizes[0] = 0
        small = (pieces > 0) & (sizes[pieces] < SMALLEST_PIECE * sizes.max())
        if small.any():
            to_large, to_small = (
                ndimage.distance_transform_edt(~each) * step for each in ((pieces > 0) & ~small, small)
            )
            distance = np.where(to_small < to_large, np.maximum(to_large, distance), distance)
    distance = distance.copy()
    for border in (distance[0], distance[-1], distance[:, 0], distance[:, -1]):
        border[:] = np.maximum(border, 1.0)
    return np.asarray(distance)


OUTLINES: Final[dict[str, Callable[[Canvas], tuple[Array, Array, Array | None]]]] = {
    "vitiligo": _vitiligo, "vitiligo_trichrome": _trichrome, "vitiligo_segmental": _band, "halo_naevus": _halo,
    "melasma": _melasma, "solar_lentigo": _spot, "lentigo_simplex": _simplex, "pih_acne": _mark, "pih_wound": _line,
    "freckles": _freckles,
}  # fmt: skip
"""Disorder → its outline, shade and core."""
