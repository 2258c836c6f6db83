"""Solar lentigo and other lentigines: flat brown macules over a clone that drives the melanocytes above it.

What a macule has beyond the surrounding skin is the clone's extra production, L = drive − 1: no melanocyte is
invented. The clone is full-grown (L∞ = L), so the macule is stable for years; a laser can destroy it, a cream can
only hold its melanin back. Lentigo simplex and the lentigines after psoralen and ultraviolet A differ in size, colour
and cause, not in what the model does with them.
"""

from __future__ import annotations

import numpy as np

from skintwin.disorders import drawn_spots as drawn
from skintwin.disorders.base import Disorder, Presentation, healthy_layout
from skintwin.disorders.canvas import Canvas, Drawing


class SolarLentigo(Disorder):
    """Brown macule of sun-exposed skin (age spot)."""

    name = "solar_lentigo"
    title = "Solar lentigo"
    kind = "hyperpigmented"

    def draw(self, at: Canvas) -> Drawing:
        """Sharp brown spots."""
        return drawn.lentigines(at)

    def layout(self, at: Presentation) -> dict[str, np.ndarray]:
        """Excess inside the outline is clone; elsewhere uneven colour is uneven production."""
        inside = at.lesion > 0
        clone = np.where(inside, np.maximum(at.drive - 1.0, 0.0), 0.0)
        return {
            **healthy_layout(at), "melanogenic_capacity": at.drive - clone, "clone": clone, "clone_full": clone,
            "production": at.drive,
        }  # fmt: skip


class LentigoSimplex(SolarLentigo):
    """Small dark macule that no light made."""

    name = "lentigo_simplex"
    title = "Lentigo simplex"

    def draw(self, at: Canvas) -> Drawing:
        """One small dark spot."""
        return drawn.simplex(at)


class PuvaLentigines(SolarLentigo):
    """Stellate macules after many sessions of psoralen and ultraviolet A."""

    name = "puva_lentigines"
    title = "PUVA lentigines"

    def draw(self, at: Canvas) -> Drawing:
        """Star-shaped spots."""
        return drawn.stellate(at)
