"""Vitiligo Extent Score plus: the VES with the pigment that has come back inside the patches (vitiligocalculator2026).

    VESplus = Σ_regions area × depigmentation / 100

Which drawings of repigmentation the calculator offers, and the percentage of each, was not seen by us: any percentage
is accepted. Check against the calculator before use.
"""

from __future__ import annotations

from collections.abc import Mapping

from skintwin.measure.scores.base import Score
from skintwin.measure.scores.moments import Moments
from skintwin.measure.scores.parts import Field
from skintwin.measure.scores.vasi import DEPIGMENTATION
from skintwin.measure.scores.ves import EXTENT


class VesPlus(Score):
    """Regions as the calculator names them, and ``elsewhere``."""

    name = "ves_plus"
    title = "Vitiligo Extent Score plus (VESplus)"
    formula = "Σ area × depigmentation / 100"
    regions = ("elsewhere",)
    open_regions = True
    fields = (EXTENT, Field(
        "depigmentation", DEPIGMENTATION.meaning, "percent", "rater, by the authors' drawings of repigmentation",
        DEPIGMENTATION.photograph, high=100.0,
    ))
    free_when_zero = "area"
    unit = "percent"
    high = 100.0
    sources = ("vangeel2016", "vitiligocalculator2026", "youssef2023")
    caution = "steps of depigmentation are those of the calculator, not checked here"

    def term(self, region: str, parts: Mapping[str, Moments]) -> Moments:
        """Area times what is left of the depigmentation."""
        return (parts["area"] * parts["depigmentation"]).scaled(0.01)
