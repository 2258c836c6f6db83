"""Errors in the unit of the measurement: SEM, smallest detectable change, variation of duplicates.

    SEM(C)² = E                              random error of one rating
    SEM(A)² = E + max(0, (C − E)/n)          with the differences between raters
    SDC     = 1.96 √2 SEM                    change of one patient that exceeds the error of two ratings (beckerman2001)
    CV      = √mean(sᵢ²/mᵢ²)                 over subjects; sᵢ, mᵢ standard deviation and mean of a subject's values

The interval of SEM(C) is exact: (n − 1)(k − 1) SEM²/σ² is χ² distributed. That of SEM(A) has Satterthwaite's degrees of
freedom, of CV a normal one for the mean of squares.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from skintwin.measure.agreement.icc import MeanSquares, mean_squares
from skintwin.measure.agreement.interval import Interval
from skintwin.measure.agreement.table import complete

Array = NDArray[np.float64]
NORMAL_95 = 1.959963984540054  # 97.5 % point of the standard normal


def standard_errors(values: Sequence[Sequence[float]] | Array, confidence: float = 0.95) -> dict[str, Interval]:
    """SEM and SDC of (n, k) values for consistency and for absolute agreement, in the values' unit."""
    ms = mean_squares(values)
    sem = {"SEM(C)": _consistent(ms, confidence), "SEM(A)": _absolute(ms, confidence)}
    factor = NORMAL_95 * np.sqrt(2)
    sdc = {
        name.replace("SEM", "SDC"): Interval(factor * s.value, factor * s.low, factor * s.high, s.method)
        for name, s in sem.items()
    }
    return sem | sdc


def duplicate_variation(values: Sequence[Sequence[float]] | Array, confidence: float = 0.95) -> Interval | None:
    """Coefficient of variation (1) of (n, k) repeats; None unless every subject's mean is above 0."""
    from scipy import stats

    table = complete(values)
    means = table.mean(axis=1)
    if (means <= 0).any():
        return None
    squares = table.var(axis=1, ddof=1) / means**2
    z = stats.norm.ppf(0.5 + confidence / 2)
    spread = z * squares.std(ddof=1) / np.sqrt(len(squares))
    low, high = (np.sqrt(max(0.0, squares.mean() + s)) for s in (-spread, spread))
    return Interval(float(np.sqrt(squares.mean())), float(low), float(high), "normal, for the mean of squares")


def _consistent(ms: MeanSquares, confidence: float) -> Interval:
    low, high = _chi(ms.residual, (ms.n - 1) * (ms.k - 1), confidence)
    return Interval(float(np.sqrt(ms.residual)), low, high, "exact, chi-squared distribution")


def _absolute(ms: MeanSquares, confidence: float) -> Interval:
    raters = max(0.0, (ms.raters - ms.residual) / ms.n)
    variance = ms.residual + raters
    if raters == 0:
        low, high = _chi(ms.residual, (ms.n - 1) * (ms.k - 1), confidence)
    else:
        parts = ((ms.raters / ms.n) ** 2 / (ms.k - 1), ((1 - 1 / ms.n) * ms.residual) ** 2 / ((ms.n - 1) * (ms.k - 1)))
        low, high = _chi(variance, variance**2 / sum(parts), confidence)
    return Interval(float(np.sqrt(variance)), low, high, "chi-squared distribution, Satterthwaite's degrees of freedom")


def _chi(variance: float, freedom: float, confidence: float) -> tuple[float, float]:
    """Interval of a standard deviation."""
    from scipy import stats

    tail = (1 - confidence) / 2
    low, high = (variance * freedom / stats.chi2.ppf(p, freedom) for p in (1 - tail, tail))
    return float(np.sqrt(low)), float(np.sqrt(high))
