"""The lesion as a function of place: its share, its pigment, and how much of its contrast has closed.

    r(x, t) = (F − 1) s(x) (1 − c(x, t))        melanin relative to the skin without the lesion, less 1
    s = shade · ½ (1 − tanh(2 d/w)),            d distance to the border, w width of the edge

Repigmentation is the project's: the share of the lesion's area, of what is not closed at baseline, where
1 − r/median(r₀) ≥ ``measure.repigmentation_closed``. It is taken on r, in which unevenness of the skin is left out:
that is the same at both visits and closes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.optics.texture.keys import Key
from skintwin.phantoms.contrast import melanin_factor
from skintwin.phantoms.course import closing_front, front_share
from skintwin.phantoms.description import Phantom
from skintwin.phantoms.lattice import Sampled
from skintwin.phantoms.shapes import SIDE, Shape, draw_shape

Array = NDArray[np.float64]
Real = NDArray[np.float32]

_FINE: Final = 512
"""Points a side on which areas of the lesion are counted: 0.1 % of a compact lesion."""


@dataclass(frozen=True, eq=False)
class Places:
    """At places of the skin (any shape): distance to the border (mm), share of the pigment change left, closed share of
    the contrast, share of a naevus inside."""

    distance: Real
    share: Real
    closed: Real
    core: Real


class LesionMap:
    """The lesion of a phantom at a visit."""

    def __init__(self, phantom: Phantom, visit: int) -> None:
        key = Key(phantom.seed, phantom.number)
        self.lesion = phantom.lesion
        self.course = phantom.course if visit else None
        self.factor = melanin_factor(phantom.person, phantom.lesion)
        shape = draw_shape(phantom.lesion.disorder, phantom.lesion.extent_mm, key)
        self.radius_mm = _radius(shape)
        self.half_mm = shape.step * (SIDE - 1) / 2
        front = np.zeros_like(shape.distance)
        if self.course is not None:
            front = closing_front(shape, self.course, key)
        core = np.ones_like(shape.distance) if shape.core is None else shape.core
        self._has_core = shape.core is not None
        self._maps = Sampled([shape.distance, shape.shade, core, front], shape.step)

    def at(self, u: Real, v: Real) -> Places:
        """The lesion at places of the skin (mm)."""
        distance, shade, core, front = self._maps(u, v)
        share = shade * soft(distance, self.lesion.edge_mm)
        closed = np.zeros_like(share)
        if self.course is not None:
            closed = front_share(front, self.course)
        inside = soft(core, 0.5 * self.lesion.edge_mm) if self._has_core else np.zeros_like(share)
        return Places(distance, share, closed, inside)

    def relative(self, here: Places) -> Real:
        """Melanin relative to the skin without the lesion, less 1; the naevus inside left out."""
        return np.asarray(np.float32(self.factor - 1.0) * here.share * (1.0 - here.closed))

    def fine(self) -> tuple[Places, Real, Real, float]:
        """The lesion on a fine grid of the skin, its u and v (mm), and the area of a point, mm²."""
        axis = (np.arange(_FINE) + 0.5) / _FINE * 2.0 * self.half_mm - self.half_mm
        u, v = np.meshgrid(axis.astype(np.float32), axis.astype(np.float32))
        return self.at(u, v), u, v, float((2.0 * self.half_mm / _FINE) ** 2)

    def repigmented(self, here: Places, seen: float = 1.0) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """(repigmented, eligible) at places inside the lesion, by the definition of the module docstring. seen: times
        as strong as it is that the contrast of now is taken to be."""
        level = ledger().value("measure.repigmentation_closed", "1")
        inside = (here.distance < 0) & (here.core < 0.5)
        usual = np.median(here.share[inside]) if inside.any() else 1.0
        eligible = inside & (1.0 - here.share / usual < level)
        return eligible & (1.0 - seen * here.share * (1.0 - here.closed) / usual >= level), eligible


def soft(distance: Real, width: float) -> Real:
    """Share of a place inside a border ``width`` mm wide."""
    return np.asarray(0.5 - 0.5 * np.tanh(distance * np.float32(2.0 / width)))


def _radius(shape: Shape) -> float:
    """Largest distance (mm) of the lesion's border from the origin."""
    axis = (np.arange(SIDE) - (SIDE - 1) / 2) * shape.step
    return float(np.hypot(axis[:, None], axis[None, :])[shape.distance < 0].max() + shape.step)
