"""Modified MASI (pandya2011): without homogeneity, on which raters agree least.

    mMASI = Σ w A D,  0 to 24; weights and grades of the MASI
"""

from __future__ import annotations

from collections.abc import Mapping

from skintwin.measure.scores.base import Score
from skintwin.measure.scores.masi import AREA, DARKNESS, region_weight
from skintwin.measure.scores.moments import Moments


class ModifiedMasi(Score):
    """Four regions of the face."""

    name = "mmasi"
    title = "Modified MASI (mMASI)"
    formula = "Σ weight × area × darkness"
    regions = ("forehead", "right_malar", "left_malar", "chin")
    fields = (AREA, DARKNESS)
    free_when_zero = "area"
    high = 24.0
    sources = ("pandya2011", "kimbroughgreen1994", "rodrigues2016")

    def term(self, region: str, parts: Mapping[str, Moments]) -> Moments:
        """w A D."""
        return (parts["area"] * parts["darkness"]).scaled(region_weight(region))
