"""Paired draws: each draw has the prior's distribution, and the pairs say where the spread comes from."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.evidence import ledger
from skintwin.study.design import Design, assumed_share, make_design
from skintwin.study.keys import idle_keys, study_keys
from tests.study.small import small_study

KEYS = ("melanocytes.growth_rate", "melanocytes.half_stimulus", "follicles.supply", "turnover.degradation_rate",
        "paracrine.reach", "delivery.viability_loss")  # fmt: skip


def test_one_draw_is_the_median():
    design = make_design(KEYS, 1, 5)
    assert all(design.draws[key][0] == ledger().value(key) for key in KEYS)


def test_pairs_share_one_group_and_differ_in_the_other():
    design = make_design(KEYS, 16, 3)
    half = design.pairs
    assert half == 8
    for key in KEYS:
        value = design.draws[key]
        partner = value[:half] if key in design.assumed else value[(np.arange(half) + 1) % half]
        assert np.array_equal(value[half:], partner)
    assert np.array_equal(design.patients[half:], (np.arange(half) + 1) % half)


def test_every_draw_follows_the_prior():
    design = make_design(KEYS, 2000, 1)
    for key in KEYS:
        low, high = ledger().parameter(key).prior.interval(0.9)
        for part in (design.draws[key][:1000], design.draws[key][1000:]):
            assert np.mean((part > low) & (part < high)) == pytest.approx(0.9, abs=0.04)


@pytest.mark.parametrize(("weight", "truth"), [(0.0, 0.0), (1.0, 0.5), (3.0, 0.9)])
def test_the_share_of_an_additive_endpoint(weight, truth):
    """y = w α + β with independent standard normals: the share is w²/(1 + w²)."""
    rng = np.random.default_rng(0)
    half = 4000
    alpha, beta = rng.normal(size=(2, half))
    y = np.concatenate([weight * alpha + beta, weight * alpha + beta[(np.arange(half) + 1) % half]])
    share = assumed_share(y, Design({}, np.zeros(2 * half, int), (), ()))
    assert share.value == pytest.approx(truth, abs=0.05)
    assert share.low <= share.value <= share.high


def test_an_interaction_counts_as_assumption():
    """y = α β has no first-order effect of either; all of it involves α."""
    rng = np.random.default_rng(1)
    half = 4000
    alpha, beta = rng.normal(size=(2, half))
    y = np.concatenate([alpha * beta, alpha * beta[(np.arange(half) + 1) % half]])
    assert assumed_share(y, Design({}, np.zeros(2 * half, int), (), ())).value > 0.93


@pytest.mark.parametrize("y", [np.full(16, 3.0), np.full(16, np.nan)])
def test_no_spread_gives_no_share(y):
    assert np.isnan(assumed_share(y, Design({}, np.zeros(16, int), (), ())).value)


def test_what_cannot_matter_is_not_drawn():
    """Without cells in any arm the cells' numbers stay at the median; the other draws are the same draws."""
    light_only = small_study(arms=[{"name": "light", "plan": [{"give": "nb_uvb", "until": "8 weeks"}]}])
    idle = idle_keys(light_only)
    assert {"cells.half_life", "secretome.half_density", "delivery.retention", "secretome.lot_strength"} <= idle
    assert "cells.half_life" not in idle_keys(small_study())
    keys = study_keys(small_study())
    every, some = make_design(keys, 8, 1), make_design(keys, 8, 1, idle)
    assert np.all(some.draws["cells.half_life"] == ledger().value("cells.half_life"))
    assert np.array_equal(every.draws["melanocytes.growth_rate"], some.draws["melanocytes.growth_rate"])
    assert "cells.half_life" not in some.assumed
    assert "autoimmunity.activity_active" not in keys


def _pairs(model, half, rng):
    alpha, beta = rng.normal(size=(2, half))
    follow = (np.arange(half) + 1) % half
    return np.concatenate([model(alpha, beta), model(alpha, beta[follow])])


@pytest.mark.parametrize("half", [8, 16, 32])
@pytest.mark.parametrize(
    ("model", "truth"),
    [
        (lambda a, b: 0.33 * a + b, 0.098),
        (lambda a, b: a + b, 0.5),
        (lambda a, b: 3 * a + b, 0.9),
        (lambda a, b: a * b, 1.0),
        (lambda a, b: np.clip(a + b, -0.5, 2.0), None),
    ],
)
def test_the_interval_covers(half, model, truth):
    """At least 85 in 100 of the nominal 90 % intervals hold the true share, for each shape of endpoint."""
    rng = np.random.default_rng(3)
    design = Design({}, np.zeros(2 * half, int), (), ())
    if truth is None:
        truth = assumed_share(_pairs(model, 200_000, rng), Design({}, np.zeros(400_000, int), (), ())).value
    shares = [assumed_share(_pairs(model, half, rng), design) for _ in range(600)]
    held = np.mean([share.low <= truth + 1e-9 and share.high >= truth - 1e-3 for share in shares])
    assert held >= 0.85, held
