"""What lasts after the stop, and what was given, on courses whose answer is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from skintwin.evidence import ledger
from skintwin.study.durability import relapse_time
from skintwin.study.simulate import simulate
from tests.study.small import small_study


def test_an_exponential_loss_relapses_when_it_must():
    """G = 80 exp(−t/τ) after day 70: relapse at τ ln(1/(1 − loss)), to the error of weekly lines (7²/8τ² of G)."""
    days = np.arange(0, 701, 7.0)
    loss = ledger().value("study.relapse_loss", "1")
    tau = np.array([100.0, 300.0, 1e6])
    course = 80.0 * np.where(days < 70, days / 70, np.exp(-(days - 70) / tau[:, None]))
    found = relapse_time(course, days, np.full(3, 70.0), np.full(3, 80.0))
    assert found[:2] == pytest.approx(tau[:2] * np.log(1 / (1 - loss)), rel=2e-3)
    assert np.isnan(found[2])
    assert np.isnan(relapse_time(course, days, np.full(3, 70.0), np.full(3, np.nan))).all()


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    plans = {
        "none": [],
        "needles": [{"give": "saline_injection", "sessions": 2, "every": "2 weeks", "spacing": "2 mm"}],
        "light": [{"give": "nb_uvb", "until": "8 weeks"}],
    }
    arms = [{"name": name, "plan": plan} for name, plan in plans.items()]
    return simulate(small_study(draws=2, pixels=16, arms=arms), tmp_path_factory.mktemp("d") / "run")


def test_the_burden_is_what_was_given(run):
    """Two sessions of one needle grid: points counted twice, area between nothing and points × dot area, twice."""
    table = pd.read_parquet(run.folder / "burden.parquet").set_index(["arm", "measure"])
    points = table.loc[("needles", "needle_points")].value.to_numpy()
    grid = run.study.arms[1].plan[0].treatment.spacing
    expected = 2 * run.patch.target.sum() * run.patch.grid.pixel_area / grid**2
    assert (points == points[0]).all()
    assert points[0] % 2 == 0
    assert points[0] == pytest.approx(expected, rel=0.6)
    dots = np.pi / 4 * run.design.draws["delivery.injury_diameter"] ** 2
    assert table.loc[("needles", "injured_area")].value.to_numpy() == pytest.approx(points * dots, rel=0.5)
    assert (table.loc[("none", "injured_area")].value == 0).all()
    load = table.xs("pigment_load", level="measure").groupby("arm").value.min()
    assert load["needles"] > load["none"]


def test_the_stop_is_the_last_day_on_the_calendar(run):
    given = {name: arm.given_until for name, arm in run.ensemble.arms.items()}
    assert (given["none"] == 0).all()
    assert (given["needles"] == 15).all()
    assert (given["light"] == 56).all()
    table = pd.read_parquet(run.folder / "durability.parquet")
    assert set(table.arm) <= {"needles"}


def test_days_of_redness_only_add_up(run):
    for arm in run.ensemble.arms.values():
        total = arm.endpoints["red_days"]
        assert (np.diff(total, axis=1) >= 0).all()
        assert total.max() <= 56
