"""Kappa of many raters on categories without order (fleiss1971).

    κ = (P̄ − Q)/(1 − Q),   P̄ mean share of agreeing pairs of raters, Q = Σ qⱼ² chance

Its interval is the jackknife over subjects; the test of no agreement has the variance of fleiss1979:

    var₀ = 2 {(Σ qⱼ(1 − qⱼ))² − Σ qⱼ(1 − qⱼ)(1 − 2qⱼ)} / {n k (k − 1) (Σ qⱼ(1 − qⱼ))²}
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import ConfigError
from skintwin.measure.agreement.interval import Interval
from skintwin.measure.agreement.table import complete

Array = NDArray[np.float64]

JACKKNIFE = "jackknife over subjects, t distribution"


@dataclass(frozen=True)
class FleissKappa:
    """kappa; z: of no agreement beyond chance. categories: those that occur."""

    kappa: Interval
    z: float
    categories: tuple[float, ...]


def fleiss_kappa(values: Sequence[Sequence[float]] | Array, confidence: float = 0.95) -> FleissKappa:
    """Kappa of (n subjects, k raters) categories. ConfigError when only one category was used."""
    from scipy import stats

    table = complete(values)
    n, k = table.shape
    steps = np.unique(table)
    counts = (table[..., None] == steps).sum(axis=1).astype(np.float64)
    shares = counts.sum(axis=0) / (n * k)
    uneven = shares * (1 - shares)
    if uneven.sum() == 0:
        raise ConfigError("only one category was used", where="ratings", expected="ratings that vary",
                          do="report the share of agreement instead")
    kappa = _kappa(counts, k)
    left = np.array([_kappa(np.delete(counts, i, axis=0), k) for i in range(n)])
    error = np.sqrt((n - 1) / n * ((left - left.mean()) ** 2).sum())
    t = stats.t.ppf(0.5 + confidence / 2, n - 1)
    null = 2 * (uneven.sum() ** 2 - (uneven * (1 - 2 * shares)).sum()) / (n * k * (k - 1) * uneven.sum() ** 2)
    interval = Interval(kappa, float(kappa - t * error), float(kappa + t * error), JACKKNIFE)
    return FleissKappa(interval, float(kappa / np.sqrt(null)), tuple(float(s) for s in steps))


def _kappa(counts: Array, k: int) -> float:
    """From (n, c) numbers of raters; 1 when only one category is left."""
    agree = float(((counts**2).sum(axis=1) - k).mean() / (k * (k - 1)))
    chance = float(((counts.sum(axis=0) / counts.sum()) ** 2).sum())
    return 1.0 if chance == 1 else (agree - chance) / (1 - chance)
