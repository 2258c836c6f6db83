"""Small brown spots around a lesion, which stay where they are and let two photographs be related."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.optics.texture.keys import Key
from skintwin.phantoms.description import Phantom
from skintwin.phantoms.view import View

Array = NDArray[np.float64]
Real = NDArray[np.float32]

_EDGE: Final = 0.5  # mm, of a naevus
_TRIES: Final = 40
_LARGEST: Final = 0.3
"""Diameter over that of the lesion: so much smaller that it is plain which of both is the lesion."""


@dataclass(frozen=True)
class Naevus:
    """place: u, v, mm. radius: mm. factor: melanin relative to the skin around. waves: lobes of the outline."""

    place: tuple[float, float]
    radius: float
    factor: float
    phase: float


def draw_naevi(phantom: Phantom, radius_mm: float) -> tuple[Naevus, ...]:
    """As many as the person has, none touching the lesion (a disc of ``radius_mm``) or another one."""
    draw = Key(phantom.seed, phantom.number).generator("naevi")
    size, dark = (ledger().parameter(f"phantoms.{name}").prior for name in ("naevus_diameter", "naevus_melanin"))
    found: list[Naevus] = []
    for _ in range(phantom.person.naevi):
        radius = min(0.5 * float(size.ppf(draw.uniform())), _LARGEST * radius_mm)
        factor = float(dark.ppf(draw.uniform()))
        for _ in range(_TRIES):
            away, angle = radius_mm * draw.uniform(1.2, 2.4) + 2.0 * radius, draw.uniform(0, 2 * np.pi)
            place = float(away * np.cos(angle)), float(away * np.sin(angle))
            if all(np.hypot(place[0] - o.place[0], place[1] - o.place[1]) > 2.5 * (radius + o.radius) for o in found):
                found.append(Naevus(place, radius, factor, float(draw.uniform(0, 2 * np.pi))))
                break
    return tuple(found)


def add_naevi(melanin: Real, u: Real, v: Real, view: View, naevi: tuple[Naevus, ...]) -> None:
    """Darken a map of melanin (h, w) at the naevi, in place."""
    around = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], float)
    for naevus in naevi:
        box = view.pixels(np.array(naevus.place) + around * (1.3 * naevus.radius + _EDGE))
        if not np.all(np.isfinite(box)):
            continue
        low = np.clip(np.floor(box.min(axis=0)).astype(int), 0, None)
        high = np.clip(np.ceil(box.max(axis=0)).astype(int) + 1, 0, view.shape[::-1])
        if np.any(high <= low):
            continue
        window = slice(low[1], high[1]), slice(low[0], high[0])
        du, dv = u[window] - np.float32(naevus.place[0]), v[window] - np.float32(naevus.place[1])
        turn = np.arctan2(dv, du)
        shape = 1.0 + 0.1 * np.cos(2 * turn + naevus.phase) + 0.05 * np.cos(3 * turn + 2.0 * naevus.phase)
        share = 0.5 - 0.5 * np.tanh((np.hypot(du, dv) - naevus.radius * shape) * (2.0 / _EDGE))
        melanin[window] *= (1.0 + (naevus.factor - 1.0) * share).astype(np.float32)


def naevus_mask(u: Real, v: Real, naevi: tuple[Naevus, ...]) -> NDArray[np.bool_]:
    """Places within reach of a naevus."""
    found = np.zeros(u.shape, np.bool_)
    for naevus in naevi:
        found |= np.hypot(u - naevus.place[0], v - naevus.place[1]) < 1.3 * naevus.radius + _EDGE
    return found
