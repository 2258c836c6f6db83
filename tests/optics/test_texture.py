"""Texture: off by switch, kept by key, and the colour of the skin as it was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from skintwin.optics import colour
from skintwin.optics.camera.device import Camera
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.render.picture import fresnel_share, photograph, raw_channels
from skintwin.optics.render.skin_maps import SkinMaps
from skintwin.optics.render.skin_spectra import SkinSpectra
from skintwin.optics.spectra import VISIBLE_NM
from skintwin.optics.texture.cells import border_distance
from skintwin.optics.texture.keys import Key
from skintwin.optics.texture.noise import smooth_noise
from skintwin.optics.texture.settings import Texture
from skintwin.optics.texture.surface import make_surface

SKIN = SkinSpectra.build(LayeredSkin.reference())
NONE = Texture(relief=False, pores=False, mottling=False, vessels=False, vellus=False)
ALL = Texture(network=True, terminal=True)
SHAPE, PIXEL = (160, 160), 0.1
WEIGHTS = Camera().weights(VISIBLE_NM)


def patch(share: float) -> SkinMaps:
    """Even skin with a white disc of 6 mm in its middle."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]] * PIXEL - 8.0
    inside = np.clip((3.0 - np.hypot(x, y)) / 0.3 + 0.5, 0.0, 1.0)
    return SkinMaps(share * 57.0 * (1.0 - inside), np.full(SHAPE, 0.02), PIXEL)


def lab(raw: np.ndarray) -> np.ndarray:
    return colour.linear_srgb_to_lab(Camera().linear(raw))


@pytest.mark.parametrize("share", [0.012, 0.06, 0.22])
def test_mean_colour_stays(share: float) -> None:
    """Without coarse hair to 0.3 of ΔE00 (0.1 % where nothing covers skin); lesion and surroundings apart to 1.5."""
    maps = patch(share)
    flat = raw_channels(maps, SKIN, WEIGHTS)
    shaved = make_surface(replace(ALL, vellus=False, terminal=False), SHAPE, PIXEL, Key(3))
    bare = raw_channels(maps, SKIN, WEIGHTS, surface=shaved)
    np.testing.assert_allclose(bare.mean(axis=(0, 1)), flat.mean(axis=(0, 1)), rtol=1e-3)
    drawn = raw_channels(maps, SKIN, WEIGHTS, surface=make_surface(Texture(), SHAPE, PIXEL, Key(3)))
    assert colour.delta_e_2000(lab(drawn.mean(axis=(0, 1))), lab(flat.mean(axis=(0, 1)))) < 0.3
    distance = np.hypot(*(np.mgrid[: SHAPE[0], : SHAPE[1]] * PIXEL - 8.0))
    for region in (distance < 2.0, distance > 4.5):
        assert colour.delta_e_2000(lab(drawn[region].mean(axis=0)), lab(flat[region].mean(axis=0))) < 1.5


def test_coarse_hair_leaves_the_median_skin() -> None:
    maps = patch(0.06)
    flat = raw_channels(maps, SKIN, WEIGHTS)
    hairy = raw_channels(maps, SKIN, WEIGHTS, surface=make_surface(replace(NONE, terminal=True), SHAPE, PIXEL, Key(1)))
    assert np.abs(hairy - flat).max() > 0.05
    assert colour.delta_e_2000(lab(np.median(hairy, axis=(0, 1))), lab(np.median(flat, axis=(0, 1)))) < 0.2


def test_gloss_keeps_its_mean_and_gathers_on_ridges() -> None:
    surface = make_surface(Texture(), SHAPE, PIXEL, Key(3))
    maps = patch(0.06)
    shine = raw_channels(maps, SKIN, WEIGHTS, surface=surface, gloss=fresnel_share())
    shine = shine - raw_channels(maps, SKIN, WEIGHTS, surface=surface)
    assert shine.mean() == pytest.approx(fresnel_share(), rel=1e-3)
    assert shine.std() > 0.1 * shine.mean()


def test_off_is_off() -> None:
    maps, camera = patch(0.035), Camera("Nikon D810")
    assert np.array_equal(photograph(maps, SKIN, camera, texture=NONE), photograph(maps, SKIN, camera))


def test_a_patch_belongs_to_its_key() -> None:
    first, again, other = (make_surface(ALL, SHAPE, PIXEL, Key(5, p)) for p in (1, 1, 2))
    for name in ("light", "gloss", "melanin", "blood"):
        assert np.array_equal(getattr(first, name), getattr(again, name))
        assert not np.array_equal(getattr(first, name), getattr(other, name))
    assert all(np.array_equal(first.hair[kind], again.hair[kind]) for kind in first.hair)


def test_each_part_has_its_own_chance() -> None:
    """Taking hair away moves no furrow."""
    shaved = make_surface(replace(ALL, terminal=False, vellus=False), SHAPE, PIXEL, Key(5))
    assert np.array_equal(shaved.light, make_surface(ALL, SHAPE, PIXEL, Key(5)).light)
    assert not shaved.hair


def test_all_maps_have_mean_one_and_stay_positive() -> None:
    surface = make_surface(ALL, SHAPE, PIXEL, Key(8))
    for name in ("light", "gloss", "melanin", "blood"):
        field = getattr(surface, name)
        assert field.mean() == pytest.approx(1.0, abs=1e-5)
        assert field.min() > 0
    assert all(cover.min() >= 0 and cover.max() <= 1 for cover in surface.hair.values())


def test_a_field_is_the_same_at_any_pixel() -> None:
    fine, coarse = (smooth_noise((n, n), 20.0 / n, 4.0, np.random.default_rng(1)) for n in (200, 50))
    np.testing.assert_allclose(fine.reshape(50, 4, 50, 4).mean(axis=(1, 3)), coarse, atol=0.05)
    assert smooth_noise((400, 400), 0.1, 0.5, np.random.default_rng(2)).std() == pytest.approx(1.0, rel=0.05)


def test_distance_to_the_border_of_cells_is_zero_on_it() -> None:
    x, y = np.meshgrid(np.linspace(0, 10, 400), np.linspace(0, 10, 400))
    distance = border_distance(x, y, 1.0, np.random.default_rng(4))
    assert distance.min() < 0.01
    assert 0.3 < distance.max() < 0.9
    assert np.abs(np.diff(distance, axis=1)).max() <= 10 / 399 + 1e-9
