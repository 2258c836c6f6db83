"""Limits of agreement: published data, exactness by simulation, the usual intervals for large samples."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.errors import ConfigError
from skintwin.measure.agreement.bland_altman import bland_altman, limit_factors
from skintwin.measure.agreement.repeated import repeated_limits

WRIGHT = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
MINI = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]
"""Peak flow of 17 people by two meters, first readings, l/min (bland1986)."""


def test_bland_and_altman_1986():
    """Printed: mean −2.1, SD 38.8, interval of the bias −22.1 to 17.8."""
    found = bland_altman(WRIGHT, MINI)
    assert found.bias.value == pytest.approx(-2.1, abs=0.05)
    assert found.sd == pytest.approx(38.8, abs=0.05)
    assert (found.bias.low, found.bias.high) == pytest.approx((-22.1, 17.8), abs=0.1)
    assert found.upper.value == pytest.approx(found.bias.value + 1.959964 * found.sd)
    # Limits are mirror images; the exact interval reaches further out than in, the usual one equally far.
    out, into = found.upper.high - found.upper.value, found.upper.value - found.upper.low
    assert out > into
    assert found.lower.value - found.lower.low == pytest.approx(out)
    usual = found.upper_approximate
    assert usual.high - usual.value == pytest.approx(usual.value - usual.low)


def test_exact_and_usual_intervals_meet_for_many_pairs():
    n, z = 2000, 1.959964
    inner, outer = limit_factors(n, z, 0.95)
    reach = 1.959964 * np.sqrt(1 / n + z**2 / (2 * (n - 1)))
    assert (inner, outer) == pytest.approx((z - reach, z + reach), abs=3e-3)  # they differ by terms of order 1/n


def test_the_exact_interval_covers_in_small_samples():
    """Eight pairs: 95 % ± 1.5 (4000 samples, standard error 0.35) for the exact one; not the usual one."""
    rng = np.random.default_rng(2)
    d = rng.normal(size=(4000, 8))
    mean, sd = d.mean(axis=1), d.std(axis=1, ddof=1)
    inner, outer = limit_factors(8, 1.959964, 0.95)
    covered = (mean + inner * sd <= 1.959964) & (mean + outer * sd >= 1.959964)
    assert covered.mean() == pytest.approx(0.95, abs=0.015)


def test_proportional_bias():
    rng = np.random.default_rng(4)
    truth = rng.uniform(10, 100, 60)
    found = bland_altman(1.1 * truth + rng.normal(0, 1, 60), 0.9 * truth + rng.normal(0, 1, 60))
    assert found.slope.value == pytest.approx(0.2, abs=0.02)
    assert found.p_slope < 1e-6
    assert bland_altman(truth, truth + rng.normal(0, 1, 60)).p_slope > 0.001


def test_order_of_the_methods_only_turns_the_sign():
    a, b = bland_altman(WRIGHT, MINI), bland_altman(MINI, WRIGHT)
    assert (a.upper.low, a.upper.high) == pytest.approx((-b.lower.high, -b.lower.low))


def simulated(rng, n, counts, between, within):
    subject = np.repeat(np.arange(n), counts)
    first = rng.normal(0, 5, n)[subject]
    return subject, first, first - rng.normal(0, between, n)[subject] - rng.normal(0, within, len(subject))


def test_repeats_of_one_subject_do_not_narrow_the_limits():
    """σ² = between² + within²; treating pairs as independent subjects would ignore the between part."""
    rng = np.random.default_rng(5)
    subject, a, b = simulated(rng, 400, np.full(400, 3), 2.0, 1.5)
    found = repeated_limits(list(subject), a, b)
    assert found.sd == pytest.approx(2.5, rel=0.06)
    assert found.within == pytest.approx(1.5, rel=0.06)
    assert found.between == pytest.approx(2.0, rel=0.1)
    assert found.pairs == 1200


def test_unequal_numbers_and_coverage():
    """15 subjects with 1 to 5 pairs: each limit is covered in 95 % ± 2.5 (500 runs, standard error 1)."""
    rng = np.random.default_rng(6)
    counts, hits = np.tile([1, 2, 3, 4, 5], 3), 0
    for _ in range(500):
        subject, a, b = simulated(rng, 15, counts, 1.0, 1.0)
        found = repeated_limits(list(subject), a, b)
        hits += found.upper.low <= 1.959964 * 2**0.5 <= found.upper.high
    assert hits / 500 == pytest.approx(0.95, abs=0.025)


def test_refusals():
    with pytest.raises(ConfigError, match="use bland_altman"):
        repeated_limits([1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4])
    with pytest.raises(ConfigError, match="missing"):
        repeated_limits([1, 1, 2], [1, 2, float("nan")], [1, 2, 3])
