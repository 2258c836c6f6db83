"""Vitiligo Extent Score (vangeel2016): a rater picks, region by region, the drawing that looks like the patient.

    VES = Σ_regions area of the drawing (percent of the body surface)

The drawings and the area of each belong to the authors' calculator (vitiligocalculator2026) and are not reproduced:
what it gives for a region is what goes in here. ``elsewhere`` must be given too (0 when nothing is left), so that a
region that was forgotten is not taken for a free one.
"""

from __future__ import annotations

from collections.abc import Mapping

from skintwin.measure.scores.base import Score
from skintwin.measure.scores.moments import Moments
from skintwin.measure.scores.parts import Field

EXTENT = Field(
    "area", "area with vitiligo in the region", "percent of the body surface", "rater, by the authors' drawings",
    "measured: lesion area over the body surface; error of the outline, the scale and the body surface", high=100.0,
)


class Ves(Score):
    """Regions as the calculator names them, and ``elsewhere``."""

    name = "ves"
    title = "Vitiligo Extent Score (VES)"
    formula = "Σ area of the picked drawing"
    regions = ("elsewhere",)
    open_regions = True
    fields = (EXTENT,)
    unit = "percent"
    high = 100.0
    sources = ("vangeel2016", "vitiligocalculator2026")

    def term(self, region: str, parts: Mapping[str, Moments]) -> Moments:
        """The area itself."""
        return parts["area"]
