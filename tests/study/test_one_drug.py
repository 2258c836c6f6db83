"""Lines of one arm that give one drug have one level of it: how a course is written down does not matter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from skintwin.study.arms import Course, arm_inputs, course
from skintwin.study.design import make_design
from skintwin.study.keys import study_keys
from skintwin.study.patch import make_patch
from tests.study.small import small_study

WEEK = 14
RULES = {"stop": "repigmentation >= 50 %", "resume": "repigmentation < 10 %"}


def hydroquinone(**fields: Any) -> dict[str, Any]:
    return {"give": "hydroquinone", "until": "8 weeks", "strength": 4, "per_day": 1, **fields}


def inputs(*plan: dict[str, Any]) -> dict[str, np.ndarray]:
    study = small_study(draws=4, arms=[{"name": "a", "plan": list(plan)}], duration="10 weeks")
    patch, design = make_patch(study), make_design(study_keys(study), 4, study.seed)
    return arm_inputs(study, study.arms[0], patch, design).inputs


def planned(*plan: dict[str, Any]) -> Course:
    study = small_study(draws=4, arms=[{"name": "a", "plan": list(plan)}])
    return course(study, study.arms[0], make_patch(study), make_design(study_keys(study), 4, study.seed), range(4))


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return all(one[name] == pytest.approx(other[name], rel=1e-6, abs=1e-9) for name in one | other)


SPLITS = [
    [hydroquinone(strength=2), hydroquinone(strength=2)],
    [hydroquinone(strength=1), hydroquinone(strength=1), hydroquinone(strength=2)],
    [hydroquinone(until="4 weeks"), hydroquinone(start="4 weeks")],
    [hydroquinone(until="23.3 days"), hydroquinone(start="23.3 days")],
    [hydroquinone(strength=2, until="30 days"), hydroquinone(strength=2), hydroquinone(strength=2, start="30 days")],
]


@pytest.mark.parametrize("split", SPLITS)
def test_a_course_written_as_several_lines_is_the_course(split: list[dict[str, Any]]) -> None:
    whole = inputs(hydroquinone())
    assert whole["tyrosinase_inhibitor"].max() > 0.1
    assert same(inputs(*split), whole)


def test_adherence_of_split_lines_is_that_of_the_course() -> None:
    split = [hydroquinone(strength=2, adherence=0.6), hydroquinone(strength=2, adherence=0.6)]
    assert same(inputs(*split), inputs(hydroquinone(adherence=0.6)))


def test_what_a_combination_contains_adds_to_the_dose_and_not_to_the_level() -> None:
    """Once both levels are steady; what hydroquinone does not give stays that of the cream."""
    cream = {"give": "triple_cream", "until": "8 weeks"}
    both, twice, alone = inputs(cream, hydroquinone()), inputs(hydroquinone(per_day=2)), inputs(cream)
    assert both["tyrosinase_inhibitor"] == pytest.approx(twice["tyrosinase_inhibitor"], rel=1e-6)
    assert both["tyrosinase_inhibitor"][:, 100].max() < 2 * alone["tyrosinase_inhibitor"][:, 100].max()
    assert np.array_equal(both["retinoid"], alone["retinoid"])


def lived(
    plan: list[dict[str, Any]], open_weeks: list[bool], interval: int = WEEK, restart: bool = False
) -> np.ndarray:
    """Tyrosinase input of a plan whose rules close it in the weeks given."""
    given = planned(*plan)
    gates, pieces = given.gates("hypopigmented"), []
    for start in range(0, 8 * WEEK, interval):
        if start % WEEK == 0:
            seen = np.full(4, 0.0 if open_weeks[start // WEEK] else 60.0)
            gates.observe({"repigmentation": seen}, start)
        pieces.append(given.inputs(gates, start, start + interval)["tyrosinase_inhibitor"])
        if restart:
            stored = gates.state()
            gates = given.gates("hypopigmented")
            gates.restore(stored)
    return np.concatenate(pieces, axis=1)


OPEN = [True, True, True, False, False, True, True, True]


def test_rules_hold_lines_of_one_drug_back_as_they_would_one_line() -> None:
    split = [hydroquinone(strength=2, **RULES), hydroquinone(strength=2, **RULES)]
    following = [hydroquinone(until="3 weeks", **RULES), hydroquinone(start="3 weeks", **RULES)]
    whole = lived([hydroquinone(**RULES)], OPEN)
    for plan in (split, following):
        assert lived(plan, OPEN) == pytest.approx(whole, rel=1e-6, abs=1e-9)
    assert whole[:, 5 * WEEK - 1].max() < 0.1 * whole[:, 3 * WEEK - 1].min()


def test_windows_and_restarts_do_not_change_a_byte_of_a_joint_level() -> None:
    plan = [hydroquinone(strength=2, **RULES), hydroquinone(strength=3, start="10.2 days")]
    whole = lived(plan, OPEN)
    assert lived(plan, OPEN, 7).tobytes() == whole.tobytes()
    assert lived(plan, OPEN, 1, restart=True).tobytes() == whole.tobytes()


def test_a_line_that_starts_when_another_stops_goes_on_from_its_level() -> None:
    """Taking turns by one rule: the drug is used throughout, so its level is that of one line."""
    turns = [hydroquinone(stop="repigmentation >= 50 %"), hydroquinone(start="repigmentation >= 50 %", until="3 weeks")]
    found = lived(turns, [True] * 5 + [False] * 3)
    assert found == pytest.approx(lived([hydroquinone()], [True] * 8), rel=1e-6, abs=1e-9)
