"""Which harms a treatment can do, and that each named rate is in the ledger."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.evidence import ledger
from skintwin.treatments import treatments
from skintwin.treatments.base import Treatment
from skintwin.treatments.harms import PIGMENT

MINIMAL: dict[str, dict[str, str]] = {
    name: {"until": "28 days"} for name, kind in treatments().items() if "until" in kind.model_fields
}


def plan(give: str, **rest: object) -> Treatment:
    return treatments()[give](**{**MINIMAL.get(give, {}), **rest})


def names(give: str, **rest: object) -> set[str]:
    return {harm.name for harm in plan(give, **rest).can_do()}


@pytest.mark.parametrize("give", sorted(treatments()))
def test_every_rate_is_a_probability_in_the_ledger(give: str) -> None:
    """A rate says in its unit what it is a rate of; its interval lies between 0 and 1."""
    for harm in treatments()[give].harms:
        if harm.rate:
            entry = ledger().parameter(harm.rate)
            assert entry.unit in ("1/session", "1/patient")
            assert 0 < entry.prior.ppf(1e-3) < entry.value < entry.prior.ppf(1 - 1e-3) < 1
            assert harm.rate.removeprefix("harms.").startswith((harm.name, "pigment_"))


def test_every_rate_of_the_ledger_belongs_to_a_treatment() -> None:
    used = {harm.rate for kind in treatments().values() for harm in kind.harms}
    rows = {key for key in ledger().parameters if key.startswith("harms.")}
    assert rows == used - {""}


def test_a_rate_without_a_denominator_is_assumed_and_says_so() -> None:
    """Case reports and series (VC415, VC417, VC418) give no rate."""
    for key in ("harms.granuloma_vesicles", "harms.necrosis_vesicles"):
        entry = ledger().parameter(key)
        assert ledger().effective_grade(key).is_assumed
        assert entry.high / entry.low > 100
        assert "no rate" in entry.note or "denominator" in entry.note


def test_vesicles_by_needle_can_do_granuloma_and_necrosis_and_saline_cannot() -> None:
    assert {"granuloma", "necrosis", "infection", "site_reaction"} <= names("vesicle_injection")
    assert {"granuloma", "necrosis"} <= names("vesicle_prp_injection")
    assert names("saline_injection") == {"site_reaction", "infection", PIGMENT}
    assert names("uc_msc_injection") == names("uc_msc_prp_injection") == {*names("saline_injection"), "fever"}


def test_a_product_on_intact_skin_infects_nobody_and_on_needled_skin_may() -> None:
    assert names("vesicles_topical") == {"irritation"}
    assert {"infection", "granuloma", PIGMENT} <= names("vesicles_topical", microneedling=True)
    assert "fever" in names("uc_msc_topical", microneedling=True) - names("uc_msc_topical")


def test_harms_of_a_treatment_that_says_nothing_are_not_known() -> None:
    (harm,) = Treatment.harms
    assert (harm.name, harm.rate) == ("any", "")
    assert names("sham") == set()


def test_sessions_begin_on_their_days_and_daily_use_begins_once() -> None:
    assert plan("saline_injection", start="3 days", every="14 days", sessions=3).begins().tolist() == [3, 17, 31]
    assert plan("tretinoin", start="7 days").begins().tolist() == [7]
    assert plan("nb_uvb").begins() == np.zeros(1)


@pytest.mark.parametrize(
    ("end_point", "sessions", "pigment", "mottled"),
    [
        (1.0, 1, "harms.pigment_laser", ""), (0.9, 8, "harms.pigment_laser", ""),
        (0.6, 3, "harms.pigment_laser_mild", ""), (0.4, 8, "", ""), (0.2, 4, "", "harms.hypopigmentation_laser"),
        (0.2, 5, "", "harms.hypopigmentation_laser"), (0.3, 10, "", "harms.hypopigmentation_laser"),
    ],
)  # fmt: skip
def test_a_rate_of_the_laser_holds_for_the_end_point_at_which_it_was_counted(
    end_point: float, sessions: int, pigment: str, mottled: str
) -> None:
    """negishi2011: clearing and mild sessions. HP053: five weekly sessions of toning. Else not known, never none."""
    found = plan("pigment_laser", end_point=end_point, sessions=sessions, every="7 days").can_do()
    rates = {harm.name: harm.rate for harm in found}
    assert {harm.least for harm in found if harm.name == "hypopigmentation"} == {5 if mottled else 1}  # sessions given
    assert len(found) == len(rates) == 3  # one rate, or not known, for each harm
    assert rates == {"site_reaction": "", "hypopigmentation": mottled, PIGMENT: pigment}
