"""The page on study files: its examples are read, and say the same; every field has a meaning on its page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from skintwin.engine.grid import Grid
from skintwin.study.config import Arm, Lesion, Patient, Study, Synthetic, read_study, study_from
from skintwin.study.system import make_system
from skintwin.treatments import treatments

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "study-files.md").read_text(encoding="utf-8")


def _fenced(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, flags=re.M | re.S)


def test_the_study_and_the_table_of_the_page_are_one_study(tmp_path):
    (tmp_path / "study.yaml").write_text(_fenced("yaml")[0], encoding="utf-8")
    study = read_study(tmp_path / "study.yaml")
    assert [len(arm.plan) for arm in study.arms] == [0, 2, 2]
    (tmp_path / "plan.csv").write_text(_fenced("csv")[0], encoding="utf-8")
    rows = {key: value for key, value in yaml.safe_load(_fenced("yaml")[0]).items() if key != "arms"}
    (tmp_path / "rows.yaml").write_text(yaml.safe_dump(rows | {"plan": "plan.csv"}), encoding="utf-8")
    assert read_study(tmp_path / "rows.yaml") == study


def test_the_prescribed_mechanism_of_the_page_runs():
    study = study_from(yaml.safe_load(_fenced("yaml")[0]) | yaml.safe_load(_fenced("yaml")[1]))
    assert set(make_system(study, Grid(8, 8, 0.1)).prescriptions) == {"ifn", "memory_hold"}


def test_a_rule_on_the_page_is_read():
    lines = re.findall(r"((?:repigmentation|lesion_area|red_days|relapse) [<>]=? [\d.]+ (?:%|days))$", PAGE, flags=re.M)
    assert len(lines) >= 4
    for rule in lines:
        line = {"give": "nb_uvb", "until": "8 weeks", "stop": "melanin < 1 %"}
        key = "resume" if rule.startswith("relapse") else "stop"
        study_from(yaml.safe_load(_fenced("yaml")[0]) | {"arms": [{"name": "a", "plan": [line | {key: rule}]}]})


@pytest.mark.parametrize("model", [Study, Patient, Lesion, Synthetic, Arm, *treatments().values()])
def test_every_field_has_a_meaning(model):
    assert not [name for name, info in model.model_fields.items() if not info.description]


@pytest.mark.parametrize("name", [name for name, kind in treatments().items() if kind.from_ledger()])
def test_what_the_ledger_bounds_is_on_the_page_of_the_treatment(name):
    text = (ROOT / "docs" / "generated" / f"treatment-{name}.md").read_text(encoding="utf-8")
    for field, stands in treatments()[name].from_ledger().items():
        keys = [key for key in (stands.default, stands.least, stands.largest, *stands.also) if key]
        assert field in treatments()[name].model_fields
        assert all(f"`{key}`" in text for key in keys)
