"""The examples: each is read, drawn or measured, and its plans can be given; one is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from skintwin.study.arms import course
from skintwin.study.config import read_study
from skintwin.study.design import make_design
from skintwin.study.keys import idle_keys, study_keys
from skintwin.study.patch import make_patch
from skintwin.study.simulate import simulate

EXAMPLES = Path(__file__).parents[2] / "examples"
STUDIES = sorted(EXAMPLES.glob("*.yaml"))


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_an_example_is_a_study_whose_plans_can_be_given(path: Path) -> None:
    study = read_study(path)
    patch = make_patch(study)
    design = make_design(study_keys(study), 1, study.seed, idle_keys(study))
    assert patch.target.any()
    for arm in study.arms:
        course(study, arm, patch, design, [0])


@pytest.mark.slow
def test_a_table_of_arms_runs_and_its_arms_differ(tmp_path: Path) -> None:
    study = read_study(EXAMPLES / "plan_table.yaml").model_copy(update={"draws": 2, "pixels": 40})
    arms = simulate(study, tmp_path / "run").ensemble.arms
    last = {name: float(arm.endpoints["melanin"][0, -1]) for name, arm in arms.items()}
    assert list(last) == ["Nothing", "Laser", "Laser and sunscreen", "Tretinoin", "Cells"]
    assert last["Laser"] < 0.95 * last["Nothing"]
    assert (tmp_path / "run" / "report.html").exists()
