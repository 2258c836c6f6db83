"""Everything that a table of ratings says about agreement, as rows of name, value and interval."""

from __future__ import annotations

import csv
import io
import itertools
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import ConfigError
from skintwin.measure.agreement.bland_altman import bland_altman
from skintwin.measure.agreement.errors import duplicate_variation, standard_errors
from skintwin.measure.agreement.fleiss import fleiss_kappa
from skintwin.measure.agreement.icc import intraclass
from skintwin.measure.agreement.interval import Interval
from skintwin.measure.agreement.kappa import Weights, cohen_kappa
from skintwin.measure.agreement.repeated import repeated_limits
from skintwin.measure.agreement.table import RatingTable

MOST_CATEGORIES = 12
"""Whole numbers with no more different values than this are taken for grades, and kappas are given."""
WEIGHTS: tuple[Weights, ...] = ("plain", "linear", "quadratic")
COLUMNS = ("group", "name", "value", "low", "high", "method")


@dataclass(frozen=True)
class Row:
    """group: which values were compared. name: the figure. value, low, high: nan for none. method: of the interval."""

    group: str
    name: str
    value: float
    low: float
    high: float
    method: str


def agreement_rows(table: RatingTable, confidence: float = 0.95) -> list[Row]:
    """Between raters (on the means of repeats), for every pair of raters, and within each rater over repeats."""
    rows: list[Row] = []
    if len(table.raters) > 1:
        means = f", means of {len(table.repeats)} repeats" if len(table.repeats) > 1 else ""
        rows += _together(f"{len(table.raters)} raters{means}", table.means, confidence)
        rows += _grades("raters", table, confidence)
        for a, b in itertools.combinations(range(len(table.raters)), 2):
            rows += _pair(table, a, b, confidence)
    if len(table.repeats) > 1:
        for i, rater in enumerate(table.raters):
            rows += _together(f"repeats of {rater}", table.values[:, i], confidence)
    return rows


def _together(group: str, values: NDArray[np.float64], confidence: float) -> list[Row]:
    found = dict(intraclass(values, confidence)) | standard_errors(values, confidence)
    variation = duplicate_variation(values, confidence)
    if variation is not None:
        found["coefficient of variation"] = variation
    return [_row(group, name, interval) for name, interval in found.items()]


def _grades(group: str, table: RatingTable, confidence: float) -> list[Row]:
    """Kappas, when the values look like grades and were not averaged."""
    first = table.values[:, :, 0]
    steps = np.unique(first)
    if len(table.repeats) > 1 or len(steps) > MOST_CATEGORIES or (first != np.round(first)).any():
        return []
    if len(steps) == 1:
        return [Row(group, "kappa", math.nan, math.nan, math.nan, "not known: one category only")]
    fleiss = fleiss_kappa(first, confidence)
    rows = [_row(group, "Fleiss' kappa", fleiss.kappa),
            Row(group, "Fleiss' kappa, z of no agreement", fleiss.z, math.nan, math.nan, "large sample")]
    for a, b in itertools.combinations(range(len(table.raters)), 2):
        pair = f"{table.raters[a]} and {table.raters[b]}"
        for weights in WEIGHTS:
            name = "Cohen's kappa" if weights == "plain" else f"Cohen's kappa, {weights} weights"
            try:
                rows.append(_row(pair, name, cohen_kappa(first[:, a], first[:, b], weights, categories=list(steps),
                                                         confidence=confidence)))
            except ConfigError as error:
                rows.append(Row(pair, name, math.nan, math.nan, math.nan, f"not known: {error.what}"))
    return rows


def _pair(table: RatingTable, a: int, b: int, confidence: float) -> list[Row]:
    """Limits of agreement of two raters."""
    group = f"{table.raters[a]} minus {table.raters[b]}"
    if len(table.repeats) > 1:
        subject = np.repeat(np.arange(len(table.subjects)), len(table.repeats))
        first, second = (table.values[:, i].reshape(-1) for i in (a, b))
        many = repeated_limits(list(subject), first, second, confidence=confidence)
        named = {"bias": many.bias, "lower limit": many.lower, "upper limit": many.upper}
        return [_row(group, name, interval) for name, interval in named.items()]
    one = bland_altman(table.values[:, a, 0], table.values[:, b, 0], confidence=confidence)
    named = {"bias": one.bias, "lower limit": one.lower, "upper limit": one.upper,
             "lower limit, usual interval": one.lower_approximate, "upper limit, usual interval": one.upper_approximate,
             "slope on the mean": one.slope}
    rows = [_row(group, name, interval) for name, interval in named.items()]
    return [*rows, Row(group, "p of no slope", one.p_slope, math.nan, math.nan, "t distribution")]


def _row(group: str, name: str, interval: Interval) -> Row:
    return Row(group, name, interval.value, interval.low, interval.high, interval.method)


def rows_csv(rows: Sequence[Row]) -> str:
    """CSV text; empty cells are not known."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([r.group, r.name, *(_text(v) for v in (r.value, r.low, r.high)), r.method] for r in rows)
    return text.getvalue()


def rows_json(rows: Sequence[Row]) -> str:
    """JSON text, a list of rows; null is not known."""
    clean = [{k: _finite(v) if isinstance(v, float) else v for k, v in asdict(row).items()} for row in rows]
    return json.dumps(clean, indent=2, ensure_ascii=False) + "\n"


def lines(rows: Iterable[Row]) -> list[str]:
    """One line for each row, groups under headings."""
    found, group = [], None
    for row in rows:
        if row.group != group:
            group = row.group
            found.append(group)
        value = "not known" if math.isnan(row.value) else f"{row.value:.4g}"
        ends = "" if math.isnan(row.low) else f" [{row.low:.4g}, {row.high:.4g}]"
        found.append(f"  {row.name}: {value}{ends}" + (f"  ({row.method})" if math.isnan(row.value) else ""))
    return found


def _text(value: float) -> str:
    return f"{value:.6g}" if math.isfinite(value) else ""


def _finite(value: float) -> float | None:
    return float(f"{value:.6g}") if math.isfinite(value) else None
