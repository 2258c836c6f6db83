"""Scores of a file of ratings, and how they change from a patient's first visit.

    Δ = total − total at the first visit,  σ_Δ² = σ² + σ₀²
    smallest change that can be told apart: the published one of the score, otherwise 1.96 σ_Δ

What two visits share (scale, hand) is counted twice in σ_Δ, so that a change is rather missed than invented.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from skintwin.errors import ConfigError
from skintwin.measure.scores import SCORES
from skintwin.measure.scores.base import Total
from skintwin.measure.scores.ratings import Rating

NORMAL_95 = 1.959963984540054  # 97.5 % point of the standard normal
SCORE_COLUMNS = ("score", "patient", "visit", "rater", "value", "error", "unit", "low", "high", "parts", "note")
CHANGE_COLUMNS = ("score", "patient", "rater", "from", "to", "change", "error", "percent", "smallest_detectable",
                  "smallest_detectable_from", "told_apart")  # fmt: skip


@dataclass(frozen=True)
class Scored:
    """A rating and its total."""

    rating: Rating
    total: Total


@dataclass(frozen=True)
class Change:
    """From the first visit to a later one.

    change, error: in the score's unit, None when not known. percent: of the first.
    smallest: smallest change that can be told apart, None when not known; smallest_from: where it comes from.
    """

    score: str
    patient: str
    rater: str
    first: str
    visit: str
    change: float | None
    error: float | None
    percent: float | None
    smallest: float | None
    smallest_from: str

    @property
    def told_apart(self) -> str:
        """Yes, no, or not known."""
        if self.change is None or self.smallest is None:
            return "not known"
        return "yes" if abs(self.change) >= self.smallest else "no"


def score_all(ratings: Iterable[Rating], *, proposed: bool = False) -> list[Scored]:
    """Every rating with its total. Raises ConfigError with the patient, the visit and the rater in front."""
    return [Scored(rating, _total(rating, proposed)) for rating in ratings]


def _total(rating: Rating, proposed: bool) -> Total:
    try:
        return SCORES[rating.score].total(rating.regions, proposed=proposed)
    except ConfigError as error:
        whose = f"patient {rating.patient}, visit {rating.visit}" + (f", rater {rating.rater}" if rating.rater else "")
        raise ConfigError(error.what, where=", ".join(filter(None, (whose, error.where))), expected=error.expected,
                          do=error.do) from error  # fmt: skip


def changes(scored: Sequence[Scored]) -> list[Change]:
    """From the first visit of each patient, rater and score to every later one."""
    first: dict[tuple[str, str, str], Scored] = {}
    found = []
    for now in scored:
        key = (now.rating.score, now.rating.patient, now.rating.rater)
        before = first.setdefault(key, now)
        if before is not now:
            found.append(_change(before, now))
    return found


def _change(before: Scored, now: Scored) -> Change:
    a, b = before.total, now.total
    known = a.value is not None and b.value is not None
    change = b.value - a.value if a.value is not None and b.value is not None else None
    error = math.hypot(a.error, b.error) if known and a.error is not None and b.error is not None else None
    percent = 100 * change / a.value if change is not None and a.value else None
    published = SCORES[now.rating.score].smallest_detectable_change
    smallest, origin = published, "publication"
    if published is None:
        smallest = NORMAL_95 * error if error is not None else None
        origin = "errors of the parts" if error is not None else "not known"
    return Change(now.rating.score, now.rating.patient, now.rating.rater, before.rating.visit, now.rating.visit, change,
                  error, percent, smallest, origin)


def scores_csv(scored: Sequence[Scored]) -> str:
    """CSV text of the totals. An empty value is not known; the note says why."""
    rows = []
    for s in scored:
        t, r = s.total, s.rating
        parts = "; ".join(f"{name} {origin}" for name, origin in t.origins.items())
        high = "" if math.isinf(t.high) else _text(t.high)
        rows.append([r.score, r.patient, r.visit, r.rater, _text(t.value), _text(t.error), t.unit, _text(t.low), high,
                     parts, t.note])
    return _table(SCORE_COLUMNS, rows)


def changes_csv(found: Sequence[Change]) -> str:
    """CSV text of the changes."""
    return _table(CHANGE_COLUMNS, [
        [c.score, c.patient, c.rater, c.first, c.visit, _text(c.change), _text(c.error), _text(c.percent),
         _text(c.smallest), c.smallest_from, c.told_apart]
        for c in found
    ])  # fmt: skip


def lines(scored: Sequence[Scored], found: Sequence[Change]) -> list[str]:
    """One line for each total and each known change."""
    shown = []
    for s in scored:
        who = " ".join(part for part in (s.rating.patient, s.rating.visit, s.rating.rater) if part)
        value = "not known" if s.total.value is None else f"{s.total.value:.4g}{_plus_minus(s.total.error)}"
        note = f"  ({s.total.note})" if s.total.note else ""
        shown.append(f"{s.rating.score} {who}: {value}{note}")
    for c in found:
        if c.change is not None:
            change = f"{c.change:+.4g}{_plus_minus(c.error)}"
            shown.append(f"{c.score} {c.patient}, {c.first} to {c.visit}: {change}, told apart: {c.told_apart}")
    return shown


def _plus_minus(error: float | None) -> str:
    return "" if error is None else f" ± {error:.2g}"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"
