"""Rows of the report's result tables, from summary.parquet alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from skintwin.report.numbers import exact, figures, places, plain, signed
from skintwin.report.run_folder import RunFolder
from skintwin.report.verdict import ArmShare, arm_share

if TYPE_CHECKING:
    import pandas as pd

SECONDARY = (
    "repigmentation", "lesion_area", "lightening", "closeness", "melanocytes", "melanin", "dermal_melanin",
    "unevenness", "redness", "red_days", "ita", "delta_e",
)  # fmt: skip
"""Endpoints of the second table, where the run has them and they are not the main one."""
SKIN = ("t_cells", "collagen", "elasticity", "hydration", "barrier")
EVENTS = ("counted", "improving", "relapsed")
"""Measures that are 1 or 0 in a draw: their mean is shown, as a percentage, and no interval."""


@dataclass(frozen=True)
class Interval:
    """Printed median, 50 % and 90 % intervals of an endpoint."""

    median: Markup
    q05: Markup
    q25: Markup
    q75: Markup
    q95: Markup


ENOUGH = 20
"""Draws from which the 5 % quantile is more than the smallest of them."""


@dataclass(frozen=True)
class Difference:
    """Printed difference to the first arm. ``kind``: none (zero in at least 90 % of the draws), includes (the 90 %
    interval includes zero), excludes; few (fewer draws than ``ENOUGH``: nothing is said)."""

    median: Markup
    q05: Markup
    q95: Markup
    kind: str


@dataclass(frozen=True)
class ArmRow:
    """One arm on the last day. ``versus``: None for the first arm. ``others``: endpoint → interval."""

    arm: str
    main: Interval
    versus: Difference | None
    share: ArmShare
    others: dict[str, Interval]
    lesion_unit: str


def result_rows(run: RunFolder) -> list[ArmRow]:
    """Rows in the order of the arms."""
    area = run.info["patch"].get("lesion_mm2") if run.info["patch"]["area_known"] else None
    rows = []
    for number, arm in enumerate(run.arms):
        others = {name: interval(run, arm, name) for name in (*SECONDARY, *SKIN) if (arm, name) in run.at_end}
        if area is not None and "lesion_area" in others:
            others["lesion_area"] = interval(run, arm, "lesion_area", float(area) / 100.0)
        versus = difference(run, arm) if number else None
        unit = "percent" if area is None else "mm^2"
        rows.append(ArmRow(arm, interval(run, arm, run.main), versus, arm_share(run, arm), others, unit))
    return rows


def interval(run: RunFolder, arm: str, endpoint: str, factor: float = 1.0) -> Interval:
    """Quantiles of an endpoint on the last day, times ``factor``."""
    row = run.at_end[arm, endpoint or run.main]

    def shown(quantile: str) -> Markup:
        value = factor * row[quantile]
        return exact(value, plain(value, places(endpoint)))

    return Interval(shown("q50"), shown("q05"), shown("q25"), shown("q75"), shown("q95"))


def difference(run: RunFolder, arm: str) -> Difference:
    """Difference of the main endpoint to the first arm, draw by draw."""
    row = run.at_end[arm, run.main]
    low, middle, high = (row[f"versus_first_q{q}"] for q in ("05", "50", "95"))
    if int(run.info["draws"]["n"]) < ENOUGH:
        kind = "few"
    elif low == 0 == high:
        kind = "none"
    else:
        kind = "includes" if low <= 0 <= high else "excludes"
    shown = [exact(value, signed(value, places(run.main))) for value in (middle, low, high)]
    return Difference(shown[0], shown[1], shown[2], kind)


@dataclass(frozen=True)
class MeasureRow:
    """One measure of one arm: median and 90 % interval over the draws that have it, and the share of the draws that do.

    An event (``EVENTS``) has its percentage in place of all three. ``share``: of the spread, what involves assumed
    numbers."""

    arm: str
    measure: str
    unit: str
    median: Markup
    q05: Markup
    q95: Markup
    having: Markup
    share: str


def measure_rows(table: pd.DataFrame) -> list[MeasureRow]:
    """Rows of a long table of measures, in its order."""
    rows = []
    for (arm, measure), part in table.groupby(["arm", "measure"], sort=False):
        values = part["value"].dropna()
        unit = "percent" if measure in EVENTS else str(part["unit"].iloc[0])
        quantiles = [100.0 * values.mean()] * 3 if measure in EVENTS else values.quantile([0.05, 0.5, 0.95])
        low, middle, high = quantiles if len(values) else (math.nan,) * 3
        having = 100.0 * len(values) / len(part)
        digits = [exact(x, figures(x)) for x in (middle, low, high)]
        share = float(part["assumed_share"].iloc[0])
        shown = f"{100 * share:.0f}" if math.isfinite(share) else ""
        rows.append(MeasureRow(str(arm), str(measure), unit, digits[0], digits[1], digits[2],
                               exact(having, plain(having, 0)), shown))  # fmt: skip
    return rows
