"""Dermal pigment in the endpoints: as much as the picture shows, and nothing where there is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from skintwin.measure.colour_indices import colour_observations, difference_observation
from skintwin.measure.site_colours import site_table, usual_blood
from skintwin.optics.colour import linear_srgb_to_lab
from skintwin.optics.dermal_tint import DermalTint
from skintwin.study.observe import endpoints
from skintwin.study.patch import make_patch
from skintwin.study.render import predicted_picture
from skintwin.study.seen_melanin import SeenMelanin
from tests.study.small import small_study


@pytest.fixture(scope="module")
def mark():
    """A dermal mark on brown skin."""
    lesion = {"disorder": "pih_wound", "depth": "dermal", "severity": 0.8, "synthetic": {"map": "typical"}}
    patient = {"age": "34 years", "phototype": "IV", "site": "cheek", "latitude": "13 degrees"}
    return make_patch(small_study(lesion=lesion, patient=patient, pixels=80))


def _maps(patch, melanin, dermal):
    still = np.ones((1, *patch.grid.shape))
    names = ("inflammation", "msc", "t_cells", "aftermath")
    return {"melanin": melanin[None], "melanin_dermal": dermal[None], "vessels": still, "melanocytes": still,
            "capacity": still, **dict.fromkeys(names, 0 * still)}  # fmt: skip


def _seen(patch, melanin, dermal):
    return {name: value[0] for name, value in endpoints(_maps(patch, melanin, dermal), patch, np.zeros(1)).items()}


def _picture(patch, melanin, dermal):
    maps = {name: value[0] for name, value in _maps(patch, melanin, dermal).items()}
    fine = predicted_picture(patch, maps, 0.0)
    ny, nx = patch.grid.shape
    return fine.reshape(ny, fine.shape[0] // ny, nx, fine.shape[1] // nx, 3).mean(axis=(1, 3))


def test_the_column_is_as_dark_as_the_picture():
    """L* of the equivalent column against that of the tinted colour, off the nodes of both tables."""
    table = site_table("cheek")
    blood, rng = usual_blood(table), np.random.default_rng(0)
    melanin, dermal = rng.uniform(0.2, 15, 2000), rng.uniform(0, 15, 2000)
    found = SeenMelanin.build(table, blood)(melanin, dermal)
    tint = DermalTint.build(table.template).factor(melanin, dermal)
    shown = linear_srgb_to_lab(table.linear_srgb(melanin, blood) * tint)
    inside = found < 0.98 * table.melanin_max_um
    difference = linear_srgb_to_lab(table.linear_srgb(found, blood))[inside, 0] - shown[inside, 0]
    assert inside.mean() > 0.9
    assert np.abs(difference).max() < 0.1, "a tenth of a unit of L*: linear between the nodes of three tables"
    assert (found > melanin).all()


def test_without_dermal_melanin_nothing_changes_bit_for_bit():
    table = site_table("cheek")
    column = np.random.default_rng(1).uniform(-0.1, 40, (3, 20, 20))
    seen = SeenMelanin.build(table, usual_blood(table))
    assert seen(column, np.zeros_like(column)) is column
    one = np.zeros_like(column)
    one[0, 0, 0] = 1.0
    changed = seen(column, one) != column
    assert changed.sum() == 1


def test_more_dermal_melanin_is_never_seen_as_less():
    table = site_table("forearm")
    dermal = np.linspace(0, 20, 300)
    seen = SeenMelanin.build(table, usual_blood(table))
    for m in (0.0, 0.5, 4.0, 12.0):
        assert (np.diff(seen(np.full(300, m), dermal)) >= -1e-9).all()


def test_a_dermal_mark_without_its_epidermal_pigment_is_not_cleared(mark):
    """Old: closeness 100, ITA of the skin around, ΔE 0, while the picture shows the mark."""
    clean = np.where(mark.lesion > 0, mark.reference_melanin, mark.melanin)
    before, after = _seen(mark, mark.melanin, mark.dermal), _seen(mark, clean, mark.dermal)
    assert before["closeness"] == pytest.approx(0, abs=1e-9)
    assert before["repigmentation"] == 0
    assert after["delta_e"] > 2
    assert 0 < after["closeness"] < 60
    assert after["repigmentation"] < 50
    assert after["melanin"] == pytest.approx(100, abs=1), "the epidermis by itself is clear"
    gone = _seen(mark, clean, 0 * mark.dermal)
    assert gone["closeness"] > 99
    assert gone["delta_e"] < 0.5 * after["delta_e"], "what is left is the redness that was drawn"


@pytest.mark.parametrize("left", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("deep", [0.0, 0.5, 1.0])
def test_the_picture_measured_says_what_the_endpoints_say(mark, left, deep):
    """Colour of the predicted picture by the code that measures photographs; darkness turned into pigment by hand."""
    around = np.where(mark.lesion > 0, mark.reference_melanin, mark.melanin)
    melanin, dermal = around + left * (mark.melanin - around), deep * mark.dermal
    seen, picture = _seen(mark, melanin, dermal), _picture(mark, melanin, dermal)
    measured = {o.name: o.value for o in colour_observations(picture, mark.target, "lesion", geometry="SCE")}
    # Relief and the order of median and colour: a fifth of a unit each.
    assert difference_observation(picture, mark.target, mark.skin).value == pytest.approx(seen["delta_e"], abs=0.4)
    assert measured["lesion_ITA"] == pytest.approx(seen["ita"], abs=0.6)
    before = _read(mark, _plain(mark, mark.melanin, mark.dermal))
    now = _read(mark, _plain(mark, melanin, dermal))
    assert seen["closeness"] == pytest.approx(100 * (1 - abs(now / before)), abs=1)


def _plain(mark, melanin, dermal):
    """The prediction on skin without the redness that was drawn, and without relief."""
    even = np.full_like(mark.blood, mark.reference_blood)
    tint = DermalTint.build(mark.table.template)
    still = mark.table.linear_srgb(mark.melanin, even) * tint.factor(mark.melanin, mark.dermal)
    maps = {name: value[0] for name, value in _maps(mark, melanin, dermal).items()}
    return predicted_picture(replace(mark, blood=even, display=still), maps, 0.0)


def _read(mark, picture):
    """Contrast of the column whose colour is as dark as the pixel."""
    columns = np.linspace(0, mark.table.melanin_max_um, 20001)
    dark = -linear_srgb_to_lab(mark.table.linear_srgb(columns, mark.reference_blood))[:, 0]
    column = np.interp(-linear_srgb_to_lab(picture)[..., 0], dark, columns)
    return column[mark.target].mean() / np.median(column[mark.skin]) - 1
