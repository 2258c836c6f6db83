"""Limits of agreement of two raters or methods (bland1986), with exact intervals (carkeet2015).

    d = first − second,   bias d̄,   limits d̄ ± z s,   z = 1.96 for 95 % of the differences

Normal differences make √n (d̄ ± z s − …)/s noncentral t, so that each limit alone has the exact interval

    d̄ + s t(α; n − 1, z √n)/√n   to   d̄ + s t(1 − α; n − 1, z √n)/√n        (upper; the lower is its mirror image)

The usual approximation, var = s² (1/n + z²/2(n − 1)), is given beside it. Proportional bias: slope of d on the mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skintwin.measure.agreement.interval import Interval
from skintwin.measure.agreement.table import complete

Array = NDArray[np.float64]

EXACT = "exact, noncentral t distribution, each limit by itself"
APPROXIMATE = "approximate, normal limits"


@dataclass(frozen=True)
class LimitsOfAgreement:
    """bias; lower, upper: limits with exact intervals; lower_approximate, upper_approximate: with usual ones.

    sd: of the differences. slope: of the difference on the mean; p_slope: of no proportional bias, nan when all
    means are the same. n: pairs.
    """

    bias: Interval
    lower: Interval
    upper: Interval
    lower_approximate: Interval
    upper_approximate: Interval
    sd: float
    slope: Interval
    p_slope: float
    n: int


def bland_altman(
    first: Sequence[float] | Array, second: Sequence[float] | Array, *, coverage: float = 0.95, confidence: float = 0.95
) -> LimitsOfAgreement:
    """Agreement of two series of n values on the same subjects. coverage: share of the differences in the limits."""
    from scipy import stats

    pairs = complete(np.stack([np.asarray(first, float), np.asarray(second, float)], axis=1), "pairs")
    difference, middle = pairs[:, 0] - pairs[:, 1], pairs.mean(axis=1)
    n, bias, sd = len(difference), float(difference.mean()), float(difference.std(ddof=1))
    tail = (1 - confidence) / 2
    z = float(stats.norm.ppf(0.5 + coverage / 2))
    t = float(stats.t.ppf(1 - tail, n - 1))
    inner, outer = limit_factors(n, z, confidence)
    reach = t * sd * np.sqrt(1 / n + z**2 / (2 * (n - 1)))
    slope, p = _slope(middle, difference, confidence)
    return LimitsOfAgreement(
        Interval(bias, bias - t * sd / np.sqrt(n), bias + t * sd / np.sqrt(n), "exact, t distribution"),
        Interval(bias - z * sd, bias - outer * sd, bias - inner * sd, EXACT),
        Interval(bias + z * sd, bias + inner * sd, bias + outer * sd, EXACT),
        Interval(bias - z * sd, bias - z * sd - reach, bias - z * sd + reach, APPROXIMATE),
        Interval(bias + z * sd, bias + z * sd - reach, bias + z * sd + reach, APPROXIMATE),
        sd, slope, p, n,
    )  # fmt: skip


def limit_factors(n: int, z: float, confidence: float) -> tuple[float, float]:
    """Standard deviations from the bias to the inner and the outer end of a limit's exact interval."""
    from scipy import stats

    tail = (1 - confidence) / 2
    root = np.sqrt(n)
    inner, outer = (float(stats.nct.ppf(p, n - 1, z * root) / root) for p in (tail, 1 - tail))
    return inner, outer


def _slope(middle: Array, difference: Array, confidence: float) -> tuple[Interval, float]:
    """Least squares of the difference on the mean."""
    from scipy import stats

    method = "exact for normal differences, t distribution"
    if np.ptp(middle) == 0:
        return Interval(float("nan"), float("nan"), float("nan"), method), float("nan")
    fit = stats.linregress(middle, difference)
    t = stats.t.ppf(0.5 + confidence / 2, len(middle) - 2)
    reach = t * fit.stderr
    return Interval(float(fit.slope), float(fit.slope - reach), float(fit.slope + reach), method), float(fit.pvalue)
