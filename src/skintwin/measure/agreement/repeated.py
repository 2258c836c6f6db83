"""Limits of agreement with several pairs of values for each subject, whose true value may vary (bland1999).

n subjects, mᵢ pairs each, mₕ their harmonic mean; W mean square of the differences within subjects, S² variance of the
subjects' mean differences:

    σ² = S² + (1 − 1/mₕ) W,   bias = mean of the subjects' mean differences,   limits = bias ± z σ

Intervals by recovering variance estimates: with q the χ² quantiles over their degrees of freedom,

    l = σ² − √{[S² (1 − 1/q₁)]² + [(1 − 1/mₕ) W (1 − 1/q₂)]²},   and u likewise with the lower quantiles
    limit: −√{(t S)²/n + [z (σ − √l)]²} inward, +√{(t S)²/n + [z (√u − σ)]²} outward

Their coverage was measured here (tests); they are not exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import ConfigError
from skintwin.measure.agreement.interval import Interval

Array = NDArray[np.float64]

METHOD = "approximate, recovered variance estimates"


@dataclass(frozen=True)
class RepeatedLimits:
    """bias, lower, upper. within: sd of differences within a subject; between: of subjects' true mean differences."""

    bias: Interval
    lower: Interval
    upper: Interval
    sd: float
    within: float
    between: float
    subjects: int
    pairs: int


def repeated_limits(
    subject: Sequence[object], first: Sequence[float] | Array, second: Sequence[float] | Array, *,
    coverage: float = 0.95, confidence: float = 0.95,
) -> RepeatedLimits:  # fmt: skip
    """Agreement of two methods; subject, first, second: one entry for each pair. Subjects may differ in number."""
    from scipy import stats

    difference = np.asarray(first, float) - np.asarray(second, float)
    if difference.shape != (len(subject),) or not np.isfinite(difference).all():
        raise ConfigError("subjects and pairs do not match, or a value is missing", where="pairs",
                          expected="a subject and two finite values for each pair")
    names = {name: i for i, name in enumerate(dict.fromkeys(subject))}
    index = np.array([names[name] for name in subject])
    counts = np.bincount(index)
    n, total = len(counts), len(index)
    if n < 3 or total == n:
        raise ConfigError(f"{n} subjects with {total} pairs", where="pairs", expected="three subjects, some repeated",
                          do="use bland_altman for one pair each")
    means = np.bincount(index, difference) / counts
    within = float(((difference - means[index]) ** 2).sum() / (total - n))
    spread, bias = float(means.var(ddof=1)), float(means.mean())
    share = 1 - float((1 / counts).mean())
    variance = spread + share * within
    tail = (1 - confidence) / 2
    ends = []
    for p in (1 - tail, tail):
        q1, q2 = (stats.chi2.ppf(p, df) / df for df in (n - 1, total - n))
        step = np.hypot(spread * (1 - 1 / q1), share * within * (1 - 1 / q2))
        ends.append(np.sqrt(max(0.0, variance - step if p > 0.5 else variance + step)))
    sd, t = float(np.sqrt(variance)), float(stats.t.ppf(1 - tail, n - 1))
    z = float(stats.norm.ppf(0.5 + coverage / 2))
    mean_reach = t * np.sqrt(spread / n)
    inward, outward = np.hypot(mean_reach, z * (sd - ends[0])), np.hypot(mean_reach, z * (ends[1] - sd))
    return RepeatedLimits(
        Interval(bias, float(bias - mean_reach), float(bias + mean_reach), "exact for equal numbers, t distribution"),
        Interval(bias - z * sd, float(bias - z * sd - outward), float(bias - z * sd + inward), METHOD),
        Interval(bias + z * sd, float(bias + z * sd - inward), float(bias + z * sd + outward), METHOD),
        sd, float(np.sqrt(within)), float(np.sqrt(max(0.0, spread - (1 - share) * within))), n, total,
    )  # fmt: skip
