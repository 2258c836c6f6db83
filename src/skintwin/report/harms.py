"""Rows of the report's table of harms, from harms.parquet alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from skintwin.report.numbers import exact, figures
from skintwin.report.ranking import grade_name

if TYPE_CHECKING:
    import pandas as pd

DIGITS = 2
"""Significant figures of a probability: none of them is known better."""


@dataclass(frozen=True)
class HarmRow:
    """One harm of one arm. ``basis``: rate, published, model or unknown. ``median`` and ends: printed, None where there
    is none (an area in ``unit``, a probability in percent). ``grade``: as in the ledger, empty for unknown."""

    arm: str
    harm: str
    basis: str
    treatments: tuple[str, ...]
    sessions: str
    median: Markup | None
    low: Markup | None
    high: Markup | None
    unit: str
    grade: str
    sources: str


def harm_rows(table: pd.DataFrame) -> list[HarmRow]:
    """Rows in the order of the table."""
    rows = []
    for row in table.to_dict("records"):
        factor, unit = (100.0, "percent") if row["unit"] == "1" else (1.0, str(row["unit"]))
        middle, low, high = (_shown(factor * float(row[q])) for q in ("q50", "q05", "q95"))
        rows.append(
            HarmRow(
                str(row["arm"]), str(row["harm"]), str(row["basis"]), tuple(str(row["treatments"]).split("; ")),
                figures(float(row["sessions"])), middle, low, high, unit,
                grade_name(str(row["grade"])) if row["grade"] else "", str(row["sources"]),
            )
        )  # fmt: skip
    return rows


def assumed(rows: list[HarmRow]) -> list[str]:
    """Harms whose published rate is graded assumed, each once."""
    return list(dict.fromkeys(row.harm for row in rows if row.grade == "assumed" and row.basis != "model"))


def _shown(value: float) -> Markup | None:
    return None if value != value else exact(value, figures(value, DIGITS))
