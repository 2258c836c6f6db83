"""Rows of the report's table of harms, from harms.parquet alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
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
    """One harm of one arm. ``basis``: rate, published, model, unknown, or assumed for a rate so graded. ``median`` and
    ends: printed, None where there is none (an area in ``unit``, a probability in percent). ``grade``: as in the
    ledger, empty for unknown. ``sources``: first author and year."""

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
    sources: tuple[str, ...]


def harm_rows(table: pd.DataFrame, citations: Sequence[Mapping[str, str]]) -> list[HarmRow]:
    """Rows in the order of the table; ``citations``: the run's, with key, authors and year."""
    names, rows = {source["key"]: _short(source) for source in citations}, []
    for row in table.to_dict("records"):
        factor, unit = (100.0, "percent") if row["unit"] == "1" else (1.0, str(row["unit"]))
        middle, low, high = (_shown(factor * float(row[q])) for q in ("q50", "q05", "q95"))
        grade = grade_name(row["grade"]) if row["grade"] else ""
        basis = "assumed" if grade == "assumed" and row["basis"] != "model" else str(row["basis"])
        sources = tuple(names.get(key, key) for key in str(row["sources"]).split("; ") if key)
        rows.append(
            HarmRow(
                str(row["arm"]), str(row["harm"]), basis, tuple(str(row["treatments"]).split("; ")),
                f"{row['sessions']:g}", middle, low, high, unit, grade, sources,
            )
        )  # fmt: skip
    return rows


def assumed(rows: Sequence[HarmRow]) -> dict[str, list[str]]:
    """Harms whose rate is assumed → the arms in which it is."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.basis == "assumed":
            found.setdefault(row.harm, []).append(row.arm)
    return found


def _short(source: Mapping[str, str]) -> str:
    """First author and year, else the key."""
    author = source.get("authors", "").split(";")[0].strip()
    return " ".join(part for part in (author, source.get("year", "")) if part) if author else source["key"]


def _shown(value: float) -> Markup | None:
    return exact(value, figures(value, DIGITS)) if math.isfinite(value) else None
