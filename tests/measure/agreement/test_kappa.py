"""Kappas against published examples and against each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from skintwin.errors import ConfigError
from skintwin.measure.agreement.fleiss import fleiss_kappa
from skintwin.measure.agreement.icc import intraclass, mean_squares
from skintwin.measure.agreement.kappa import cohen_kappa, kappa_of_table

SAS = [[0, 4, 1], [0, 8, 0], [0, 1, 5]]
DIAGNOSES = np.array([
    "444444", "222555", "233335", "555555", "222444", "113333", "333355", "113334", "114444", "555555",
    "144444", "124444", "222333", "144444", "224445", "333335", "111455", "111112", "224444", "133555",
    "555555", "244444", "224555", "114444", "144445", "222224", "111155", "224444", "133333", "555555",
])
"""30 patients, 6 psychiatrists, 5 categories (fleiss1971)."""


def test_sas_example():
    """SAS prints 0.4842, standard error 0.1380, 0.2137 to 0.7547; weighted 0.4701, 0.1845 to 0.7558."""
    plain, linear = kappa_of_table(SAS), kappa_of_table(SAS, "linear")
    assert (plain.value, plain.low, plain.high) == pytest.approx((0.4842, 0.2137, 0.7547), abs=6e-5)
    assert (linear.value, linear.low, linear.high) == pytest.approx((0.4701, 0.1845, 0.7558), abs=6e-5)


def test_irr_example():
    """R's irr on its data `anxiety`, raters 2 and 3: −0.0063, 0.1459 and 0.2520."""
    second = [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4]
    third = [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2]
    for weights, printed in (("plain", -0.006289308), ("linear", 0.1459075), ("quadratic", 0.2520325)):
        assert cohen_kappa(second, third, weights).value == pytest.approx(printed, abs=1e-6)


def test_fleiss_1971():
    """Printed κ = 0.430; irr prints 0.4302445 and z = 17.65183."""
    found = fleiss_kappa(np.array([[int(c) for c in row] for row in DIAGNOSES]))
    assert found.kappa.value == pytest.approx(0.4302445, abs=5e-8)
    assert found.z == pytest.approx(17.65183, abs=1e-4)
    assert found.kappa.low < 0.43 < found.kappa.high
    assert found.categories == (1, 2, 3, 4, 5)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=4, max_size=40))
@example([(0, 1)] * 4)  # every subject alike: no variance of subjects, none left over
@settings(max_examples=60, deadline=None)
def test_symmetry_range_and_the_link_to_the_icc(pairs):
    """Raters may be exchanged; κ ≤ 1; quadratic κ is ICC(A,1) with n in place of n − 1 for subjects and raters."""
    a, b = np.array(pairs, float).T
    if len(np.unique(np.concatenate([a, b]))) < 2 or (a == b).all():
        return
    for weights in ("plain", "linear", "quadratic"):
        one, other = cohen_kappa(a, b, weights), cohen_kappa(b, a, weights)
        assert one.value == pytest.approx(other.value)
        assert one.value <= 1
    n = len(a)
    steps = list(range(5))
    expected = 1 - ((a - b) ** 2).mean() / (a.var() + b.var() + (a.mean() - b.mean()) ** 2)
    assert cohen_kappa(a, b, "quadratic", categories=steps).value == pytest.approx(expected)
    ms = mean_squares(np.stack([a, b], axis=1))
    subjects = (n - 1) * (ms.subjects - ms.residual)
    assert subjects / (subjects + (n - 1) * 2 * ms.residual + 2 * ms.raters) == pytest.approx(expected)
    assert intraclass(np.stack([a, b], axis=1))["ICC(A,1)"].value <= 1


def test_perfect_chance_and_refused():
    assert cohen_kappa([0, 1, 2, 1], [0, 1, 2, 1]).value == 1
    assert kappa_of_table([[25, 25], [25, 25]]).value == pytest.approx(0)
    with pytest.raises(ConfigError, match="one category only"):
        cohen_kappa([1, 1, 1], [1, 1, 1])
    with pytest.raises(ConfigError, match="no category"):
        cohen_kappa([1, 5], [1, 1], categories=[0, 1, 2])
    with pytest.raises(ConfigError, match="one category"):
        fleiss_kappa([[1, 1], [1, 1], [1, 1]])


def test_the_interval_of_fleiss_kappa_covers():
    """Known κ from a model with two categories: 95 % ± 4 (200 runs, standard error 1.5)."""
    rng = np.random.default_rng(1)
    truth, hits = 0.6, 0
    for _ in range(200):
        kind = rng.uniform(size=(40, 1)) < 0.4
        copies = rng.uniform(size=(40, 4)) < truth**0.5
        values = np.where(copies, kind, rng.uniform(size=(40, 4)) < 0.4).astype(float)
        found = fleiss_kappa(values).kappa
        hits += found.low <= truth <= found.high
    assert hits / 200 == pytest.approx(0.95, abs=0.04)
