"""Priors pass through median and interval, agree with the textbook, and are monotone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from skintwin.errors import LedgerError
from skintwin.evidence import Ledger
from skintwin.evidence.priors import Prior, beta_shape, prior_fault

from .conftest import Write

Z95 = stats.norm.ppf(0.95)
FAMILIES = ("normal", "lognormal", "uniform", "loguniform", "beta")


@st.composite
def priors(draw: st.DrawFn) -> Prior:
    """A lopsided prior of any family, with low < value < high apart by at least some per cent."""
    family = draw(st.sampled_from(FAMILIES))
    share = draw(st.floats(0.2, 0.8))
    if family == "beta":
        low = draw(st.floats(0.01, 0.8))
        high = low + draw(st.floats(0.05, 0.95)) * (0.99 - low)
        assume(high - low > 0.02)
        return Prior(family, low + share * (high - low), low, high)
    low = draw(st.floats(1e-3, 1e3))
    high = low * draw(st.floats(1.1, 100.0))
    return Prior(family, low + share * (high - low), low, high)


@settings(deadline=None)
@given(priors())
def test_quantiles_hit_low_value_and_high(prior: Prior) -> None:
    levels = [prior.levels[0], 0.5, prior.levels[1]]
    assert prior.ppf(levels) == pytest.approx([prior.low, prior.value, prior.high], rel=1e-5)
    assert prior.median() == prior.value


@settings(deadline=None)
@given(priors())
def test_quantiles_rise_and_stay_in_the_support(prior: Prior) -> None:
    quantiles = prior.ppf(np.linspace(1e-9, 1 - 1e-9, 201))
    assert np.all(np.isfinite(quantiles))
    assert np.all(np.diff(quantiles) >= 0)
    if prior.family != "normal":
        assert quantiles[0] >= 0
    if prior.family == "beta":
        assert quantiles[-1] <= 1


def test_symmetric_priors_are_the_textbook_distributions() -> None:
    u = np.linspace(0.001, 0.999, 97)
    normal = Prior("normal", 2.0, 2.0 - Z95, 2.0 + Z95)
    assert normal.ppf(u) == pytest.approx(stats.norm(2, 1).ppf(u))
    lognormal = Prior("lognormal", 5.0, 5 * np.exp(-0.3 * Z95), 5 * np.exp(0.3 * Z95))
    assert lognormal.ppf(u) == pytest.approx(stats.lognorm(0.3, scale=5).ppf(u))
    uniform = Prior("uniform", 3.0, 2.0, 4.0)
    assert uniform.ppf(u) == pytest.approx(stats.uniform(2, 2).ppf(u))
    loguniform = Prior("loguniform", 10.0, 1.0, 100.0)
    assert loguniform.ppf(u) == pytest.approx(stats.loguniform(1, 100).ppf(u))
    book = stats.beta(3.0, 7.0)
    beta = Prior("beta", book.median(), book.ppf(0.05), book.ppf(0.95))
    assert beta.ppf(u) == pytest.approx(book.ppf(u), rel=1e-5)


def test_moments_are_the_textbook_ones() -> None:
    assert Prior("normal", 2.0, 2 - Z95, 2 + Z95).sd == pytest.approx(1.0, rel=1e-8)
    lognormal = stats.lognorm(0.3, scale=5)
    prior = Prior("lognormal", 5.0, lognormal.ppf(0.05), lognormal.ppf(0.95))
    assert (prior.mean, prior.sd) == (pytest.approx(lognormal.mean()), pytest.approx(lognormal.std()))
    assert Prior("uniform", 3.0, 2.0, 4.0).sd == pytest.approx(2 / np.sqrt(12), rel=1e-6)
    book = stats.beta(3.0, 7.0)
    beta = Prior("beta", book.median(), book.ppf(0.05), book.ppf(0.95))
    assert (beta.mean, beta.sd) == (pytest.approx(0.3, rel=1e-5), pytest.approx(book.std(), rel=1e-5))


@settings(deadline=None, max_examples=10)
@given(priors())
def test_moments_agree_with_a_fine_sample(prior: Prior) -> None:
    sample = prior.ppf((np.arange(100_000) + 0.5) / 100_000)
    assert prior.mean == pytest.approx(sample.mean(), rel=0.01)
    assert prior.sd == pytest.approx(sample.std(), rel=0.1)  # the sample cuts the tail of wide lognormals


def test_a_split_normal_has_half_its_mass_on_each_side() -> None:
    prior = Prior("normal", 1.0, 0.0, 10.0)
    below, above = 1.0 / Z95, 9.0 / Z95
    assert prior.mean == pytest.approx(1.0 + (above - below) / np.sqrt(2 * np.pi))
    second_moment = (below**2 + above**2) / 2
    assert prior.sd**2 == pytest.approx(second_moment - (prior.mean - 1.0) ** 2)


def test_intervals_nest() -> None:
    prior = Prior("lognormal", 150.0, 120.0, 200.0)
    assert prior.interval(0.9) == (pytest.approx(120.0), pytest.approx(200.0))
    assert 120 < prior.interval(0.5)[0] < 150 < prior.interval(0.5)[1] < 200


def test_a_fixed_prior_does_not_move() -> None:
    prior = Prior("fixed", 7.0, 7.0, 7.0)
    assert prior.is_fixed
    assert (prior.mean, prior.sd) == (7.0, 0.0)
    assert prior.ppf([[0.0, 0.5], [0.9, 1.0]]).tolist() == [[7.0, 7.0], [7.0, 7.0]]


@settings(deadline=None)
@given(st.floats(0.001, 0.9), st.floats(0.05, 0.95))
def test_beta_shape_has_the_asked_quantiles(low: float, share: float) -> None:
    high = low + share * (0.999 - low)
    a, b = beta_shape(low, high)
    assert stats.beta(a, b).ppf([0.05, 0.95]) == pytest.approx([low, high], rel=1e-5)


@pytest.mark.parametrize(
    ("family", "value", "low", "high", "told"),
    [
        ("normal", 1.0, 1.0, 2.0, "low < value < high"),
        ("normal", 3.0, 1.0, 2.0, "low < value < high"),
        ("lognormal", 1.0, -1.0, 2.0, "low > 0"),
        ("loguniform", 1.0, 0.0, 2.0, "low > 0"),
        ("beta", 0.5, 0.0, 0.9, "0 < low"),
        ("beta", 0.5, 0.1, 1.2, "high < 1"),
        ("uniform", 0.5, None, 0.9, "needs low and high"),
        ("fixed", 0.5, 0.1, 0.9, "no low and high"),
        ("gamma", 0.5, 0.1, 0.9, "unknown distribution"),
    ],
)
def test_what_makes_no_distribution(
    family: str, value: float, low: float | None, high: float | None, told: str
) -> None:
    assert told in prior_fault(family, value, low, high)


def test_a_bad_entry_is_named_when_it_is_drawn(write: Write) -> None:
    book = Ledger.load(write(parameters="optics.x,,x,5,mm,normal,1,3,uncertainty,assumed,,n\n"))
    assert book.value("optics.x") == 5.0
    with pytest.raises(LedgerError, match=r"optics\.x \(parameters/optics\.csv, row 2\)"):
        book.draw(["optics.x"], 3, seed=1)
