"""Freckles (ephelides): spots whose melanin follows the sun of the season.

    production = c + φ p,   φ = (drive − 1)/p₀          p₀ ultraviolet signal of the place on day 0

No cell is added and nothing is permanent: with less light the spots fade, with more they darken, and the skin between
them hardly changes. On a day with almost no ultraviolet signal φ is held at ``disorder.largest_freckle``; what that
leaves unexplained stays in the place (c > 1).
"""

from __future__ import annotations

import numpy as np

from skintwin.disorders import drawn_spots as drawn
from skintwin.disorders.base import Disorder, Presentation, healthy_layout
from skintwin.disorders.canvas import Canvas, Drawing
from skintwin.evidence import ledger


class Freckles(Disorder):
    """Ephelides."""

    name = "freckles"
    title = "Freckles (ephelides)"
    kind = "hyperpigmented"

    def draw(self, at: Canvas) -> Drawing:
        """Many small spots."""
        return drawn.freckles(at)

    def layout(self, at: Presentation) -> dict[str, np.ndarray]:
        """Excess inside the outline follows ultraviolet light."""
        excess = np.where(at.lesion > 0, np.maximum(at.drive - 1.0, 0.0), 0.0)
        light = at.signals["paracrine_uv"]
        freckle = np.minimum(excess / np.maximum(light, 1e-6), ledger().value("disorder.largest_freckle", "1"))
        explained = freckle * light
        return {
            **healthy_layout(at), "melanogenic_capacity": at.drive - explained, "freckle": freckle,
            "production": at.drive,
        }  # fmt: skip
