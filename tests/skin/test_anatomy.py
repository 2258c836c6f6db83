"""Sites, phototypes, follicles and the table of fields."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from skintwin.engine.grid import Grid
from skintwin.errors import ConfigError
from skintwin.evidence import ledger
from skintwin.evidence.units import parse_unit
from skintwin.mechanisms import mechanisms, quantities
from skintwin.skin.fields import MELANIN_STAGES
from skintwin.skin.follicles import rasterise, scatter
from skintwin.skin.phototype import PHOTOTYPES, phototype_keys, phototype_named
from skintwin.skin.site import ALIASES, SITES, site_keys, site_named


@given(st.sampled_from([*SITES, *ALIASES]), st.sampled_from(["_", " ", "-"]), st.booleans(), st.text(" \t", max_size=3))
def test_a_site_may_be_written_as_people_write(site: str, gap: str, shout: bool, space: str) -> None:
    text = site.replace("_", gap)
    assert site_named(space + (text.upper() if shout else text) + space) == ALIASES.get(site, site)


@given(st.text(max_size=30))
def test_any_other_site_is_refused_with_the_list(text: str) -> None:
    known = text.strip().lower().replace(" ", "_").replace("-", "_") in {*SITES, *ALIASES}
    with nullcontext() if known else pytest.raises(ConfigError, match="dorsal_hand"):
        site_named(text)


@given(st.one_of(st.text(max_size=6), st.integers()))
def test_a_phototype_is_one_of_six_or_refused(value: str | int) -> None:
    known = str(value).strip().upper() in {*PHOTOTYPES, *"123456"}
    with nullcontext() if known else pytest.raises(ConfigError, match="I, II, III, IV, V or VI"):
        phototype_named(value)


@pytest.mark.parametrize(("text", "is_"), [("iv", "IV"), (" VI ", "VI"), ("3", "III"), (6, "VI"), ("1", "I")])
def test_phototypes_may_be_roman_or_not(text: str | int, is_: str) -> None:
    assert phototype_named(text) == is_


@pytest.mark.parametrize("value", [0, 7, "VII", "", "IIII", "-1", "²", "1.5"])
def test_there_is_no_such_phototype(value: str | int) -> None:
    with pytest.raises(ConfigError, match="does not exist"):
        phototype_named(value)


def test_every_site_and_phototype_is_in_the_ledger_and_plausible() -> None:
    for site in SITES:
        value = {quantity: ledger().value(key) for quantity, key in site_keys(site).items()}
        assert 50 <= value["melanocytes"] <= 3000
        assert 0 <= value["follicles"] <= 15
        assert 3 <= value["cornified_transit"] <= 60
    for name in ("melanin", "med_sun", "med_lamp", "inflammation_pigment_gain"):
        ladder = [ledger().value(phototype_keys(p)[name]) for p in PHOTOTYPES]
        assert ladder == sorted(ladder), name


@pytest.mark.parametrize("density", [0.3, 1.4, 8.0])
def test_follicles_have_the_density_asked_for_and_keep_their_distance(density: float) -> None:
    grid = Grid(200, 160, 0.2)
    found = scatter(grid, density, np.random.default_rng(3))
    expected = density * grid.area
    # A jittered lattice is far more regular than a Poisson process: the edge alone varies.
    assert abs(len(found.positions) - expected) < 3 * np.sqrt(expected)
    gap = cKDTree(found.positions).query(found.positions, k=2)[0][:, 1]
    side = 1 / np.sqrt(density)
    assert gap.min() >= 0.3 * side - 1e-9
    assert np.all(found.positions >= 0)
    assert np.all(found.positions < [40.0, 32.0])


def test_density_is_right_on_average_and_has_no_favourite_place() -> None:
    grid = Grid(40, 40, 0.2)
    many = [scatter(grid, 1.4, np.random.default_rng(k)).positions for k in range(400)]
    count = np.array([len(p) for p in many])
    assert count.mean() == pytest.approx(1.4 * grid.area, rel=0.01)
    both = np.concatenate(many) / 8.0
    histogram = np.histogram2d(both[:, 0], both[:, 1], bins=4, range=[[0, 1], [0, 1]])[0]
    assert np.abs(histogram / histogram.mean() - 1).max() < 0.06


def test_each_follicle_draws_an_exponential_threshold_and_a_uniform_chance() -> None:
    found = scatter(Grid(300, 300, 0.2), 4.0, np.random.default_rng(1))
    n = len(found.threshold)
    assert found.threshold.mean() == pytest.approx(1.0, abs=4 / np.sqrt(n))
    assert found.threshold.std() == pytest.approx(1.0, abs=8 / np.sqrt(n))
    assert found.chance.mean() == pytest.approx(0.5, abs=2 / np.sqrt(n))


def test_rasterising_keeps_the_number() -> None:
    grid = Grid(50, 70, 0.2)
    found = scatter(grid, 3.0, np.random.default_rng(2))
    maps = rasterise(found, grid)
    assert maps["follicle_density"].sum() * grid.pixel_area == pytest.approx(len(found.positions))
    here = maps["follicle_density"] > 0
    assert np.all(maps["follicle_threshold"][~here] > 1e8)
    assert set(maps["follicle_threshold"][here]) <= set(found.threshold)


def test_hairless_skin_has_none() -> None:
    empty = scatter(Grid(50, 50, 0.2), 0.0, np.random.default_rng(1))
    assert len(empty.positions) == 0
    assert rasterise(empty, Grid(50, 50, 0.2))["follicle_density"].max() == 0


def test_every_quantity_of_a_mechanism_has_a_name_and_a_unit() -> None:
    for process in mechanisms():
        assert {*process.fields, *process.outputs} <= set(quantities())
        for quantity in process.quantities:
            assert parse_unit(quantity.unit) is not None
            assert quantity.meaning
    assert all(quantities()[name].unit == "um" for name in MELANIN_STAGES)
