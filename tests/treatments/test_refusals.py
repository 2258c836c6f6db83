"""Plans that are refused, with the field named."""

from __future__ import annotations

import pytest

from skintwin.errors import ConfigError
from skintwin.study.config import study_from
from tests.treatments.test_plans import occasion, plan


def refused(line: dict[str, object]) -> str:
    study = {
        "title": "t", "patient": {"age": "30 years", "phototype": "III", "site": "back"}, "duration": "12 weeks",
        "lesion": {"disorder": "vitiligo", "synthetic": {"diameter": "8 mm", "patch": "16 mm", "melanin": 0.1}},
    }  # fmt: skip
    with pytest.raises(ConfigError) as caught:
        study_from(study | {"arms": [{"name": "a", "plan": [line]}]})
    return str(caught.value)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({"give": "nb_uvb", "until": "8 weeks", "first_dose": "-1 J/m^2"}, "first_dose"),
        ({"give": "nb_uvb", "until": "8 weeks", "first_dose": "200"}, "no unit"),
        ({"give": "nb_uvb", "until": "8 weeks", "first_dose": "2 mm"}, "a dose of light"),
        ({"give": "nb_uvb", "until": "8 weeks", "per_week": 8}, "per_week"),
        ({"give": "nb_uvb", "until": "8 weeks", "increment": -0.1}, "increment"),
        ({"give": "nb_uvb", "start": "9 weeks", "until": "8 weeks"}, "not after its start"),
        ({"give": "nb_uvb"}, "until"),
        ({"give": "uc_msc_injection", "volume": "0 mL"}, "volume"),
        ({"give": "uc_msc_injection", "spacing": "-5 mm"}, "spacing"),
        ({"give": "uc_msc_injection", "sessions": 0}, "sessions"),
        ({"give": "uc_msc_injection", "concentration": "1e12 cells/mL"}, "concentration"),
        ({"give": "uc_msc_injection", "dose": "1 mL"}, "dose: is not a field"),
        ({"give": "laser"}, "unknown treatment 'laser'"),
        ({"volume": "0.1 mL"}, "no 'give'"),
    ],
)
def test_bad_values_are_refused_with_the_field_named(line: dict[str, object], says: str) -> None:
    assert says in refused(line)


def test_what_only_the_study_can_know_is_refused_too() -> None:
    with pytest.raises(ConfigError, match=r"nb_uvb: goes on to day 140"):
        plan("nb_uvb", until="20 weeks").contribute(occasion())
    with pytest.raises(ConfigError, match=r"uc_msc_injection: volume 0.6 mL.*at most 0.5 mL"):
        plan("uc_msc_injection", volume="0.6 mL").contribute(occasion())
    with pytest.raises(ConfigError, match="session 2 falls on day 90"):
        plan("saline_injection", sessions=3, every="90 days").contribute(occasion())


@pytest.mark.parametrize(
    ("give", "fields", "says"),
    [
        ("uc_msc_injection", {"spacing": "0.01 mm", "volume": "0.001 mL"}, r"points 0.01 mm apart.*0.5 to 50 mm"),
        ("prp_injection", {"spacing": "500 mm"}, r"points 500 mm apart"),
        ("saline_injection", {"spacing": "1.5 mm"}, r"0.1 mL every 1.5 mm is 4.44 mL/cm\^2.*at most 3 mL/cm\^2"),
        ("nb_uvb", {"until": "8 weeks", "first_dose": "900 J/cm^2"}, r"first_dose 900 J/cm\^2.*at most 10 J/cm\^2"),
        ("nb_uvb", {"until": "8 weeks", "largest_dose": "11 J/cm^2"}, r"largest_dose 11 J/cm\^2"),
        ("excimer_308", {"until": "8 weeks", "first_dose": "4 J/cm^2"}, r"first_dose 4 J/cm\^2 is above the largest"),
    ],
)
def test_what_skin_or_lamp_cannot_do_is_refused(give: str, fields: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        plan(give, **fields).contribute(occasion())


def test_the_bounds_themselves_are_possible() -> None:
    plan("saline_injection", spacing="10 mm", volume="0.5 mL").contribute(occasion())
    plan("saline_injection", spacing="1 mm", volume="0.01 mL").contribute(occasion())
    lamp = plan("nb_uvb", until="8 weeks", first_dose="10 J/cm^2", largest_dose="10 J/cm^2")
    assert "first dose 10 J/cm²" in lamp.describe()
    lamp.contribute(occasion())
