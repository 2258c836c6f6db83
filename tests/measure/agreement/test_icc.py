"""Intraclass correlations against published tables, limits, and a second method."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skintwin.errors import ConfigError
from skintwin.measure.agreement.errors import duplicate_variation, standard_errors
from skintwin.measure.agreement.icc import MeanSquares, from_mean_squares, intraclass, mean_squares

SHROUT = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float)
"""Six targets, four judges (shrout1979)."""


def test_shrout_and_fleiss_1979():
    """Printed there: .17 .29 .71 and .44 .62 .91; mean squares 11.24, 6.26, 32.49, 1.02."""
    found = intraclass(SHROUT)
    printed = {"ICC(1)": 0.17, "ICC(A,1)": 0.29, "ICC(C,1)": 0.71, "ICC(k)": 0.44, "ICC(A,k)": 0.62, "ICC(C,k)": 0.91}
    for name, value in printed.items():
        assert found[name].value == pytest.approx(value, abs=0.006), name
    ms = mean_squares(SHROUT)
    assert [ms.subjects, ms.within, ms.raters, ms.residual] == pytest.approx([11.24, 6.26, 32.49, 1.02], abs=0.006)


def test_intervals_of_shrouts_table_as_programs_that_follow_them_print():
    """R's psych::ICC on this table."""
    found = intraclass(SHROUT)
    printed = {"ICC(1)": (-0.13, 0.72), "ICC(A,1)": (0.02, 0.76), "ICC(C,1)": (0.34, 0.95), "ICC(k)": (-0.88, 0.91),
               "ICC(A,k)": (0.07, 0.93), "ICC(C,k)": (0.68, 0.99)}
    for name, ends in printed.items():
        assert (found[name].low, found[name].high) == pytest.approx(ends, abs=0.006), name


def test_consistency_after_mcgraw_and_wong():
    """statpsych's documented example: mean squares 48.2 and 11.3, five raters, 30 subjects."""
    found = from_mean_squares(MeanSquares(48.2, 11.3, 11.3, 11.3, 30, 5))
    one, mean = found["ICC(C,1)"], found["ICC(C,k)"]
    assert (one.value, one.low, one.high) == pytest.approx((0.3951, 0.2311, 0.5853), abs=5e-5)
    assert (mean.value, mean.low, mean.high) == pytest.approx((0.7656, 0.6005, 0.8759), abs=5e-5)


def test_average_of_consistency_is_cronbachs_alpha():
    k = SHROUT.shape[1]
    alpha = k / (k - 1) * (1 - SHROUT.var(axis=0, ddof=1).sum() / SHROUT.sum(axis=1).var(ddof=1))
    assert intraclass(SHROUT)["ICC(C,k)"].value == pytest.approx(alpha)


@given(st.integers(3, 12), st.integers(2, 5), st.integers(0, 10**6), st.floats(-50, 50), st.floats(0.1, 20))
@settings(max_examples=40, deadline=None)
def test_what_does_not_change_a_coefficient(n, k, seed, shift, factor):
    """Units do not; a constant difference between raters changes agreement and not consistency; order does not."""
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(n, 1)) + 0.5 * rng.normal(size=(n, k))
    base, scaled = intraclass(table), intraclass(factor * table + shift)
    for name in base:
        assert scaled[name].value == pytest.approx(base[name].value, abs=1e-7)
    moved = table + 100.0 * np.arange(k)
    assert intraclass(moved)["ICC(C,1)"].value == pytest.approx(base["ICC(C,1)"].value, abs=1e-6)
    assert abs(intraclass(moved)["ICC(A,1)"].value) < 0.01
    mixed = table[rng.permutation(n)][:, rng.permutation(k)]
    assert intraclass(mixed)["ICC(A,1)"].value == pytest.approx(base["ICC(A,1)"].value)
    for found in base.values():
        assert found.low <= found.value + 1e-12
        assert found.value <= found.high + 1e-12


def test_perfect_agreement_and_none():
    same = np.repeat(np.arange(5.0)[:, None], 3, axis=1)
    assert all(found.value == found.low == 1 for found in intraclass(same).values())
    assert standard_errors(same)["SDC(A)"].value == 0
    with pytest.raises(ConfigError, match="all values are the same"):
        intraclass(np.ones((5, 3)))


def test_coverage_of_the_intervals():
    """Simulated: 95 % within 2.5 points (400 tables, standard error 1.1)."""
    rng = np.random.default_rng(3)
    n, k, runs = 12, 3, 400
    truth = {"ICC(1)": 2 / 3.5, "ICC(C,1)": 2 / 3, "ICC(A,1)": 2 / 3.5}
    hits = dict.fromkeys(truth, 0)
    for _ in range(runs):
        subject, rater = rng.normal(0, 2**0.5, (n, 1)), rng.normal(0, 0.5**0.5, (1, k))
        crossed = subject + rater + rng.normal(0, 1, (n, k))
        nested = subject + rng.normal(0, 1.5**0.5, (n, k))
        for name in truth:
            found = intraclass(nested if name == "ICC(1)" else crossed)[name]
            hits[name] += found.low <= truth[name] <= found.high
    for name, hit in hits.items():
        assert hit / runs == pytest.approx(0.95, abs=0.025), name


def test_sem_and_smallest_detectable_change():
    """SEM of Shrout's table from its mean squares; SDC = 2.77 SEM; SEM² = (1 − ICC(A,1)) of all variance."""
    found = standard_errors(SHROUT)
    assert found["SEM(C)"].value == pytest.approx(1.0194**0.5, abs=1e-3)
    assert found["SDC(A)"].value == pytest.approx(1.96 * 2**0.5 * found["SEM(A)"].value, rel=1e-4)
    ms = mean_squares(SHROUT)
    subject = (ms.subjects - ms.residual) / ms.k
    icc = subject / (subject + found["SEM(A)"].value ** 2)
    assert intraclass(SHROUT)["ICC(A,1)"].value == pytest.approx(icc)
    assert found["SEM(A)"].low < found["SEM(A)"].value < found["SEM(A)"].high


def test_variation_of_duplicates():
    """Multiplicative errors of 5 % give 5 %; without a positive mean there is none."""
    rng = np.random.default_rng(1)
    level = rng.uniform(1, 100, (4000, 1))
    found = duplicate_variation(level * (1 + 0.05 * rng.normal(size=(4000, 2))))
    assert found is not None
    assert found.value == pytest.approx(0.05, rel=0.03)
    assert found.low < 0.05 < found.high
    assert duplicate_variation([[1, 1], [0, 0], [2, 2]]) is None


def test_a_missing_cell_is_refused_by_name():
    table = SHROUT.copy()
    table[2, 1] = np.nan
    with pytest.raises(ConfigError, match="subject 3, rater 2"):
        intraclass(table)
