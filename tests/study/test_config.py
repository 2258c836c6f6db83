"""A study file is refused with the field, what was expected and what to do; units are text."""

from __future__ import annotations

import copy
from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from skintwin.errors import ConfigError
from skintwin.quantities import DIMENSIONS, parse_quantity
from skintwin.study.config import read_study, study_from
from tests.study.small import small_content


def _changed(path, value):
    content = copy.deepcopy(small_content())
    place = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return content


def _look(disorder, map_, **lesion):
    return {"disorder": disorder, "synthetic": {"map": map_}, **lesion}


MISTAKES = [
    (("patient", "site"), "elbow", ["patient.site", "elbow", "forearm"]),
    (("patient", "phototype"), 7, ["patient.phototype", "7", "I, II, III, IV, V or VI"]),
    (("patient", "age"), 34, ["patient.age", "no", "unit", "an age"]),
    (("patient", "age"), "-3 years", ["patient.age", "at least 0"]),
    (("patient", "latitude"), "95 degrees", ["patient.latitude", "90"]),
    (("patient", "sun"), "sometimes", ["patient.sun", "avoid"]),
    (("lesion", "disorder"), "warts", ["lesion.disorder", "warts", "vitiligo"]),
    (("lesion", "photograph"), "x.png", ["lesion", "either a photograph or a synthetic"]),
    (("duration",), "8 mm", ["duration", "a time"]),
    (("duration",), "8", ["duration", "no unit", "a time"]),
    (("duration",), "-8 weeks", ["duration", "more than 0"]),
    (("arms", 1, "plan", 0, "volume"), "2 mm", ["arm 'cells and light'", "line 1", "volume", "a volume"]),
    (("arms", 1, "plan", 0, "volume"), "-0.1 mL", ["volume", "more than 0 mL", "given: -0.1 mL"]),
    (("arms", 1, "plan", 0, "concentration"), "2e6 cells", ["concentration", "cells/mL"]),
    (("arms", 1, "plan", 0, "concentration"), "-2e6 cells/mL", ["concentration", "more than 0"]),
    (("arms", 1, "plan", 1, "first_dose"), "-200 mJ/cm^2", ["first_dose", "more than 0"]),
    (("arms", 1, "plan", 1, "until"), "0 days", ["until"]),
    (("arms", 1, "plan", 0, "give"), "magic", ["line 1", "magic", "nb_uvb"]),
    (("arms", 1, "plan", 0, "dose"), "1 mL", ["line 1", "dose", "not a field"]),
    (("arms", 1, "name"), " None ", ["arms share a name", "give each arm a name"]),
    (("mechanisms",), {"magic": "off"}, ["magic", "sunlight"]),
    (("mechanisms",), {"cells": "maybe"}, ["mechanisms.cells", "'model', 'prescribed' or 'off'"]),
    (("arms", 1, "plan", 0, "concentration"), "2e13 cells/L", ["at most 1e+12 cells/L"]),
    (("arms", 1, "plan", 0, "where"), "elbow", ["elbow", "lesion + 5 mm"]),
    (("arms", 1, "plan", 0, "volumne"), "1 mL", ["volumne", "did you mean 'volume'"]),
    (("lesion", "synthetic", "diametre"), "1 mm", ["did you mean 'diameter'"]),
    (("patint",), 1, ["patint", "did you mean 'patient'"]),
    (("draws",), 0, ["draws", "at least 1"]),
    (("draws",), "many", ["draws: expected a whole number (given: 'many')"]),
    (("arms",), {"a": "b"}, ["arms: expected a list", "given: {'a': 'b'}"]),
    (("patient",), "III", ["patient: expected a mapping"]),
    (("patient",), "x" * 500, ["xxx…)"]),
    (("arms", 1, "plan", 1, "start"), date(2026, 2, 1), ["start: 2026-02-01 is a date", "start of the study"]),
    (("arms", 1, "plan", 1, "cells"), 3, ["cells: is not a field here; expected one of", "per_week", "resume"]),
    (("arms", 1, "plan", 1, "stop"), "90 %", ["stop: '90 %' is not a rule", "resume also takes 'relapse'"]),
    (("arms", 1, "plan", 1, "stop"), "relapse", ["(nb_uvb): stop: relapse can only resume"]),
    (("lesion", "severity"), 1.5, ["lesion.severity", "at most 1"]),
    (("lesion", "severity"), "bad", ["lesion.severity", "bad"]),
    (("lesion", "duration"), "-2 weeks", ["lesion.duration", "at least 0"]),
    (("lesion", "duration"), 3, ["lesion.duration", "no", "unit"]),
    (("lesion", "duration"), "50 years", ["lesion.duration", "longer than the patient's life"]),
    (("lesion", "depth"), "deep", ["lesion.depth", "dermal"]),
    (("lesion", "depth"), "dermal", ["lesion", "depth 'dermal' is not for vitiligo", "epidermal"]),
    (("lesion", "activity"), "sleepy", ["lesion.activity", "stable"]),
    (("lesion",), _look("melasma", "malar", activity="active"), ["lesion", "activity", "melasma"]),
    (("lesion",), _look("freckles", "typical", white_hair=True), ["lesion", "white_hair", "freckles"]),
    (("lesion",), _look("melasma", "elbow"), ["synthetic.map", "elbow", "centrofacial, malar, mandibular"]),
    (("lesion",), _look("melasma", "typical"), ["synthetic.map", "mandibular"]),
    (("lesion",), _look("melasma", "disc"), ["lesion.synthetic", "a disc needs diameter, patch, melanin"]),
    (("lesion",), _look("healthy", "typical"), ["synthetic.map", "disc"]),
    (("lesion", "synthetic"), {"map": "typical", "aspect": 0.5}, ["lesion.synthetic", "aspect belongs to a disc"]),
]


@pytest.mark.parametrize(("path", "value", "words"), MISTAKES, ids=lambda x: str(x)[:40])
def test_a_mistake_names_the_field_and_what_was_expected(path, value, words):
    with pytest.raises(ConfigError) as caught:
        study_from(_changed(path, value))
    missing = [word for word in words if word not in str(caught.value)]
    assert not missing, f"{missing} not in: {caught.value}"


def test_paths_are_relative_to_the_study_file(tmp_path):
    content = small_content(lesion={"disorder": "vitiligo", "photograph": "pictures/a.png"})
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(content))
    assert read_study(tmp_path / "study.yaml").lesion.photograph == (tmp_path / "pictures" / "a.png").resolve()


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "title: [", "\x00", "just words", "start: 2026-02-30"])
def test_a_file_that_is_no_study_is_refused(tmp_path, text):
    (tmp_path / "s.yaml").write_text(text)
    with pytest.raises(ConfigError, match=r"s\.yaml"):
        read_study(tmp_path / "s.yaml")


def test_a_missing_study_file_says_so(tmp_path):
    with pytest.raises(ConfigError, match="no such file"):
        read_study(tmp_path / "nothing.yaml")


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("0.1 mL", "mL", 0.1), ("100 uL", "mL", 0.1), ("2e6 cells/mL", "cells/mL", 2e6), ("4 weeks", "day", 28),
        ("200 mJ/cm^2", "J/m^2", 2000), ("1.2 cm", "mm", 12), ("90 min", "hour", 1.5), ("0.2 J/cm^2", "J/m^2", 2000),
        ("13.75 degrees", "degree", 13.75), ("18 months", "year", 1.5),
    ],
)  # fmt: skip
def test_quantities_convert(text, unit, value):
    assert parse_quantity(text, unit) == pytest.approx(value, rel=1e-12)


@given(st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.none(), st.booleans(), st.lists(st.integers())))
def test_any_input_is_a_number_or_a_value_error(text):
    for unit in DIMENSIONS:
        try:
            value = parse_quantity(text, unit)
        except ValueError as error:
            value, words = 0.0, str(error)
            assert "expected" in words
        assert isinstance(value, float)


def test_off_without_quotes_is_off():
    """YAML 1.1 reads a bare off as false."""
    content = small_content(mechanisms=yaml.safe_load("{autoimmunity: off}"))
    assert study_from(content).mechanisms == {"autoimmunity": "off"}


@pytest.mark.parametrize("field", ["title", "patient", "duration", "lesion", "arms"])
def test_what_is_missing_is_named_without_the_rest(field):
    content = {key: value for key, value in small_content().items() if key != field}
    with pytest.raises(ConfigError) as caught:
        study_from(content)
    assert str(caught.value) == f"study: {field}: is missing"
