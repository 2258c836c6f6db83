"""Measures against colours, areas and maps whose truth is known."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skintwin.errors import PhotographError
from skintwin.evidence import ledger
from skintwin.measure.area import area_observations, relative_area_sd
from skintwin.measure.colour_indices import colour_observations, difference_observation, ita_observation
from skintwin.measure.kind import kind_of
from skintwin.measure.lesion import measure_lesion
from skintwin.measure.observation import Observation
from skintwin.measure.sampling import region_median
from skintwin.measure.table import COLUMNS, to_csv, to_lines
from skintwin.optics.colour import delta_e_2000
from skintwin.photo.outline import drawn_outline, given_outline
from skintwin.photo.photograph import Photograph, SourceInfo
from skintwin.photo.scale import UNKNOWN_SCALE, scale_from_diameter, scale_from_mm_per_pixel
from tests.photo.pictures import disc, lesion_picture

SKIN, LESION = (55.0, 11.0, 17.8), (66.0, 8.0, 12.0)


def _by_name(observations):
    return {o.name: o for o in observations}


def _photograph(linear):
    shape = linear.shape[:2]
    source = SourceInfo("PNG", shape[1], shape[0], 8, "sRGB", "assumed", 1)
    return Photograph(linear, np.ones(shape, bool), np.zeros(shape, bool), source, (), (), "0" * 64)


def test_flat_colours_are_returned_and_noise_is_covered_by_the_error():
    mask = disc(200, 200, (100, 100), 50)
    exact = _by_name(colour_observations(
        lesion_picture(mask, SKIN, LESION), mask, "lesion", geometry="SCE"))
    assert [exact[f"lesion_{c}"].value for c in "Lab"] == pytest.approx(LESION, abs=1e-3)
    inside = []
    for seed in range(60):
        noisy = lesion_picture(mask, SKIN, LESION, noise=3.0, seed=seed)
        lightness = _by_name(colour_observations(noisy, mask, "lesion", geometry="SCE"))["lesion_L"]
        inside.append(abs(lightness.value - LESION[0]) <= 2 * lightness.error)
    assert np.mean(inside) >= 0.85


def test_ita_states_its_geometry_and_its_pole():
    tan = ita_observation(np.array(SKIN), np.array([1.0, 1, 1]), "skin", geometry="SCE")
    assert tan.value == pytest.approx(np.degrees(np.arctan(5.0 / 17.8)))
    assert "SCE" in tan.method
    assert tan.note == ""
    palm = ita_observation(np.array([71.7, 5.1, 2.4]), np.array([1.0, 1, 1]), "skin", geometry="SCI")
    assert "pole" in palm.note
    # the error of an angle is the error across the radius, over the radius
    assert tan.error == pytest.approx(np.degrees(1 / np.hypot(5.0, 17.8)))


def test_difference_is_that_of_the_two_colours():
    mask = disc(200, 200, (100, 100), 50)
    ring = disc(200, 200, (100, 100), 80) & ~disc(200, 200, (100, 100), 58)
    observed = difference_observation(lesion_picture(mask, SKIN, LESION), mask, ring)
    assert observed.value == pytest.approx(float(delta_e_2000(SKIN, LESION)), abs=1e-3)


def test_area_and_diameter_of_a_disc():
    mask = disc(300, 300, (150, 150), 100)
    outline = given_outline(mask, "hypopigmented")
    found = _by_name(area_observations(outline, scale_from_mm_per_pixel(0.1)))
    assert found["lesion_area"].value == pytest.approx(np.pi * 100, rel=0.005)
    assert found["lesion_diameter"].value == pytest.approx(20.1, rel=0.01)
    assert found["lesion_area"].error < 0.02 * found["lesion_area"].value
    unknown = _by_name(area_observations(outline, UNKNOWN_SCALE))
    assert unknown["lesion_area"].value is None
    assert "unknown" in unknown["lesion_area"].note
    assert unknown["lesion_area_share"].value == pytest.approx(100 * mask.mean())
    nominal = _by_name(area_observations(outline, scale_from_mm_per_pixel(0.1, assumed=True)))
    assert "ASSUMED" in nominal["lesion_area"].note
    given = relative_area_sd(outline, scale_from_diameter(20.0, mask))
    assert given > relative_area_sd(outline, UNKNOWN_SCALE)


def test_a_drawn_outline_has_the_error_of_a_hand():
    """A border that is off by s all along changes the area of a disc by 2 s / r."""
    share = ledger().value("photo.drawn_border_sd", "1")
    for radius, place in ((100, share * 200), (10, ledger().value("photo.drawn_border_pixels", "1"))):
        mask = disc(300, 300, (150, 150), radius)
        exact, drawn = given_outline(mask, "hypopigmented"), drawn_outline(mask, "hypopigmented")
        first, second = (relative_area_sd(outline, UNKNOWN_SCALE) for outline in (exact, drawn))
        assert np.sqrt(second**2 - first**2) == pytest.approx(2 * place / radius, rel=0.05)
    found = _by_name(area_observations(drawn, scale_from_mm_per_pixel(0.1)))
    for name in ("lesion_area", "lesion_area_share"):
        assert found[name].error == pytest.approx(second * found[name].value)
        assert "drawn by a person" in found[name].note
    assert found["lesion_diameter"].error == pytest.approx(second / 2 * found["lesion_diameter"].value)


def test_whether_a_given_outline_is_light_or_dark():
    mask = disc(200, 200, (100, 100), 40)
    assert kind_of(_photograph(lesion_picture(mask, SKIN, LESION)), mask) == "hypopigmented"
    assert kind_of(_photograph(lesion_picture(mask, LESION, SKIN)), mask) == "hyperpigmented"


def test_a_lesion_without_skin_around_it_is_measured_as_far_as_it_goes():
    mask = np.ones((100, 100), bool)
    mask[:2] = False
    measures = measure_lesion(_photograph(lesion_picture(mask, SKIN, LESION)),
                              given_outline(mask, "hypopigmented"), UNKNOWN_SCALE)
    names = set(_by_name(measures.observations))
    assert "lesion_L" in names
    assert "delta_E00" not in names
    assert any("contrasts are not measured" in w for w in measures.warnings)


def test_pigment_maps_find_what_the_picture_was_made_of():
    from skintwin.optics.layers import LayeredSkin
    from skintwin.optics.pigment_table import PigmentTable

    table = PigmentTable.build(LayeredSkin.reference())
    skin = ledger().value("phototype.melanin_iii", "1") * table.epidermis_um
    blood = float(np.asarray(table.template.blood_papillary))
    mask = disc(240, 240, (120, 120), 50)
    linear = table.linear_srgb(np.where(mask, 0.4 * skin, skin), blood).astype(np.float32)
    dim = (linear * 0.6).astype(np.float32)  # another exposure
    outline = given_outline(mask, "hypopigmented")
    measures = measure_lesion(_photograph(dim), outline, UNKNOWN_SCALE, phototype="III")
    found = _by_name(measures.observations)
    assert found["skin_melanin"].value == pytest.approx(skin, rel=0.02)
    assert found["melanin_ratio"].value == pytest.approx(0.4, abs=2 * found["melanin_ratio"].error)
    assert found["blood_ratio"].value == pytest.approx(1.0, abs=2 * found["blood_ratio"].error)
    assert found["map_residual_E00"].value < 0.5
    assert any("phototype III" in w for w in measures.warnings)


def test_region_median_of_nothing_is_refused():
    with pytest.raises(PhotographError, match="no pixel"):
        region_median(np.zeros((4, 4, 3)), np.zeros((4, 4), bool))


words = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]), min_size=1, max_size=12)
observed = st.builds(
    Observation, words, st.none() | st.floats(-1e6, 1e6), st.sampled_from(["mm", "1", "percent"]), words,
    st.none() | st.floats(0, 1e3),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(observed, max_size=5))
def test_tables_go_round(observations):
    rows = list(csv.reader(io.StringIO(to_csv(observations), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert [r[0] for r in rows[1:]] == [o.name for o in observations]
    for row, o in zip(rows[1:], observations, strict=True):
        assert (row[1] == "") == (o.value is None)
        assert o.value is None or float(row[1]) == pytest.approx(o.value, rel=1e-5, abs=1e-300)
    assert len(to_lines(observations)) == len(observations)
