"""Postacne hyperpigmentation index (savory2014).

    PAHPI = S + I + N,  6 to 22
    S: median size of the marks, 2 below 3 mm, 4 to 6 mm, 6 to 10 mm, 8 above
    I: median intensity, 3 slightly, 6 moderately, 9 much darker than the skin around
    N: number of marks, 1 up to 15, 2 to 30, 3 to 45, 4 to 60, 5 above

That the index adds size, intensity and number was seen in the abstract. The points were written down without the full
text at hand: compare them with the publication before use; every total says so.
"""

from __future__ import annotations

from collections.abc import Mapping

from skintwin.measure.scores.base import Score
from skintwin.measure.scores.moments import Moments
from skintwin.measure.scores.parts import Field


class Pahpi(Score):
    """The face as one region."""

    name = "pahpi"
    title = "Postacne hyperpigmentation index (PAHPI)"
    formula = "size + intensity + number (points)"
    regions = ("face",)
    fields = (
        Field("size", "median diameter of the marks", "points", "rater",
              "measured: diameter of each spot found, then the points of the median", (2.0, 4.0, 6.0, 8.0)),
        Field("intensity", "median darkness of the marks", "points", "rater",
              "not computed: slightly, moderately and much darker have no published contrast", (3.0, 6.0, 9.0)),
        Field("number", "number of marks", "points", "rater",
              "measured: spots found, with the chance of each class from the error of the count",
              (1.0, 2.0, 3.0, 4.0, 5.0)),
    )  # fmt: skip
    low = 6.0
    high = 22.0
    sources = ("savory2014",)
    caution = "points not checked against the publication's full text"

    def term(self, region: str, parts: Mapping[str, Moments]) -> Moments:
        """S + I + N."""
        return parts["size"] + parts["intensity"] + parts["number"]
