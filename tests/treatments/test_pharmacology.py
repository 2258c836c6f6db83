"""Levels of a medicine at its place of effect."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.evidence import ledger
from skintwin.treatments import treatments
from skintwin.treatments.pharmacology import Medicine, level_course, saturated

ONSET, WASHOUT = np.array([2.0, 20.0]), np.array([1.0, 30.0])


def test_level_rises_to_the_regimen_and_is_gone_after_washout() -> None:
    level = level_course(10.0, 210.0, 1.5, ONSET, WASHOUT, 2000, 0.5)
    assert np.all(level[:, :20] == 0)
    assert level[:, 418] == pytest.approx([1.5, 1.5], rel=1e-3)
    assert np.all(level[:, -1] < 1e-9)
    assert np.all(np.diff(level[:, 20:420]) > -1e-12)


def test_the_area_under_the_level_does_not_depend_on_the_step() -> None:
    areas = [level_course(3.3, 47.1, 1.0, ONSET, WASHOUT, round(800 / dt), dt).sum(1) * dt for dt in (1.0, 0.5, 0.01)]
    assert areas[0] == pytest.approx(areas[2], rel=1e-9)
    assert areas[1] == pytest.approx(areas[2], rel=1e-9)


def test_course_solves_the_equation() -> None:
    dt, level = 0.001, 0.0  # the loop below is Euler: its error is half a step
    for k in range(13_000):
        used = 5.0 <= (k + 0.5) * dt < 12.0
        level += dt * ((1.0 - level) / 2.0 if used else -level / 1.0)
    assert level_course(5.0, 12.0, 1.0, ONSET, WASHOUT, 13_001, dt)[0, -1] == pytest.approx(level, rel=2e-3)


MEDICINES = sorted(name for name, kind in treatments().items() if issubclass(kind, Medicine))
HALVES = ledger().parameter("medicine.half_saturation").prior.ppf(np.linspace(0.0, 1.0, 11))


def test_the_trial_regimen_is_the_anchor_and_twice_the_dose_is_less_than_twice_the_level() -> None:
    assert np.array_equal(saturated(1.0, HALVES), np.ones(11))  # exactly: courses at the trial regimen are as before
    double = saturated(2.0, HALVES)
    assert np.all((double > 1.0) & (double < 2.0))
    assert saturated(2.0, np.array([1.0])) == pytest.approx([4 / 3])
    assert np.all(np.diff(saturated(1e9, HALVES)) > 0)
    assert saturated(1e9, HALVES) == pytest.approx(1 + HALVES)  # no dose does more
    assert saturated(1e-9, HALVES) == pytest.approx(1e-9 * (1 + HALVES) / HALVES)  # small doses add


@pytest.mark.parametrize("give", MEDICINES)
def test_no_day_holds_more_than_the_largest_dose_of_a_day(give: str) -> None:
    """Per use, per day, and both together; the regimen of the trials is allowed."""
    kind = treatments()[give]
    assert issubclass(kind, Medicine)
    largest, daily = kind._number("largest"), kind._number("largest_daily")
    usual = kind(until="28 days")
    assert usual.daily()[kind.drug] <= daily <= 6 * largest
    assert kind(until="28 days", strength=largest, per_day=min(6.0, daily / largest)).regimen() >= 1.0
    with pytest.raises(ValueError, match=r"a day, above .*, the largest in a day; give a smaller strength or per_day"):
        kind(until="28 days", strength=largest, per_day=min(6.0, 1.01 * daily / largest))


def test_tablets_of_nearly_eight_grams_a_day_are_refused() -> None:
    with pytest.raises(ValueError, match="1300 mg 6 times a day is 7800 a day, above 3900"):
        treatments()["tranexamic_acid_oral"](until="28 days", strength=1300, per_day=6)


def test_a_combination_counts_what_is_in_it() -> None:
    assert treatments()["triple_cream"](until="28 days", strength=50).daily() == pytest.approx(
        {"triple_cream": 50.0, "hydroquinone": 2.0, "tretinoin": 0.025}
    )
