"""One product of cells, the same sessions, on five disorders, against saline through the same needles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from tests.behaviours.course import Course, live

CASES: dict[str, tuple[str, float]] = {
    "vitiligo": ("forearm", 0.4), "melasma": ("cheek", 1.5), "solar_lentigo": ("dorsal_hand", 2.0),
    "pih_acne": ("cheek", 1.6), "freckles": ("cheek", 1.5),
}  # fmt: skip
"""Disorder → site and melanin of the lesion relative to the skin around it."""
SESSIONS = {"sessions": 3, "every": "4 weeks", "spacing": "3 mm"}
WEEK = 10
"""Week of the comparison: two after the last session."""
DIFFERENCE = 0.1
"""Share of what was wrong on day 0 by which two outcomes must differ to count as different."""


@dataclass(frozen=True)
class Outcome:
    """Of each draw (draws,): ``nearer``, the share of what was wrong on day 0 by which the cells' lesion is nearer to
    its surroundings than saline's; ``darker``, its melanin above saline's in shares of the surrounding melanin;
    ``trophic``, ``antimelanogenic``: the two arms of the secretome in this draw, the most that the lesion felt."""

    nearer: np.ndarray
    darker: np.ndarray
    trophic: np.ndarray
    antimelanogenic: np.ndarray

    @property
    def shares(self) -> tuple[float, float, float]:
        """Shares of the draws in which cells do better than saline, no different, worse."""
        better, worse = self.nearer > DIFFERENCE, self.nearer < -DIFFERENCE
        return float(better.mean()), float((~better & ~worse).mean()), float(worse.mean())


@cache
def lived(disorder: str, draws: int, weeks: float) -> tuple[Course, Course]:
    """Cells and saline on a drawn lesion, draw by draw with common random numbers."""
    site, melanin = CASES[disorder]
    common = {"melanin": melanin, "draws": draws, "days": 7 * weeks, "every": 7.0, "site": site, "pixels": 16}
    cells = live(disorder, [{"give": "uc_msc_injection", **SESSIONS}], **common)
    return cells, live(disorder, [{"give": "saline_injection", **SESSIONS}], **common)


def compare(disorder: str, draws: int = 16, week: float = WEEK, weeks: float = WEEK) -> Outcome:
    """Outcome in ``week`` of courses of ``weeks``."""
    cells, saline = lived(disorder, draws, weeks)
    day = 7.0 * week
    around = saline.skin["melanin"][:, 0]
    return Outcome(
        nearer=np.abs(saline.left(day)) - np.abs(cells.left(day)),
        darker=(cells.at(cells.lesion["melanin"], day) - saline.at(saline.lesion["melanin"], day)) / around,
        trophic=cells.lesion["trophic"].max(axis=1), antimelanogenic=cells.lesion["antimelanogenic"].max(axis=1),
    )  # fmt: skip
