"""Intraclass correlations of Shrout and Fleiss (shrout1979) and McGraw and Wong (mcgraw1996).

n subjects, k raters, mean squares R (subjects), C (raters), E (residual), W (within subjects):

    ICC(1)   = (R − W) / (R + (k − 1) W)                                raters differ from subject to subject
    ICC(A,1) = (R − E) / (R + (k − 1) E + k (C − E)/n)                  absolute agreement
    ICC(C,1) = (R − E) / (R + (k − 1) E)                                consistency: constant differences forgiven
    ICC(·,k) = k ICC / (1 + (k − 1) ICC)                                mean of k raters

Intervals of ICC(1) and ICC(C) are exact for normal values: with F = R/W or R/E and the quantiles f of its distribution,

    (F/f − 1) / (F/f + k − 1)

That of ICC(A) has Satterthwaite's degrees of freedom ν for a C + b E, a = kρ/(n(1 − ρ)), b = 1 + kρ(n − 1)/(n(1 − ρ));
no exact one exists.
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

EXACT, SATTERTHWAITE = "exact, F distribution", "F distribution, Satterthwaite's degrees of freedom"


@dataclass(frozen=True)
class MeanSquares:
    """Mean squares of a complete table: subjects, raters, residual, within subjects; n subjects, k raters."""

    subjects: float
    raters: float
    residual: float
    within: float
    n: int
    k: int


def mean_squares(values: Sequence[Sequence[float]] | Array) -> MeanSquares:
    """Two-way analysis of variance of (n, k) values."""
    table = complete(values)
    n, k = table.shape
    grand = table.mean()
    rows, columns = table.mean(axis=1), table.mean(axis=0)
    between = k * float(((rows - grand) ** 2).sum())
    raters = n * float(((columns - grand) ** 2).sum())
    residual = float(((table - rows[:, None] - columns[None, :] + grand) ** 2).sum())
    # Differences of large numbers: what is left of rounding is no variance.
    tiny = 1e-24 * max(float((table**2).sum()), 1e-300)
    between, raters, residual = (0.0 if x < tiny else x for x in (between, raters, residual))
    return MeanSquares(
        between / (n - 1), raters / (k - 1), residual / ((n - 1) * (k - 1)), (raters + residual) / (n * (k - 1)), n, k
    )


def intraclass(values: Sequence[Sequence[float]] | Array, confidence: float = 0.95) -> dict[str, Interval]:
    """All six coefficients of (n, k) values by McGraw and Wong's names.

    ICC(1), ICC(A,1), ICC(C,1), ICC(k), ICC(A,k), ICC(C,k);
    Shrout and Fleiss call them ICC(1,1), ICC(2,1), ICC(3,1), ICC(1,k), ICC(2,k), ICC(3,k). Raises ConfigError when
    subjects do not differ and neither do raters (the coefficient is 0/0).
    """
    return from_mean_squares(mean_squares(values), confidence)


def from_mean_squares(ms: MeanSquares, confidence: float = 0.95) -> dict[str, Interval]:
    """The same from mean squares."""
    if ms.subjects == 0 and ms.within == 0:
        raise ConfigError("all values are the same", where="ratings", expected="subjects that differ")
    single = {
        "ICC(1)": _ratio(ms.subjects, ms.within, ms.n - 1, ms.n * (ms.k - 1), ms.k, confidence),
        "ICC(A,1)": _absolute(ms, confidence),
        "ICC(C,1)": _ratio(ms.subjects, ms.residual, ms.n - 1, (ms.n - 1) * (ms.k - 1), ms.k, confidence),
    }
    mean = {name.replace("1)", "k)"): _of_mean(found, ms.k) for name, found in single.items()}
    return single | mean


def _ratio(top: float, bottom: float, df_top: int, df_bottom: int, k: int, confidence: float) -> Interval:
    """ICC from F = top/bottom, with its exact interval."""
    from scipy import stats

    if bottom == 0:
        return Interval(1.0, 1.0, 1.0, EXACT)
    ratio, tail = top / bottom, (1 - confidence) / 2
    low = ratio / stats.f.ppf(1 - tail, df_top, df_bottom)
    high = ratio * stats.f.ppf(1 - tail, df_bottom, df_top)
    value, lower, upper = ((f - 1) / (f + k - 1) for f in (ratio, low, high))
    return Interval(float(value), float(lower), float(upper), EXACT)


def _absolute(ms: MeanSquares, confidence: float) -> Interval:
    """ICC(A,1)."""
    from scipy import stats

    n, k, r, c, e = ms.n, ms.k, ms.subjects, ms.raters, ms.residual
    denominator = r + (k - 1) * e + k * (c - e) / n
    value = (r - e) / denominator
    if c == 0 and e == 0:
        return Interval(1.0, 1.0, 1.0, SATTERTHWAITE)
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    by_raters, by_rest = a * c, b * e
    # Without residual the limit is that of the raters alone, also where subjects do not differ at all (0/0).
    freedom = k - 1.0
    if by_rest != 0:
        freedom = (by_raters + by_rest) ** 2 / (by_raters**2 / (k - 1) + by_rest**2 / ((n - 1) * (k - 1)))
    tail = (1 - confidence) / 2
    rest = k * c + (k * n - k - n) * e
    low, high = (
        _end(n, r, e, rest, float(f))
        for f in (1 / stats.f.ppf(1 - tail, n - 1, freedom), stats.f.ppf(1 - tail, freedom, n - 1))
    )
    return Interval(float(value), low, high, SATTERTHWAITE)


def _end(n: int, r: float, e: float, rest: float, f: float) -> float:
    """n (r f − e) / (rest + n r f), in the form that has a limit for f without bound."""
    top, bottom = (r * f - e, rest + n * r * f) if f <= 1 else (r - e / f, rest / f + n * r)
    return float(n * top / bottom) if bottom else 0.0


def _of_mean(found: Interval, k: int) -> Interval:
    """Of the mean of k raters. An end below −1/(k − 1) has no counterpart and becomes −∞."""
    ends = [k * x / (1 + (k - 1) * x) if 1 + (k - 1) * x > 0 else -np.inf for x in (found.value, found.low, found.high)]
    return Interval(float(ends[0]), float(ends[1]), float(ends[2]), found.method)
