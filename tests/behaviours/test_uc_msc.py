"""UC-MSC and what goes with it: routes, controls, combination, five disorders and failure."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from scipy.stats import spearmanr

import skintwin.engine
import skintwin.mechanisms
import skintwin.treatments
from skintwin.disorders import disorders
from tests.behaviours.course import live
from tests.behaviours.five import CASES, compare
from tests.mechanisms.lab import Bench, draws

ROUND = {"days": 70.0, "every": 7.0}
PLACE = {"site": "forearm", "sun": "avoid"}


def on_skin(days: float = 28.0, **inputs: float) -> list[dict[str, np.ndarray]]:
    """One pixel on which ``inputs`` are given in the first step."""
    bench = Bench(days=days)
    bench.maps["needling_zone"][:] = 1.0
    for name, amount in inputs.items():
        bench.inputs[name][:, 0] = amount
    return bench.run(every=1.0)


def test_live_cells_on_intact_skin_deliver_nothing() -> None:
    """Exactly nothing: no cell crosses a barrier without channels."""
    assert max(state["msc"].max() for state in on_skin(topical_cells=1e4)) == 0.0


def test_microneedling_opens_and_closes() -> None:
    """DEL-002: recovered within 2 h without a cover. DEL-005: half-life of a day under one. Cells and vesicles pass
    only while it is open."""
    open_ = on_skin(microneedling=1.0, topical_cells=1e4, topical_vesicles=1.0)
    covered = on_skin(microneedling=1.0, topical_cells=1e4, topical_vesicles=1.0, occlusion=1.0)
    assert open_[1]["microchannels"].item() < 1e-3
    assert covered[1]["msc"].item() > 1.5 * open_[1]["msc"].item() > 0
    intact = on_skin(topical_vesicles=1.0)
    assert 0 < intact[1]["vesicle_depot"].item() < 0.1 * open_[1]["vesicle_depot"].item()


def test_needling_alone_is_an_injury_that_resolves() -> None:
    """Direction only: redness and water loss for days."""
    needled = on_skin(microneedling=1.0)
    assert needled[1]["infiltrate"].item() > 0.1
    assert needled[28]["infiltrate"].item() < 0.02
    assert needled[1]["barrier"].item() < 0.95
    assert needled[28]["barrier"].item() == pytest.approx(1.0, abs=0.02)


def test_saline_does_something_and_cells_do_more_than_saline_at_once() -> None:
    """Direction only: both injure; only cells make a secretome."""
    saline = live("vitiligo", [{"give": "saline_injection"}], melanin=0.0, **ROUND, **PLACE)
    cells = live("vitiligo", [{"give": "uc_msc_injection"}], melanin=0.0, **ROUND, **PLACE)
    assert saline.lesion["inflammation"].max() > 0.01
    assert saline.lesion["secretome"].max() == 0.0
    assert cells.lesion["secretome"].max() > 0.0


@pytest.mark.slow
def test_nothing_measurable_of_the_cells_remains_after_ten_weeks() -> None:
    """Judgement in the evidence notes: half-life 2 to 5 days."""
    cells = live("vitiligo", [{"give": "uc_msc_injection"}], melanin=0.0, draws=8, **ROUND, **PLACE)
    assert np.all(cells.at(cells.lesion["msc"], 70) < 1e-3 * cells.lesion["msc"].max(axis=1))


@pytest.mark.slow
def test_dose_and_lot_matter() -> None:
    """Direction only."""
    signal = {}
    for name, line in {"low": {"concentration": "2e5 cells/mL"}, "usual": {}, "weak": {"lot": 0.2}}.items():
        run = live("vitiligo", [{"give": "uc_msc_injection", **line}], melanin=0.0, days=14, every=1.0, **PLACE)
        signal[name] = run.lesion["secretome"].max()
    assert signal["low"] < 0.2 * signal["usual"]
    assert signal["weak"] < 0.4 * signal["usual"]


def test_route_matters() -> None:
    """Direction only: the needle brings whole cells into the skin, microchannels a few, an intact surface none;
    vesicles pass an intact surface in a small share. Compared is the secretome that the lesion feels over four
    weeks."""
    felt = {}
    for name, line in {
        "needle": {"give": "uc_msc_injection"},
        "channels": {"give": "uc_msc_topical", "microneedling": True},
        "covered": {"give": "uc_msc_topical", "microneedling": True, "occluded": True},
        "surface": {"give": "uc_msc_topical"},
        "vesicles": {"give": "vesicles_topical"},
    }.items():
        run = live("vitiligo", [line], melanin=0.0, days=28, every=1.0, **PLACE)
        felt[name] = run.lesion["secretome"].sum()
    assert felt["needle"] > felt["covered"] > felt["channels"] > felt["surface"] == 0.0
    assert felt["needle"] > felt["vesicles"] > 0.0


def test_cells_with_platelets_are_not_the_sum() -> None:
    """The parts share needles, saturate and prolong each other: at the medians the pair falls short of the sum by about
    a percent, far above rounding (1e-6)."""
    gain = {}
    for name in ("saline_injection", "uc_msc_injection", "prp_injection", "uc_msc_prp_injection"):
        run = live("vitiligo", [{"give": name}], melanin=0.3, days=42, every=3.5, **PLACE)
        gain[name] = run.lesion["melanogenic_drive"].max()
    base = gain["saline_injection"]
    parts = gain["uc_msc_injection"] + gain["prp_injection"] - 2 * base
    assert abs(gain["uc_msc_prp_injection"] - base - parts) > 0.002 * abs(parts)


GATE = ("solar_lentigo", "vitiligo")
"""Disorders that guard main: one that is darker than the skin and one that is lighter."""
DISORDERS = [pytest.param(d, marks=[] if d in GATE else [pytest.mark.slow]) for d in sorted(CASES)]


@pytest.mark.parametrize("disorder", DISORDERS)
def test_one_product_on_five_disorders_includes_failure(disorder: str) -> None:
    """Against saline, draw by draw over the priors, two weeks after the third session. No published human result of
    UC-MSC injection exists, so this is a range: at least four draws in ten differ by less than a tenth of what was
    wrong or are worse, and the draws do not agree with each other."""
    found = compare(disorder)
    better, same, worse = found.shares
    print(disorder, "better, no different, worse:", better, same, worse)
    assert same + worse >= 0.4
    assert np.ptp(found.nearer) > 0.05


@pytest.mark.parametrize("disorder", [d for d in DISORDERS if d.values != ("vitiligo",)])
def test_in_brown_lesions_the_antimelanogenic_arm_decides(disorder: str) -> None:
    """Direction: published work disagrees on the sign of the secretome's effect on melanin, so both arms are drawn.
    Across draws the lesion gets the lighter the stronger the antimelanogenic arm is."""
    found = compare(disorder)
    assert spearmanr(found.antimelanogenic, found.darker).statistic < -0.4


def test_in_white_lesions_the_trophic_arm_decides() -> None:
    """The same product, the same two arms: where melanocytes are missing, growth counts and inhibition hardly does."""
    found = compare("vitiligo")
    trophic = spearmanr(found.trophic, found.darker).statistic
    assert trophic > 0.5
    assert trophic > spearmanr(found.antimelanogenic, found.darker).statistic


@pytest.mark.slow
def test_what_lasts_is_what_they_changed() -> None:
    """Direction: half a year on, grown melanocytes are still there, melanin that was only held back is made again.
    Compared is how much of the draws' best difference to saline is left 16 weeks after the last look at the cells."""
    left = {}
    for disorder in ("vitiligo", "melasma"):
        early, late = (np.abs(compare(disorder, 16, week, 26).darker) for week in (10, 26))
        left[disorder] = float(np.quantile(late, 0.9) / np.quantile(early, 0.9))
    print("share of the difference left in week 26", left)
    assert left["vitiligo"] > 0.5
    assert left["melasma"] < 0.2


@pytest.mark.slow
@pytest.mark.parametrize(("one", "other"), [("solar_lentigo", "lentigo_simplex"), ("pih_acne", "pih_wound")])
def test_the_same_skin_under_another_name_answers_the_same(one: str, other: str) -> None:
    """No disorder-specific switch: two disorders that are laid out alike give the same course to the last bit."""
    plan = [{"give": "uc_msc_injection"}]
    first, second = (live(name, plan, melanin=1.6, days=28, **PLACE) for name in (one, other))
    assert np.array_equal(first.lesion["melanin"], second.lesion["melanin"])


@pytest.mark.parametrize("room", [skintwin.mechanisms, skintwin.treatments, skintwin.engine], ids=lambda m: m.__name__)
def test_no_mechanism_and_no_treatment_knows_a_disorder(room: ModuleType) -> None:
    """What decides whether a product helps is the state of the skin, not the name of its disease."""
    names = [name for name in disorders() if name != "healthy"]
    for path in Path(str(room.__file__)).parent.glob("*.py"):
        code = re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.S)
        assert not [name for name in names if f'"{name}"' in code], path.name
        assert "skintwin.disorders" not in code


def test_a_null_effect_is_inside_the_prior() -> None:
    """Over prior draws the trophic effect of the injected dose on growth spans from next to nothing to strong."""
    bench = Bench(n=64, days=7.0, values=draws(64))
    bench.fields["msc"][:] = 300.0
    effect = bench.run(every=3.5)[1]["trophic"].ravel()
    assert np.quantile(effect, 0.1) < 0.02
    assert np.quantile(effect, 0.95) > 0.1
