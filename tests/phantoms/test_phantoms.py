"""Phantoms: the same key gives the same bytes, and what is said to be true of a picture is what the picture shows."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from skintwin.errors import ConfigError
from skintwin.optics.colour import delta_e_2000, ita_degrees, linear_srgb_to_lab, srgb_decode
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.pigment_nodes import with_blood, with_melanin_column
from skintwin.optics.spectra import skin_spectrum, spectrum_to_linear_srgb
from skintwin.phantoms import IDEAL, draw_phantom, phantom_set, take, write_phantom
from skintwin.phantoms.cards import COLOUR_CARDS, patch_spectra
from skintwin.phantoms.description import Person
from skintwin.phantoms.draw import DISORDERS
from skintwin.phantoms.people import lab
from skintwin.phantoms.view import View, rotation
from skintwin.photo.cards import read_card
from skintwin.photo.cards.marker import PITCH_MM, scale_from_marker
from skintwin.photo.cards.reference import reference
from skintwin.photo.cards.ruler import tick_period
from skintwin.photo.intake import read_photograph
from skintwin.photo.photograph import Photograph, SourceInfo
from skintwin.skin.phototype import PHOTOTYPES

SEED = 5
SMALL = {"width": 400, "height": 300}
LARGE = {"extent_mm": 40.0, "edge_mm": 0.5, "margin": 1.0}


@cache
def taken(number, visit=0, **fixed):
    return take(draw_phantom(number, SEED, **fixed), visit)


def linear(rgb):
    return srgb_decode(rgb / 255.0)


def photograph(rgb):
    info = SourceInfo("JPEG", rgb.shape[1], rgb.shape[0], 8, "sRGB", "assumed", 1)
    clipped = (rgb == 255).any(axis=-1)
    return Photograph(linear(rgb).astype(np.float32), np.ones(clipped.shape, bool), clipped, info, (), (), "0" * 64)


def test_the_same_key_gives_the_same_bytes():
    one, two = (take(draw_phantom(3, SEED))[0] for _ in range(2))
    assert one.dtype == np.uint8
    assert one.shape == (750, 1000, 3)
    np.testing.assert_array_equal(one, two)
    assert draw_phantom(3, SEED) == draw_phantom(3, SEED)
    assert draw_phantom(3, SEED) != draw_phantom(4, SEED)


def test_fixing_one_setting_leaves_the_others():
    free, fixed = draw_phantom(3, SEED), draw_phantom(3, SEED, tilt=12.5)
    assert replace(free.scenes[0], tilt=12.5) == fixed.scenes[0]
    assert free.person == fixed.person


def test_unknown_settings_are_refused():
    with pytest.raises(ConfigError, match="no setting is called tild"):
        draw_phantom(0, tild=3.0)
    with pytest.raises(ConfigError, match="card 'classsic'"):
        draw_phantom(0, card="classsic")
    with pytest.raises(ConfigError, match="visit 1"):
        take(draw_phantom(0, follow_up=False), 1)


@pytest.mark.parametrize("phototype", ["I", "IV", "VI"])
@pytest.mark.parametrize("surface", ["crossed", "even"])
def test_a_perfect_picture_shows_the_colours_that_are_said(phototype, surface):
    """Standard observer, daylight, no noise: the medians of the picture, away from the border that light crosses."""
    ideal = {**IDEAL, "gloss": surface, "phototype": phototype, "disorder": "solar_lentigo", "contrast": 3.0}
    rgb, truth = taken(1, **ideal, **LARGE)
    seen = linear_srgb_to_lab(linear(rgb))
    here = truth.view.grids()
    far = np.hypot(here[0], here[1])
    side = "sce" if surface == "crossed" else "sci"
    for region, where in ((truth.lesion, far < 9.0), (truth.skin, far > 27.0)):
        found = np.median(seen[where], axis=0)
        assert np.abs(found - getattr(region, f"lab_{side}")).max() < 0.5
        assert abs(float(ita_degrees(found)) - getattr(region, f"ita_{side}")) < 1.5  # 0.5 in b* on light skin
    assert abs(truth.delta_e - 3.0) < 0.5  # the spot is mottled: its median is not its nominal pigment


def test_the_emulated_colours_are_those_of_adding_doubling():
    """Two methods: the emulator's table, and layers added and doubled."""
    skin = LayeredSkin.reference()
    own = {name: float(np.asarray(getattr(skin, name))) for name in ("saturation", "eumelanin_share", "epidermis_mm")}
    person = Person("III", 2.0, 0.02, corneum_mm=float(np.asarray(skin.stratum_corneum_mm)), scattering_scale=1.0,
                    scattering_slope=0.0, uneven_melanin=0, uneven_blood=0, hair="none", naevi=0, texture=False,
                    **own)  # fmt: skip
    melanin, blood = np.array([0.0, 0.5, 2.0, 6.0, 15.0]), np.array([0.01, 0.02, 0.03, 0.02, 0.04])
    exact = skin_spectrum(with_melanin_column(with_blood(skin, blood), melanin))
    apart = delta_e_2000(lab(person, melanin, blood), linear_srgb_to_lab(spectrum_to_linear_srgb(exact)))
    assert apart.max() < 0.3


@pytest.mark.parametrize("disorder", DISORDERS)
def test_pixels_add_up_to_the_area(disorder):
    _, truth = taken(DISORDERS.index(disorder), disorder=disorder, follow_up=False)
    inside = truth.pixel_mm2[truth.mask].sum()
    # Counting pixel centres errs by about half a pixel per root of the border's length.
    assert abs(inside / truth.area_mm2 - 1.0) < max(0.005, 1.5 / truth.mask.sum() ** 0.75)
    assert 0.001 < truth.mask.mean() < 0.7
    assert not (truth.mask & truth.card_mask).any()
    assert not truth.mask[[0, -1]].any()
    assert not truth.mask[:, [0, -1]].any()


def test_skin_and_pixels_are_related_exactly_both_ways():
    """Also between two visits, over tilted, curved and stretched skin."""
    phantom = draw_phantom(2, SEED, follow_up=True, tilt=25.0, curvature=0.004, deformation=0.03, card=None)
    views = [take(phantom, visit)[1].view for visit in (0, 1)]
    draw = np.random.default_rng(0)
    skin = draw.uniform(-8, 8, (200, 2))
    for view in views:
        np.testing.assert_allclose(view.skin(view.pixels(skin)), skin, atol=1e-7)
        u, v, _ = view.grids()
        y, x = np.mgrid[:750:40, :1000:40]
        exact = view.skin(np.stack([x, y], axis=-1))
        quick = np.stack([u[y, x], v[y, x]], axis=-1)
        assert np.abs(exact - quick).max() < 0.02 * np.sqrt(np.median(view.grids()[2]))  # of a pixel
    moved = views[1].pixels(views[0].skin(views[0].pixels(skin)))
    np.testing.assert_allclose(moved, views[1].pixels(skin), atol=1e-6)


def test_a_flat_view_is_the_homography_of_a_card():
    view = View((750, 1000), 1000.0, rotation(40.0, 20.0, 70.0), (3.0, -2.0), 150.0)
    points = np.random.default_rng(1).uniform(-20, 20, (20, 2))
    x = np.concatenate([points, np.ones((20, 1))], axis=1) @ view.plane().T
    np.testing.assert_allclose(x[:, :2] / x[:, 2:], view.pixels(points), atol=1e-8)
    level = View((750, 1000), 1000.0, rotation(40.0, 0.0, 0.0), (0.0, 0.0), 150.0)
    np.testing.assert_allclose(level.grids()[2], 0.15**2, rtol=1e-4)  # Z/f, everywhere


def test_repigmentation_has_its_limits():
    wanted = {"disorder": "vitiligo", "follow_up": True, "contrast": 12.0, "phototype": "IV", **SMALL}
    for pattern in ("perifollicular", "marginal", "diffuse", "mixed"):
        course = {**wanted, "pattern": pattern, "closed": 1.0, "left": 0.0}
        phantom = draw_phantom(0, SEED, percent=50.0, **course)
        _, truth = take(phantom, 1)
        assert truth.repigmentation == pytest.approx(50.0, abs=8.0)  # the blurred edge of the lesion closes sooner
        assert truth.pattern == pattern
        assert truth.left_mm2 < 0.6 * truth.area_mm2
    _, none = take(draw_phantom(0, SEED, percent=0.0, **course), 1)
    _, whole = take(draw_phantom(0, SEED, percent=100.0, **course), 1)
    assert none.repigmentation == 0.0
    np.testing.assert_allclose(none.left_mm2, none.area_mm2, rtol=0.01)
    assert whole.repigmentation == 100.0
    assert whole.left_mm2 == 0.0
    assert whole.delta_e < 1.0
    assert taken(0, **wanted)[1].repigmentation is None


def test_the_truth_of_two_visits_agrees_with_the_definition():
    """Maps of melanin on the skin of both visits, through the measure's own definition."""
    from skintwin.measure.repigmentation import repigmentation_percent
    from skintwin.phantoms.lesion_map import LesionMap

    phantom = draw_phantom(4, SEED, disorder="vitiligo", follow_up=True, percent=40.0, pattern="marginal", **SMALL)
    _, truth = take(phantom, 1)
    places, u, v, _ = LesionMap(phantom, 0).fine()
    now = LesionMap(phantom, 1).at(u, v)
    before, after = (1.0 + LesionMap(phantom, k).relative(each) for k, each in ((0, places), (1, now)))
    lesion = places.distance < 0
    found = repigmentation_percent(before, after, lesion, places.distance > 3.0)
    assert found.value == pytest.approx(truth.repigmentation, abs=0.5)


def test_a_percentage_hangs_on_the_contrast_as_the_front_is_wide():
    """A contrast seen 10 % wrong moves the front by a share of its width, and the percentage in proportion."""
    wanted = {"disorder": "vitiligo", "follow_up": True, "percent": 50.0, "pattern": "marginal", **SMALL}
    off = []
    for width in (0.4, 0.8, 1.6):
        _, truth = take(draw_phantom(0, SEED, front_mm=width, closed=1.0, left=0.0, **wanted), 1)
        off.append(truth.by_contrast)
    assert off[0] > 0.1
    np.testing.assert_allclose(np.array(off[1:]) / off[:-1], 2.0, rtol=0.15)
    assert taken(0, **wanted)[1].by_contrast is None


@pytest.mark.parametrize("edition", ["2014-11", "cameratrax"])
def test_rendered_patches_have_the_published_colours(edition):
    """Under D65; the published colours of 2014-11 are of D50, adapted, which differs by up to 3 for deep blues."""
    found = linear_srgb_to_lab(spectrum_to_linear_srgb(patch_spectra(edition)))
    apart = delta_e_2000(found, reference(edition).lab)
    assert np.median(apart) < 0.7
    assert apart.max() < (3.0 if edition == "2014-11" else 0.3)


@pytest.mark.parametrize("card", COLOUR_CARDS)
def test_every_card_is_read(card):
    rgb, truth = taken(COLOUR_CARDS.index(card), card=card, extent_mm=25.0, follow_up=False)
    found = read_card(photograph(rgb), card)
    size = np.linalg.norm(truth.card_corners[0] - truth.card_corners[1])
    assert np.abs(found.corners - truth.card_corners).max() < max(2.0, 0.015 * size)
    assert found.correction.expected < 3.5
    assert truth.card == card


def test_a_card_gives_the_colour_of_skin():
    """A wrong white balance and the card: its correction brings back the truth. A measured sensor under a lamp sees
    blood otherwise than the observer does, and no matrix from 24 patches undoes it."""
    how = {**IDEAL, "exposure": 0.85, "card": "passport", "phototype": "III", "disorder": "vitiligo", "extent_mm": 30.0}
    for light, sensor, most in (("D65", "sRGB", 1.2), ("led", "Nikon D810", 4.5)):
        rgb, truth = taken(6, **{**how, "light": light, "sensor": sensor, "gains": (1.1, 1.0, 0.9)})
        seen = photograph(rgb)
        made = linear_srgb_to_lab(read_card(seen, "passport").correction(seen.linear_srgb[truth.mask]))
        assert delta_e_2000(np.median(made, axis=0), np.array(truth.lesion.lab_sce)) < most


def test_marker_and_ruler_give_the_scale():
    rgb, truth = taken(0, card="marker", tilt=0.0, curvature=0.0, gloss="crossed")
    assert scale_from_marker(photograph(rgb)).mm_per_pixel == pytest.approx(truth.mm_per_pixel, rel=0.01)
    assert np.linalg.norm(truth.card_corners[0] - truth.card_corners[1]) * truth.mm_per_pixel > 4 * PITCH_MM
    rgb, truth = taken(0, card="ruler", tilt=0.0, curvature=0.0, extent_mm=15.0, hair="none")
    period, _, _ = tick_period(photograph(rgb), *truth.ruler_line)
    assert period * truth.mm_per_pixel == pytest.approx(1.0, rel=0.01)


def test_written_files_hold_no_metadata(tmp_path):
    phantom = draw_phantom(1, SEED, follow_up=True, width=400, height=300)
    paths = write_phantom(phantom, tmp_path / "one")
    told = json.loads((tmp_path / "one" / "truth.json").read_text())
    assert [visit["file"] for visit in told["visits"]] == [path.name for path in paths]
    assert told["visits"][1]["repigmentation"] is not None
    for visit, path in enumerate(paths):
        read = read_photograph(path)
        assert read.dropped == ()
        np.testing.assert_allclose(read.linear_srgb, linear(take(phantom, visit)[0]), atol=2e-6)
    plain = write_phantom(draw_phantom(1, SEED, jpeg=None, follow_up=False, width=400, height=300), tmp_path / "two")
    assert plain[0].suffix == ".png"
    with pytest.raises(Exception, match="exists already"):
        write_phantom(phantom, tmp_path / "one")


def test_a_set_is_balanced():
    drawn = phantom_set(120, SEED)
    cells = [(p.person.phototype, p.lesion.disorder) for p in drawn]
    assert {cells.count((t, d)) for t in PHOTOTYPES for d in DISORDERS} == {2}
    assert {p.scenes[0].card for p in drawn} == {None, *COLOUR_CARDS, "ruler", "marker"}
    assert all(p.scenes[0].card != "classic" or p.lesion.extent_mm > 40 for p in drawn)
    lights = [p.scenes[0].light for p in drawn]
    assert {lights.count(light) for light in set(lights)} == {20}
    assert drawn[7] == phantom_set(120, SEED)[7]


def test_twelve_megapixels_show_the_same_scene():
    small, large = (
        take(draw_phantom(1, SEED, **IDEAL, width=w, height=h, disorder="vitiligo"))[1]
        for w, h in ((600, 450), (1200, 900))
    )
    assert small.area_mm2 == large.area_mm2
    assert small.mm_per_pixel == pytest.approx(2 * large.mm_per_pixel, rel=0.01)
    assert small.skin.ita_sce == pytest.approx(large.skin.ita_sce, abs=0.3)
