"""Which assumed numbers go with the outcome: rank correlation over draws, and how far chance alone would go.

Draws come in pairs that share their assumed numbers (skintwin.study.design). Draws with the same assumed numbers are
averaged first, which removes part of what is not assumption and leaves m independent points. Then Spearman's

    ρ = corr(rank x, rank ȳ)

Under no relation ρ has sd 1/√(m − 1), so that one parameter in twenty passes z(0.975)/√(m − 1). The strongest of K
unrelated parameters passes z(1 − 0.025/K)/√(m − 1) once in twenty (Bonferroni): below that, a ranking shows nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from skintwin.report.run_folder import RunFolder

FEWEST = 5
"""Independent points below which no correlation is shown."""
ONE_IN_TWENTY = 0.05


@dataclass(frozen=True)
class Ranked:
    """A parameter with its correlation; median and 90 % interval of its draws, in ``unit``."""

    key: str
    rho: float
    median: float
    low: float
    high: float
    unit: str
    grade: str


@dataclass(frozen=True)
class Ranking:
    """``rows``: strongest first, empty when nothing can be ranked. ``points``: independent points m.
    ``by_chance``: |ρ| that one unrelated parameter in twenty passes; ``strongest_by_chance``: |ρ| that the strongest
    of all passes once in twenty if none is related. ``tried``: parameters compared."""

    rows: tuple[Ranked, ...]
    points: int
    by_chance: float
    strongest_by_chance: float
    tried: int


def rank_assumed(run: RunFolder, arm: str, *, most: int = 6) -> Ranking:
    """Assumed parameters ranked by |ρ| with the arm's main endpoint on the last day."""
    import pandas as pd

    chosen = run.draws[run.draws["parameter"].isin(run.info["draws"]["assumed"])]
    table = run.endpoints
    last = table[(table["arm"] == arm) & (table["endpoint"] == run.main) & (table["day"] == table["day"].max())]
    outcome = last.set_index("draw")["value"].sort_index()
    if chosen.empty:
        return Ranking((), 0, 1.0, 1.0, 0)
    inputs = chosen.pivot(index="draw", columns="parameter", values="value").reindex(outcome.index)
    varying = [key for key in inputs.columns if inputs[key].nunique() > 1]
    inputs = inputs[varying].copy()
    together = pd.concat([inputs, outcome.rename("outcome")], axis=1)
    together = together.groupby(inputs.groupby(varying).ngroup()).mean() if varying else inputs
    points = len(together) if varying else 0
    by_chance, strongest = chance_rho(points, 1), chance_rho(points, max(len(varying), 1))
    if points < FEWEST or together["outcome"].nunique() < 2:
        return Ranking((), points, by_chance, strongest, len(varying))
    ranks = together.rank()
    rho = {key: float(np.corrcoef(ranks[key], ranks["outcome"])[0, 1]) for key in varying}
    first = sorted(varying, key=lambda key: (-abs(rho[key]), key))[:most]
    rows = tuple(_row(run, key, rho[key]) for key in first)
    return Ranking(rows, points, by_chance, strongest, len(varying))


def chance_rho(points: int, compared: int) -> float:
    """|ρ| that the strongest of ``compared`` unrelated parameters passes once in twenty; 1 where anything can."""
    if points < 2:
        return 1.0
    z = NormalDist().inv_cdf(1 - ONE_IN_TWENTY / 2 / compared)
    return min(1.0, z / math.sqrt(points - 1))


def _row(run: RunFolder, key: str, rho: float) -> Ranked:
    mine = run.draws[run.draws["parameter"] == key]
    low, median, high = (float(q) for q in mine["value"].quantile([0.05, 0.5, 0.95]))
    return Ranked(key, rho, median, low, high, str(mine["unit"].iloc[0]), grade_name(mine["grade"].iloc[0]))


def grade_name(text: object) -> str:
    """Grade as the ledger writes it; also from the name of its constant (``Grade.IN_VITRO``)."""
    return str(text).removeprefix("Grade.").replace("_", " ").lower()
