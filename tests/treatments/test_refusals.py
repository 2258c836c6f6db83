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
