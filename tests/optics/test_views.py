"""Views: what each shows and does not show, scales that measure, and colours that keep their order."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.optics import colour
from skintwin.optics.camera.device import Camera
from skintwin.optics.camera.gamut import LUMINANCE, into_gamut
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.render.picture import fresnel_share
from skintwin.optics.render.skin_maps import SkinMaps
from skintwin.optics.render.skin_spectra import SkinSpectra
from skintwin.optics.views.dermoscopy import dermoscopy
from skintwin.optics.views.photographs import clinical, cross_polarised
from skintwin.optics.views.pigment_maps import BROWNS, REDS, haemoglobin_map, melanin_map, scale_end
from skintwin.optics.views.scale import ramp, round_length, scale_bar
from skintwin.optics.views.wood_table import WoodTable
from skintwin.optics.views.woods_lamp import fluorescence_map, woods_lamp

SKIN, WOOD = SkinSpectra.build(LayeredSkin.reference()), WoodTable.build(LayeredSkin.reference())
PLAIN = Camera()
SIDE = 96


def patch(share: float, dermal: float = 0.0) -> SkinMaps:
    """White disc of 6 mm on 9.6 mm of skin."""
    y, x = np.mgrid[:SIDE, :SIDE] * 0.1 - 4.8
    inside = np.hypot(x, y) < 3.0
    deep = np.where(inside, dermal, 0.0) if dermal else None
    return SkinMaps(np.where(inside, 0.0, share * 57.0), np.full(x.shape, 0.02), 0.1, deep)


def linear(picture: np.ndarray) -> np.ndarray:
    return colour.srgb_decode(picture / 255.0)


def contrast(picture: np.ndarray) -> float:
    """Luminance of the corner below that of the middle, as a share of it."""
    bright = linear(picture) @ LUMINANCE
    return float(1 - bright[:12, :12].mean() / bright[40:56, 40:56].mean())


def test_crossed_polarisers_take_the_gloss_and_nothing_else() -> None:
    maps = patch(0.06)
    shine = linear(clinical(maps, SKIN, camera=PLAIN, texture=None))
    shine = shine - linear(cross_polarised(maps, SKIN, camera=PLAIN, texture=None))
    assert shine.mean() == pytest.approx(fresnel_share(), rel=0.03)


@pytest.mark.parametrize("share", [0.012, 0.035, 0.12])
def test_the_lamp_shows_the_lesion_better_than_daylight(share: float) -> None:
    maps = patch(share)
    lamp = contrast(woods_lamp(maps, WOOD, texture=None))
    assert lamp > contrast(cross_polarised(maps, SKIN, texture=None)) + 0.05


def test_fluorescence_is_one_without_melanin_and_falls_with_dermal_melanin() -> None:
    shown = fluorescence_map(patch(0.06), WOOD)
    assert shown[48, 48] == pytest.approx(1.0, rel=0.01)
    assert shown[2, 2] < 0.2
    assert fluorescence_map(patch(0.06, dermal=4.0), WOOD)[48, 48] < 0.5


def test_unpigmented_skin_is_pale_blue_under_the_lamp() -> None:
    red, green, blue = woods_lamp(patch(0.06), WOOD, texture=None)[40:56, 40:56].mean(axis=(0, 1))
    assert blue > green > red > 30
    assert blue > 180


def test_maps_show_what_they_say() -> None:
    maps = patch(0.06, dermal=2.0)
    shown = melanin_map(maps, high=4.0)
    assert shown.shape[0] == SIDE
    assert shown.shape[1] > SIDE  # the scale is beside it
    assert np.array_equal(shown[48, 48], ramp(np.array([[2.0]]), 0.0, 4.0, BROWNS)[0, 0])
    grams = haemoglobin_map(maps, high=6.0)
    assert np.array_equal(grams[20, 60], ramp(np.array([[3.0]]), 0.0, 6.0, REDS)[0, 0])


@pytest.mark.parametrize("anchors", [BROWNS, REDS])
def test_lightness_falls_evenly_along_a_scale(anchors: tuple[tuple[int, int, int], ...]) -> None:
    shown = ramp(np.linspace(0, 1, 101)[None], 0.0, 1.0, anchors)[0] / 255.0
    lightness = colour.linear_srgb_to_lab(colour.srgb_decode(shown))[:, 0]
    assert np.all(np.diff(lightness) < 0.3)
    assert np.abs(lightness - np.linspace(lightness[0], lightness[-1], 101)).max() < 3.0


@pytest.mark.parametrize(
    ("largest", "step", "end"), [(3.42, 1.0, 4.0), (5.0, 1.0, 5.0), (0.9, 0.2, 1.0), (12.5, 2.5, 12.5)]
)
def test_scales_end_on_round_numbers(largest: float, step: float, end: float) -> None:
    assert scale_end(largest) == pytest.approx((step, end))


def test_a_bar_is_as_long_as_it_says() -> None:
    plain = np.zeros((256, 320, 3), np.uint8)
    marked = scale_bar(plain, 0.05)
    assert round_length(16.0) == 5.0
    row = (marked[-12] == 255).all(axis=-1)
    assert row.sum() == pytest.approx(5.0 / 0.05, abs=1.5)


def test_a_dermoscopic_field_is_round_and_centred() -> None:
    maps = patch(0.12)
    edge = dermoscopy(maps, SKIN, centre_mm=(4.8, 7.8), field_mm=4.0, width=128, texture=None)
    assert edge.shape == (128, 128, 3)
    assert edge[0, 0].max() < 8
    assert edge[64, 30].sum() > 1.3 * edge[64, 100].sum()  # the white disc lies to the left of its border
    framed = dermoscopy(maps, SKIN, field_mm=4.0, width=128, texture=None, ring=False)
    assert framed[0, 0].max() > 100


def test_colours_beyond_the_gamut_grow_pale_and_keep_their_light() -> None:
    beyond = np.array([[-0.2, 0.3, 0.9], [0.5, 0.4, 0.35]], np.float32)
    inside = into_gamut(beyond)
    assert inside.min() > 0
    np.testing.assert_allclose(inside @ LUMINANCE, beyond @ LUMINANCE, rtol=1e-5)
    np.testing.assert_allclose(inside[1], beyond[1], rtol=1e-5)
