"""Vitiligo Area Scoring Index (hamzavi2004).

    VASI = Σ_patches A d/100        A: area in hand units (palm with fingers, about 1 % of the body surface each)
                                    d: depigmentation that is left, 0, 10, 25, 50, 75, 90 or 100 %
"""

from __future__ import annotations

from collections.abc import Mapping

from skintwin.measure.scores.base import Score
from skintwin.measure.scores.moments import Moments
from skintwin.measure.scores.parts import Field

DEPIGMENTATION_STEPS = (0.0, 10.0, 25.0, 50.0, 75.0, 90.0, 100.0)
"""Steps of the instrument: none; specks of depigmentation; less than half; half; more than half; specks of pigment;
all."""

AREA = Field(
    "area", "area of the patches", "hand units (percent of the body surface)", "rater, by the patient's hand",
    "measured: lesion area over the area of the patient's hand; error of the outline, the scale and the hand",
    high=100.0,
)
DEPIGMENTATION = Field(
    "depigmentation", "pigment that is gone within that area", "percent",
    "rater, to the nearest step", "measured: 100 minus the repigmentation since baseline, in the baseline outline; any "
    "value, with the error of the repigmentation", DEPIGMENTATION_STEPS, high=100.0,
)


class Vasi(Score):
    """Body without the face, five regions, any number of patches in each."""

    name = "vasi"
    title = "Vitiligo Area Scoring Index (VASI)"
    formula = "Σ area × depigmentation / 100"
    regions = ("hands", "upper_extremities", "trunk", "lower_extremities", "feet")
    patches = True
    fields = (AREA, DEPIGMENTATION)
    free_when_zero = "area"
    high = 100.0
    sources = ("hamzavi2004",)

    def term(self, region: str, parts: Mapping[str, Moments]) -> Moments:
        """A d/100."""
        return (parts["area"] * parts["depigmentation"]).scaled(0.01)
