"""What lasts: the main endpoint after the last thing was given.

With G(t) the main endpoint of a draw, t_s the last day of giving (after the last resumption, where rules resume), T the
last day of the run, g the least gain that counts (``study.least_gain``) and ρ = ``study.relapse_loss``,

    R(t) = max G over [t_s, t]          best reached so far after the stop; R(T) is the gain
    kept(y) = 100 G(t_s + y)/R(t_s + y)
    relapse: first t with H(t) ≤ (1 − ρ) max H over [t_s, t]

for draws in which R has reached g by then. An effect that comes after the stop (a transplant, the end of a course of
light) is thus followed from its best; nothing is kept by more than 100 %, and a longer run does not change what was
kept at a year. H is G, but a dark lesion that has become lighter than its surroundings counts as matched: it has not
come back. Between the weekly observations courses are linear. A time to relapse of nan is no relapse within
``follow_up``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from skintwin.evidence import ledger
from skintwin.study.design import Design, assumed_share
from skintwin.study.endpoint_names import GAINS, held
from skintwin.study.ensemble import ArmResult, Ensemble

if TYPE_CHECKING:
    import pandas as pd

YEAR = 365.25
HORIZONS = (1, 2, 5)
"""Years after the stop at which the share of the gain that is kept is read."""


def durability_table(ensemble: Ensemble, design: Design, main: str) -> pd.DataFrame:
    """Long table: arm, draw (from 1), measure, value, unit, assumed_share (of the measure's spread over draws).

    Arms that give nothing, or give it to the end, have no rows, nor has an endpoint that is no gain. ``counted``,
    ``improving`` (the best is the last day of the run) and ``relapsed`` are 1 or 0; a value is nan where it is not
    defined: without follow-up, without a gain that counts, or for a time to relapse without a relapse.
    """
    import pandas as pd

    tables = [pd.DataFrame(columns=["arm", "draw", "measure", "value", "unit", "assumed_share"])]
    for arm, result in ensemble.arms.items():
        for measure, unit, values in _measures(result, ensemble.days, main):
            share = assumed_share(values, design).value
            tables.append(pd.DataFrame({
                "arm": arm, "draw": np.arange(len(values)) + 1, "measure": measure, "value": values, "unit": unit,
                "assumed_share": share,
            }))  # fmt: skip
    return pd.concat(tables[1:], ignore_index=True) if len(tables) > 1 else tables[0]


def _measures(result: ArmResult, days: np.ndarray, main: str) -> list[tuple[str, str, np.ndarray]]:
    stopped = result.given_until
    followed = (stopped > 0) & (stopped < days[-1])
    gains = main in GAINS and np.isfinite(result.endpoints.get(main, np.nan)).all()
    if not gains or not followed.any():
        return []
    lasted = lasting(result.endpoints[main], held(result.endpoints, main), days, np.where(followed, stopped, np.nan))
    found = [
        ("stopped", "day", np.where(stopped > 0, stopped, np.nan)), ("follow_up", "day", lasted.follow_up),
        ("gain", "percent", lasted.gain), ("counted", "1", lasted.counted),
        ("time_to_best", "day", lasted.time_to_best), ("improving", "1", lasted.improving),
        ("relapsed", "1", lasted.relapsed), ("time_to_relapse", "day", lasted.time_to_relapse),
    ]  # fmt: skip
    for years, kept in lasted.kept.items():
        if np.isfinite(kept).any():
            found.append((f"kept_{years}y", "percent", kept))
    return found


@dataclass(frozen=True)
class Lasting:
    """What became of the gain of each draw, (n,) each, nan where not defined: days of ``follow_up``; ``gain``, the best
    (percentage points), and days from the stop to it; 1 or 0 for a gain that counts, for a best on the last day and
    for a relapse; days from the best to the relapse; ``kept``: years after the stop → percent of the best by then."""

    follow_up: np.ndarray
    gain: np.ndarray
    time_to_best: np.ndarray
    counted: np.ndarray
    improving: np.ndarray
    relapsed: np.ndarray
    time_to_relapse: np.ndarray
    kept: dict[int, np.ndarray]


def lasting(course: np.ndarray, back: np.ndarray, days: np.ndarray, stopped: np.ndarray) -> Lasting:
    """What lasts of courses (n, times) of the main endpoint.

    back (n, times): the endpoint from which a relapse is read. days (times,). stopped (n,) day, nan where there is
    nothing to follow.
    """
    least = 100.0 * ledger().value("study.least_gain", "1")
    rows = [_one(*row, days, least) for row in zip(course, back, stopped, strict=True)]
    named = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    kept = {years: named.pop(f"kept_{years}") for years in HORIZONS}
    return Lasting(**named, kept=kept)


def _one(course: np.ndarray, back: np.ndarray, stop: float, days: np.ndarray, least: float) -> dict[str, float]:
    """The same for one draw."""
    if not np.isfinite(stop):
        names = ("follow_up", "gain", "time_to_best", "counted", "improving", "relapsed", "time_to_relapse")
        return dict.fromkeys([*names, *(f"kept_{years}" for years in HORIZONS)], np.nan)
    at = np.concatenate([[stop], days[days > stop]])
    level = np.interp(at, days, course)
    best = int(np.argmax(level))
    counts = bool(level[best] >= least)
    lapse = relapse_time(at, np.interp(at, days, back), least)
    out = {
        "follow_up": at[-1] - stop, "gain": level[best], "counted": float(counts),
        "time_to_best": at[best] - stop if counts else np.nan,
        "improving": float(best == len(at) - 1) if counts else np.nan,
        "relapsed": float(np.isfinite(lapse)) if counts else np.nan, "time_to_relapse": lapse if counts else np.nan,
    }  # fmt: skip
    for years in HORIZONS:
        day = stop + years * YEAR
        now = float(np.interp(day, at, level))
        top = max(float(level[at <= day].max()), now)
        out[f"kept_{years}"] = 100.0 * now / top if day <= at[-1] and top >= least else np.nan
    return out


def relapse_time(at: np.ndarray, level: np.ndarray, least: float) -> float:
    """Days from the best so far to the first loss of ``study.relapse_loss`` of it; nan where there is none.

    at (k,): days from the stop on; level (k,): percent; least: what the best must have reached to count.
    """
    best = np.maximum.accumulate(level)
    limit = (1.0 - ledger().value("study.relapse_loss", "1")) * best
    lost = np.flatnonzero((best >= least) & (level <= limit))
    if not len(lost):
        return np.nan
    k = int(lost[0])  # at least 1: at the stop the level is its own best, above the limit
    reached = at[int(np.argmax(level[:k]))]
    part = (level[k - 1] - limit[k]) / (level[k - 1] - level[k])
    return float(at[k - 1] + part * (at[k] - at[k - 1]) - reached)
