"""Total body VASI as trials of ruxolitinib cream use it (rosmarin2022): the sum of the VASI with head and neck.

    T-VASI = Σ_patches A d/100 over six regions, 0 to 100
"""

from __future__ import annotations

from collections.abc import Mapping

from skintwin.measure.scores.base import Score
from skintwin.measure.scores.moments import Moments
from skintwin.measure.scores.vasi import AREA, DEPIGMENTATION


class TotalVasi(Score):
    """Whole body, six regions."""

    name = "t_vasi"
    title = "Total body VASI (T-VASI)"
    formula = "Σ area × depigmentation / 100"
    regions = ("head_neck", "hands", "upper_extremities", "trunk", "lower_extremities", "feet")
    patches = True
    fields = (AREA, DEPIGMENTATION)
    free_when_zero = "area"
    high = 100.0
    sources = ("hamzavi2004", "rosmarin2022", "ssddsvasi2026")

    def term(self, region: str, parts: Mapping[str, Moments]) -> Moments:
        """A d/100."""
        return (parts["area"] * parts["depigmentation"]).scaled(0.01)
