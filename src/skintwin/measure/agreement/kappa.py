"""Cohen's kappa of two raters, plain and weighted.

    κ = 1 − Σ v p / Σ v e      p shares of the table, e product of its margins, v weight of a disagreement:
                               1 (plain), |i − j|/(c − 1) (linear), (i − j)²/(c − 1)² (quadratic)

With agreement weights w = 1 − v, observed and chance agreement O, C and w̄ᵢ, w̄ⱼ the mean weights of the margins, the
large sample variance is (fleiss1969)

    n var κ = {Σ p [w (1 − C) − (w̄ᵢ + w̄ⱼ)(1 − O)]² − (O C − 2 C + O)²} / (1 − C)⁴
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import ConfigError
from skintwin.measure.agreement.interval import Interval

Array = NDArray[np.float64]
Weights = Literal["plain", "linear", "quadratic"]


def cohen_kappa(
    first: Sequence[float] | Array, second: Sequence[float] | Array, weights: Weights = "plain", *,
    categories: Sequence[float] | None = None, confidence: float = 0.95,
) -> Interval:  # fmt: skip
    """Kappa of two series of ratings. categories: all steps of the instrument, in order; those that occur if None.

    Weights count steps, not distances. Raises ConfigError when both raters used one and the same category.
    """
    a, b = np.asarray(first, float), np.asarray(second, float)
    if a.ndim != 1 or a.shape != b.shape or a.size < 2 or not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise ConfigError("two series of different length, or a value is missing", where="ratings",
                          expected="the same subjects by both raters, at least two")
    steps = np.unique(np.concatenate([a, b])) if categories is None else np.asarray(categories, float)
    if not (np.isin(a, steps).all() and np.isin(b, steps).all()):
        raise ConfigError("a rating that is no category", where="ratings", expected=", ".join(f"{s:g}" for s in steps))
    table = np.zeros((len(steps), len(steps)))
    np.add.at(table, (np.searchsorted(steps, a), np.searchsorted(steps, b)), 1.0)
    return kappa_of_table(table, weights, confidence=confidence)


def kappa_of_table(
    table: Sequence[Sequence[float]] | Array, weights: Weights = "plain", *, confidence: float = 0.95
) -> Interval:
    """Kappa of a (c, c) table of counts."""
    from scipy import stats

    if weights not in get_args(Weights):
        raise ConfigError(f"no weights {weights!r}", where="kappa", expected=", ".join(get_args(Weights)))
    counts = np.asarray(table, float)
    n, c = counts.sum(), len(counts)
    p = counts / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    step = np.abs(np.subtract.outer(np.arange(c), np.arange(c))) / max(c - 1, 1)
    w = {"plain": np.eye(c), "linear": 1 - step, "quadratic": 1 - step**2}[weights]
    observed, chance = float((w * p).sum()), float(rows @ w @ columns)
    if np.isclose(chance, 1.0):
        raise ConfigError("both raters used one category only", where="ratings", expected="ratings that vary",
                          do="report the share of agreement instead")
    kappa = (observed - chance) / (1 - chance)
    means = np.add.outer(w @ columns, rows @ w)
    inner = float((p * (w * (1 - chance) - means * (1 - observed)) ** 2).sum())
    inner -= (observed * chance - 2 * chance + observed) ** 2
    error = np.sqrt(max(0.0, inner) / n) / (1 - chance) ** 2
    reach = float(stats.norm.ppf(0.5 + confidence / 2) * error)
    return Interval(float(kappa), float(kappa - reach), float(kappa + reach), "large sample, normal")
