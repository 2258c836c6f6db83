"""Number of spots (solar lentigines, freckles) in a region that is always the same.

    count = Σ_regions n        σ² of a count that skintwin found: Poisson binomial, see ``photo/spots.py``
"""

from __future__ import annotations

from collections.abc import Mapping

from skintwin.measure.scores.base import Score
from skintwin.measure.scores.moments import Moments
from skintwin.measure.scores.parts import Field


class SpotCount(Score):
    """Regions of any name, and ``elsewhere`` for the rest of what was looked at (0 when that is all)."""

    name = "spot_count"
    title = "Count of spots"
    formula = "Σ spots"
    regions = ("elsewhere",)
    open_regions = True
    fields = (Field(
        "count", "number of spots", "1", "rater or skintwin",
        "measured: spots of the size and contrast that the ledger asks for; error from the chance to find each",
    ),)

    def term(self, region: str, parts: Mapping[str, Moments]) -> Moments:
        """The count itself."""
        return parts["count"]
