"""Skin without a lesion runs: no contrast to score, everything else is measured."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from skintwin.errors import ConfigError
from skintwin.study.patch import make_patch
from skintwin.study.simulate import simulate
from tests.report.page_reader import PageReader
from tests.study.small import small_study

PLACE = {"diameter": "5 mm", "patch": "9 mm", "melanin": 1.0}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    plan = [{"give": "microneedling", "sessions": 1}]
    study = small_study(
        lesion={"disorder": "healthy", "synthetic": PLACE}, draws=8, pixels=12, duration="3 weeks",
        arms=[{"name": "none"}, {"name": "needled", "plan": plan}],
    )  # fmt: skip
    return simulate(study, tmp_path_factory.mktemp("healthy") / "run")


def test_healthy_skin_has_no_contrast_and_stays_as_it_is(run):
    seen = run.ensemble.arms["none"].endpoints
    for name in ("repigmentation", "closeness", "lesion_area"):
        assert np.isnan(seen[name]).all()
    assert np.abs(seen["melanin"] - 100).max() < 1, "the place that is treated is as the skin around it"
    assert seen["delta_e"].max() < 0.5
    needled = run.ensemble.arms["needled"].endpoints
    assert needled["inflammation"].max() > seen["inflammation"].max()


def test_its_tables_hold_what_was_measured_and_nothing_else(run):
    summary, ends = (pd.read_parquet(run.folder / f"{name}.parquet") for name in ("summary", "endpoints"))
    for table in (summary, ends):
        assert not {"repigmentation", "closeness", "lightening", "lesion_area"} & set(table["endpoint"])
        assert {"melanin", "delta_e", "hydration"} <= set(table["endpoint"])
    assert ends["value"].notna().all()
    assert pd.read_parquet(run.folder / "durability.parquet").empty
    assert not pd.read_parquet(run.folder / "burden.parquet").empty


def test_its_report_can_be_read_in_both_languages(run):
    english, thai = (
        PageReader((run.folder / name).read_text(encoding="utf-8")).text for name in ("report.html", "report.th.html")
    )
    assert "Healthy skin" in english
    assert "epidermal melanin on day 21" in english
    assert "ผิวหนังปกติ" in thai
    assert "nan" not in english.lower().split()


PHOTOGRAPH = Path(__file__).parents[2] / "examples" / "photographs" / "vitiligo_neck.png"


@pytest.mark.parametrize("melanin", [1.0, 1.3])
def test_healthy_skin_is_of_no_kind_however_it_is_drawn(melanin):
    study = small_study(lesion={"disorder": "healthy", "synthetic": {**PLACE, "melanin": melanin}}, pixels=12)
    assert make_patch(study).kind == "none"


@pytest.mark.slow
def test_an_outline_on_healthy_skin_of_a_photograph_is_no_lesion(tmp_path):
    """A place beside the vitiligo, 60 pixels wide: its small contrast is not scored."""
    place = tmp_path / "place.json"
    place.write_text(json.dumps([[40, 40], [100, 40], [100, 100], [40, 100]]))
    lesion = {"disorder": "healthy", "photograph": str(PHOTOGRAPH), "outline": str(place), "diameter": "10 mm"}
    study = small_study(lesion=lesion, draws=2, pixels=12, duration="1 weeks", arms=[{"name": "none"}])
    done = simulate(study, tmp_path / "run")
    assert done.patch.kind == "none"
    seen = done.ensemble.arms["none"].endpoints
    assert np.isnan(seen["repigmentation"]).all()
    assert np.isfinite(seen["melanin"]).all()


def test_a_lesion_that_is_none_is_refused_before_the_work(tmp_path):
    """A brown spot drawn with the melanin of the skin around it."""
    study = small_study(lesion={"disorder": "solar_lentigo", "synthetic": PLACE}, draws=1, pixels=12)
    with pytest.raises(ConfigError, match="does not differ from its surroundings"):
        simulate(study, tmp_path / "run")
    assert not list(tmp_path.iterdir())
