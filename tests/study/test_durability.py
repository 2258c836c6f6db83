"""What lasts after the stop, and what was given, on courses whose answer is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skintwin.evidence import ledger
from skintwin.study.design import make_design
from skintwin.study.durability import durability_table, lasting
from skintwin.study.endpoint_names import held
from skintwin.study.ensemble import ArmResult, Ensemble
from skintwin.study.gates import Gates
from skintwin.study.make_line import make_line
from skintwin.study.simulate import simulate
from tests.study.small import small_study

DAYS = np.arange(0, 1401, 7.0)
LOSS = ledger().value("study.relapse_loss", "1")
LEAST = 100 * ledger().value("study.least_gain", "1")


def _lasting(course, stopped):
    course = np.atleast_2d(np.asarray(course, float))
    return lasting(course, course, DAYS, np.broadcast_to(np.asarray(stopped, float), len(course)))


def test_an_exponential_loss_relapses_when_it_must():
    """G = 80 exp(−t/τ) after day 70: relapse at τ ln(1/(1 − loss)), to the error of weekly lines (7²/8τ² of G)."""
    tau = np.array([100.0, 300.0, 1e6])
    found = _lasting(80.0 * np.where(DAYS < 70, DAYS / 70, np.exp(-(DAYS - 70) / tau[:, None])), 70.0)
    assert found.time_to_relapse[:2] == pytest.approx(tau[:2] * np.log(1 / (1 - LOSS)), rel=2e-3)
    assert np.isnan(found.time_to_relapse[2])
    assert found.relapsed.tolist() == [1, 1, 0]
    assert found.kept[1] == pytest.approx(100 * np.exp(-365.25 / tau), rel=2e-3)
    assert (found.follow_up == 1330).all()


def test_an_effect_that_comes_after_the_stop_is_followed_from_its_best():
    """A graft given on day 0 has no gain then; up to 60 on day 210, then 60 exp(−t/τ)."""
    tau = 500.0
    course = 60.0 * np.where(DAYS < 210, DAYS / 210, np.exp(-(DAYS - 210) / tau))
    found = _lasting(course, 1.0)
    assert found.gain == pytest.approx([60])
    assert found.time_to_best == pytest.approx([209])
    assert found.time_to_relapse == pytest.approx(tau * np.log(1 / (1 - LOSS)), rel=2e-3)
    assert found.kept[1] == pytest.approx(100 * np.exp(-(366.25 - 210) / tau), rel=1e-3)
    assert found.improving.tolist() == [0]


def test_a_lesion_that_goes_on_improving_keeps_all_and_says_so():
    """From 20 at the stop to 60 at the end: never above 100, although it tripled."""
    found = _lasting(20.0 + 40.0 * np.clip((DAYS - 70) / (DAYS[-1] - 70), 0, 1), 70.0)
    assert found.kept[1] == pytest.approx([100])
    assert found.improving.tolist() == [1]
    assert np.isnan(found.time_to_relapse).all()


def test_a_tiny_gain_is_no_response():
    found = _lasting(np.array([[0.5], [1.01]]) * LEAST * np.exp(-np.maximum(DAYS - 70, 0) / 100), 70.0)
    assert found.counted.tolist() == [0, 1]
    for values in (found.time_to_best, found.relapsed, found.improving, found.kept[1], found.time_to_relapse):
        assert np.isnan(values[0])
    assert found.relapsed[1] == 1


def test_a_longer_run_does_not_change_what_was_kept_at_a_year():
    """A relapse and a second rise above the first best: the year and the relapse are those of the shorter run."""
    course = np.interp(DAYS, [0, 70, 200, 700, 1400], [0, 50, 20, 20, 90])
    whole = _lasting(course, 70.0)
    n = int(np.searchsorted(DAYS, 600))
    part = lasting(course[None, :n], course[None, :n], DAYS[:n], np.array([70.0]))
    assert part.kept[1] == whole.kept[1] == pytest.approx([40.0])
    assert part.time_to_relapse == whole.time_to_relapse == pytest.approx([130 * LOSS * 50 / 30])
    assert np.isnan(part.kept[2]).all()
    assert whole.kept[2] == pytest.approx([100 * (20 + 70 * 100.5 / 700) / 50])


@given(st.lists(st.floats(-50, 100), min_size=len(DAYS) // 7, max_size=len(DAYS) // 7), st.floats(1, 1300))
def test_nothing_is_kept_by_more_than_all(knots, stop):
    found = _lasting(np.interp(DAYS, np.linspace(0, DAYS[-1], len(knots)), knots), stop)
    for kept in found.kept.values():
        assert np.isnan(kept).all() or (kept <= 100 + 1e-9).all()
    relapse = found.time_to_relapse
    assert np.isnan(relapse).all() or ((relapse > 0) & (relapse <= found.follow_up)).all()


def test_a_dark_lesion_that_got_lighter_than_the_skin_around_has_not_relapsed():
    """Bleached to 30 % below the skin around, back to it, and dark again: the relapse is when the brown returns."""
    lightening = np.interp(DAYS, [0, 70, 350, 700, 1400], [0, 100, 130, 100, 0])
    seen = {"lightening": lightening[None], "closeness": 100 - np.abs(100 - lightening)[None]}
    found = lasting(seen["closeness"], held(seen, "closeness"), DAYS, np.array([70.0]))
    assert found.time_to_relapse == pytest.approx([700 + 700 * LOSS - 70])
    gates = Gates.at_start([make_line({"give": "hydroquinone", "until": "8 weeks", "stop": "closeness >= 90 %",
                                       "resume": "relapse"}, 1)], "closeness", 1)  # fmt: skip
    opened = []
    for k in range(len(DAYS)):
        gates.observe({name: values[:, k] for name, values in seen.items()}, k)
        opened.append(bool(gates.open[0, 0]))
    again = DAYS[1:][np.diff(np.array(opened, int)) == 1]
    assert again[0] == pytest.approx(700 + 700 * LOSS, abs=7)


def test_arms_that_give_to_the_end_or_nothing_have_no_rows():
    for stop in (0.0, DAYS[-1]):
        arm = ArmResult({"repigmentation": DAYS[None] / 20}, None, np.array([stop]), {}, {}, np.zeros((1, 0)))
        assert durability_table(Ensemble({"a": arm}, DAYS, DAYS), make_design((), 1, 1), "repigmentation").empty


def test_a_recurrent_plan_counts_from_its_last_giving():
    """Given until day 700 in one draw and to the end in the other: the second has nothing to follow."""
    arm = ArmResult({"repigmentation": np.stack([DAYS, DAYS]) / 20}, None, np.array([700.0, DAYS[-1]]), {}, {},
                    np.zeros((2, 0)))  # fmt: skip
    table = durability_table(Ensemble({"a": arm}, DAYS, DAYS), make_design((), 2, 1), "repigmentation")
    wide = table.pivot(index="draw", columns="measure", values="value")
    assert wide.loc[1, "follow_up"] == 700
    assert wide.loc[1, ["counted", "improving", "relapsed"]].tolist() == [1, 1, 0]
    assert wide.loc[2].drop("stopped").isna().all()
    assert wide.loc[2, "stopped"] == DAYS[-1]


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


@pytest.mark.slow
def test_a_short_reaction_counts_whenever_the_week_looks_away(tmp_path):
    """A needling session just after a look, in between, or just before the next: as much inflammation and redness."""
    days = (0.5, 3.0, 6.5)
    arms = [{"name": "none"}] + [
        {"name": f"day {day}", "plan": [{"give": "microneedling", "start": f"{day} days"}]} for day in days
    ]
    run = simulate(small_study(duration="6 weeks", draws=2, arms=arms), tmp_path / "run")
    for name, bound in (("inflammation_days", 0.02), ("red_days", 0.51)):
        ends = {arm: found.endpoints[name][:, -1] for arm, found in run.ensemble.arms.items()}
        added = np.array([ends[f"day {day}"] - ends["none"] for day in days])
        print(name, "added by the session", added.tolist())
        assert added.min() > 0
        assert np.ptp(added, axis=0).max() <= bound * (added.min() if name == "inflammation_days" else 1.0)
