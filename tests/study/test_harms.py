"""Harms: limits of the probability, what each plan lists, and pigment after inflammation by phototype."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skintwin.evidence import ledger
from skintwin.study.darkening import darker_area, visible_rise
from skintwin.study.design import make_design
from skintwin.study.harms import COLUMNS, harm_keys, harm_table, probability
from skintwin.study.patch import make_patch
from skintwin.study.simulate import simulate
from skintwin.treatments.harms import PIGMENT
from tests.mechanisms.lab import Bench, column
from tests.study.small import small_study

SESSION, PATIENT = "harms.fever_cells", "harms.granuloma_vesicles"
NEEDLES = {"sessions": 3, "every": "2 weeks", "spacing": "2 mm"}
PLANS = {
    "none": [],
    "saline": [{"give": "saline_injection", **NEEDLES}],
    "cells": [{"give": "uc_msc_injection", **NEEDLES}],
    "stopped": [{"give": "uc_msc_injection", **NEEDLES, "stop": "redness > -99 %", "resume": "redness < -99.5 %"}],
    "vesicles": [{"give": "vesicle_prp_injection", **NEEDLES}, {"give": "azelaic_acid", "until": "6 weeks"}],
}


def one(key: str, sessions: float, rate: float) -> float:
    return probability({key: np.array([sessions])}, {key: np.array([rate])}).item()


@given(st.floats(0.0, 0.99), st.integers(0, 50))
def test_at_least_one_event_in_so_many_sessions(rate: float, sessions: int) -> None:
    """Against the product itself; no session, no harm; one more session never makes it less likely."""
    assert one(SESSION, sessions, rate) == pytest.approx(1 - (1 - rate) ** sessions, abs=1e-12)
    assert one(SESSION, 0, rate) == 0.0
    assert one(SESSION, sessions + 1, rate) >= one(SESSION, sessions, rate)


@given(st.floats(0.0, 0.99), st.integers(1, 50))
def test_a_rate_per_patient_does_not_grow_with_sessions(rate: float, sessions: int) -> None:
    assert one(PATIENT, sessions, rate) == pytest.approx(rate, abs=1e-12)
    assert one(PATIENT, 0, rate) == 0.0


def test_two_causes_add_up_as_independent() -> None:
    both = probability({SESSION: np.array([2.0]), PATIENT: np.array([3.0])},
                       {SESSION: np.array([0.1]), PATIENT: np.array([0.2])})  # fmt: skip
    assert both.item() == pytest.approx(1 - 0.9**2 * 0.8)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    arms = [{"name": name, "plan": plan} for name, plan in PLANS.items()]
    return simulate(small_study(draws=2, pixels=14, arms=arms), tmp_path_factory.mktemp("harms") / "run")


@pytest.fixture(scope="module")
def table(run):
    return pd.read_parquet(run.folder / "harms.parquet").set_index(["arm", "harm", "basis"])


def test_the_table_has_its_columns_and_the_untreated_arm_no_rows(run, table):
    assert tuple(table.reset_index().columns) == COLUMNS
    assert set(table.index.get_level_values("arm")) == set(PLANS) - {"none"}


def test_each_plan_lists_what_its_treatments_can_do(table):
    found = {arm: set(part.index.get_level_values("harm")) for arm, part in table.groupby("arm")}
    assert {"granuloma", "necrosis", "fever", "site_reaction", "infection"} <= found["vesicles"]
    assert not {"fever", "granuloma", "necrosis"} & found["saline"]
    assert found["cells"] - found["saline"] == {"fever"}


def test_what_nobody_counted_is_not_known_and_never_zero(table):
    for key in (("vesicles", "fever"), ("vesicles", "any"), ("saline", PIGMENT)):
        row = table.loc[(*key, "unknown")]
        assert np.isnan([row.q05, row.q50, row.q95]).all()
        assert (row.grade, row.sources) == ("", "")
    rates = table.xs("rate", level="basis")
    assert (rates[["q05", "q50", "q95"]].drop(index="stopped", level="arm") > 0).all(axis=None)
    assert (rates.grade != "").all()
    assert (rates.sources != "").all()


def test_the_interval_is_that_of_the_rates(table):
    """Three sessions of a rate r: the quantiles of 1 − (1 − r)³ are those of r, put through."""
    row, prior = table.loc[("cells", "fever", "rate")], ledger().parameter("harms.fever_cells").prior
    assert row.sessions == 3
    for level in (0.05, 0.5, 0.95):
        wanted = 1 - (1 - prior.ppf(level).item()) ** 3
        assert row[f"q{100 * level:02.0f}"] == pytest.approx(wanted, rel=0.15)
    assert row.grade == "assumed"
    assert row.assumed_share == pytest.approx(1.0, abs=0.1)
    assert table.loc[("cells", "infection", "rate")].assumed_share == pytest.approx(0.0, abs=0.1)


def test_sessions_that_a_rule_held_back_do_no_harm(run, table):
    assert (run.ensemble.arms["cells"].sessions == 3).all()
    assert (run.ensemble.arms["stopped"].sessions == 0).all()
    assert (table.loc[("stopped", "fever", "rate"), ["q05", "q50", "q95"]] == 0).all()


def test_vesicles_in_plasma_count_once_and_creams_once(run):
    assert run.ensemble.arms["vesicles"].sessions.tolist() == [[3.0, 1.0]] * 2


def test_the_sources_of_the_rates_are_among_the_citations(run):
    import json

    cited = {source["key"] for source in json.loads((run.folder / "citations.json").read_text())}
    assert {source.key for source in ledger().sources_of(harm_keys(run.study))} <= cited


def aftermath(phototype: str) -> tuple[np.ndarray, np.ndarray]:
    """Share by which a pixel is darker than one whose pigment does not answer, and the aftermath drive less 1."""
    seen = []
    for answers in (1.0, 0.0):
        bench = Bench(days=168.0, phototype=phototype)
        bench.fields["infiltrate"][:] = 2.0
        bench.maps["inflammation_pigment_gain"] *= answers
        seen.append(np.array([column(state).mean() for state in bench.run(every=28.0)]))
    bench = Bench(days=168.0, phototype=phototype)
    bench.fields["infiltrate"][:] = 2.0
    drive = np.array([state["aftermath_drive"].mean() for state in bench.run(every=28.0)])
    return seen[0] / seen[1] - 1.0, drive - 1.0


@pytest.mark.parametrize("phototype", ["II", "VI"])
def test_the_aftermath_drive_is_the_darkening_that_inflammation_made(phototype: str) -> None:
    """Two methods: the drive, and a twin whose pigment does not answer to inflammation. They part by the weeks in which
    melanin follows its production."""
    twin, drive = aftermath(phototype)
    assert drive[0] == 0
    assert drive.max() == pytest.approx(twin.max(), rel=0.1)
    assert np.abs(drive - twin).max() < 0.25 * twin.max()


def made(phototype: str, drive: float) -> float:
    """Darker area (mm²) where the aftermath raises production everywhere by ``drive`` in skin of a phototype."""
    arms = [{"name": "none"}, {"name": "needling", "plan": [{"give": "microneedling"}]}]
    patient = {"age": "34 years", "phototype": phototype, "site": "forearm", "latitude": "40 degrees"}
    study = small_study(patient=patient, arms=arms, draws=1)
    patch = make_patch(study)

    def maps(factor: float) -> SimpleNamespace:
        now = {"melanin": patch.melanin[None] * factor, "aftermath": np.full((1, *patch.grid.shape), factor)}
        return SimpleNamespace(maps=SimpleNamespace(visits=1, at=lambda visit: now))

    ensemble = SimpleNamespace(arms={"none": maps(1.0), "needling": maps(drive)})
    design = SimpleNamespace(draws={"melanogenesis.drive_exponent": np.ones(1)})
    return darker_area(ensemble, study.arms[1], study, patch, design).item()


LASER = {"name": "laser", "plan": [{"give": "pigment_laser"}]}
SHAM = {"name": "sham", "plan": [{"give": "sham", "until": "8 weeks"}]}


def burnt(*arms: dict) -> list[tuple[str, float]]:
    """Basis and median of the pigment predicted for a laser where the sun alone doubled the drive in every arm."""
    study = small_study(arms=[LASER, *arms], draws=2)
    patch = make_patch(study)
    shape = (2, *patch.grid.shape)
    moments = [{"melanin": patch.melanin[None] * f, "aftermath": np.full(shape, f)} for f in (1.0, 2.0)]
    arm = SimpleNamespace(maps=SimpleNamespace(visits=2, at=moments.__getitem__), sessions=np.ones((2, 1)))
    design = make_design(("melanogenesis.drive_exponent",), 2, 1)
    table = harm_table(SimpleNamespace(arms=dict.fromkeys(("laser", "sham", "none"), arm)), study, patch, design)
    rows = table[(table.arm == "laser") & (table.harm == PIGMENT) & table.basis.isin(["model", "no_reference"])]
    return list(zip(rows.basis, rows.q50, strict=True))


def test_sunburn_is_never_charged_to_the_plan() -> None:
    """Old: without an empty arm the sun's darkening since day 0 was the laser's."""
    assert burnt({"name": "none"}) == burnt(SHAM) == [("model", 0.0)]
    ((basis, value),) = burnt()
    assert basis == "no_reference"
    assert np.isnan(value)


def test_no_inflammation_darkens_nothing_and_much_of_it_all_skin_that_has_pigment() -> None:
    patch = make_patch(small_study())
    assert made("IV", 1.0) == made("IV", 1.001) == 0
    around = patch.skin.sum() * patch.grid.pixel_area
    assert around <= made("IV", 1.8) < 1.1 * around  # of the lesion only the rim, which is part skin


def test_the_same_inflammation_leaves_more_pigment_in_darker_skin() -> None:
    """HP097, HP098 were seen in phototypes III to VI; direction only."""
    peaks = {phototype: aftermath(phototype)[1].max() for phototype in ("I", "III", "V")}
    assert peaks["I"] < peaks["III"] < peaks["V"]
    areas = [made(phototype, 1.0 + peak) for phototype, peak in peaks.items()]
    assert areas[0] <= areas[1] <= areas[2]
    assert areas[0] < areas[2]


def test_the_visible_rise_is_the_threshold_of_the_ledger() -> None:
    from skintwin.optics.colour import delta_e_2000, linear_srgb_to_lab

    patch = make_patch(small_study())
    melanin = np.array([0.5, 2.0, 5.0])
    rise = visible_rise(patch)(melanin)
    lab = [linear_srgb_to_lab(patch.table.linear_srgb(m, patch.reference_blood)) for m in (melanin, melanin * rise)]
    assert delta_e_2000(*lab) == pytest.approx(ledger().value("study.visible_darkening"), rel=0.05)
