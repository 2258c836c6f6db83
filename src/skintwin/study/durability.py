"""What lasts: the main endpoint after the last thing was given.

With G(t) the main endpoint of a draw, t_s the day up to which something was given and G_s = G(t_s),

    kept(y) = 100 G(t_s + y)/G_s        relapse: first t with G(t) ≤ (1 − study.relapse_loss) G_s

for draws with a gain (G_s > 0) and runs long enough. Between the weekly observations G is linear.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from skintwin.evidence import ledger
from skintwin.study.design import Design, assumed_share
from skintwin.study.ensemble import ArmResult, Ensemble

if TYPE_CHECKING:
    import pandas as pd

YEAR = 365.25
HORIZONS = (1, 2, 5)
"""Years after the stop at which the share of the gain that is kept is read."""


def durability_table(ensemble: Ensemble, design: Design, main: str) -> pd.DataFrame:
    """Long table: arm, draw (from 1), measure, value, unit, assumed_share (of the measure's spread over draws).

    Arms that give nothing, or give it to the end, have no rows; a value is nan where there was no gain or no relapse.
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
    stopped, course = result.given_until, result.endpoints[main]
    after = float(days[-1]) - stopped
    if not ((stopped > 0) & (after > 0)).any():
        return []
    gain = np.array([np.interp(day, days, row) for day, row in zip(stopped, course, strict=True)])
    base = np.where((gain > 0) & (stopped > 0), gain, np.nan)
    found = [("stopped", "day", np.where(stopped > 0, stopped, np.nan)), ("gain", "percent", gain)]
    found.append(("time_to_relapse", "day", relapse_time(course, days, stopped, base)))
    for years in HORIZONS:
        at = stopped + years * YEAR
        kept = np.array([
            100.0 * np.interp(day, days, row) / level if day <= days[-1] else np.nan
            for day, row, level in zip(at, course, base, strict=True)
        ])  # fmt: skip
        if np.isfinite(kept).any():
            found.append((f"kept_{years}y", "percent", kept))
    return found


def relapse_time(course: np.ndarray, days: np.ndarray, stopped: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """Days (n,) from the stop to the relapse; nan where there is none in the run.

    course (n, times), days (times,), stopped (n,) day, gain (n,) > 0 or nan.
    """
    loss = ledger().value("study.relapse_loss", "1")
    out = np.full(len(gain), np.nan)
    for i, (row, day, level) in enumerate(zip(course, stopped, gain, strict=True)):
        limit = (1.0 - loss) * level
        at = np.concatenate([[day], days[days > day]])
        values = np.interp(at, days, row)
        below = np.flatnonzero(values <= limit)
        if len(below) and below[0] > 0:
            k = below[0]
            part = (values[k - 1] - limit) / (values[k - 1] - values[k])
            out[i] = at[k - 1] + part * (at[k] - at[k - 1]) - day
    return out
