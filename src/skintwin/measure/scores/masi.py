"""Melasma Area and Severity Index (kimbroughgreen1994).

    MASI = Σ w A (D + H),  w = 0.3 forehead, 0.3 right malar, 0.3 left malar, 0.1 chin;  0 to 48

    A: share of the region with melasma as a grade, 0 none, 1 below 10 %, 2 to 29, 3 to 49, 4 to 69, 5 to 89, 6 to 100 %
    D, H: darkness and homogeneity, 0 absent, 1 slight, 2 mild, 3 marked, 4 maximum
"""

from __future__ import annotations

from collections.abc import Mapping

from skintwin.evidence import ledger
from skintwin.measure.scores.base import Score
from skintwin.measure.scores.moments import Moments
from skintwin.measure.scores.parts import Field

AREA_GRADES = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0)
SEVERITY_GRADES = (0.0, 1.0, 2.0, 3.0, 4.0)
"""Grades of the instrument (kimbroughgreen1994)."""

AREA = Field(
    "area", "share of the region with melasma, as a grade", "grade", "rater",
    "measured: share of the region inside the outline, then graded; the error of the share gives the chance of each "
    "grade", AREA_GRADES,
)
DARKNESS = Field(
    "darkness", "darkness of the melasma against normal skin", "grade", "rater",
    "proposed only, from the difference of L* to the skin around it; no published scale links the two", SEVERITY_GRADES,
)
HOMOGENEITY = Field(
    "homogeneity", "homogeneity of the pigment", "grade", "rater",
    "not computed: it has no physical definition, and raters agree least on it (pandya2011)", SEVERITY_GRADES,
)


class Masi(Score):
    """Four regions of the face."""

    name = "masi"
    title = "Melasma Area and Severity Index (MASI)"
    formula = "Σ weight × area × (darkness + homogeneity)"
    regions = ("forehead", "right_malar", "left_malar", "chin")
    fields = (AREA, DARKNESS, HOMOGENEITY)
    free_when_zero = "area"
    high = 48.0
    sources = ("kimbroughgreen1994", "pandya2011")

    def term(self, region: str, parts: Mapping[str, Moments]) -> Moments:
        """w A (D + H)."""
        return (parts["area"] * (parts["darkness"] + parts["homogeneity"])).scaled(region_weight(region))


def region_weight(region: str) -> float:
    """Share of the face that a region stands for."""
    return ledger().value(f"scores.masi_weight_{region}", "1")
