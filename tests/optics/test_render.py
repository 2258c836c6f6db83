"""Rendered patches: the compiled table against spectra, dermal melanin, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.errors import ConfigError
from skintwin.optics import colour
from skintwin.optics.camera.device import Camera
from skintwin.optics.dermal_tint import DermalTint
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.pigment_nodes import with_blood, with_melanin_column
from skintwin.optics.pigment_table import PigmentTable
from skintwin.optics.render.picture import fresnel_share, photograph, raw_channels
from skintwin.optics.render.skin_maps import SkinMaps
from skintwin.optics.render.skin_spectra import SkinSpectra
from skintwin.optics.spectra import VISIBLE_NM, skin_spectrum

TEMPLATE = LayeredSkin.reference()
SKIN = SkinSpectra.build(TEMPLATE)


def lab(linear: np.ndarray) -> np.ndarray:
    return colour.linear_srgb_to_lab(linear)


@pytest.mark.parametrize("light", ["D65", "fluorescent_triband"])
@pytest.mark.parametrize("sensor", ["sRGB", "Sony ILCE-7M3"])
def test_a_pixel_is_its_spectrum_under_the_light_through_the_sensor(sensor: str, light: str) -> None:
    random = np.random.default_rng(5)
    melanin, blood = random.uniform(0.0, 20.0, (4, 9)), random.uniform(0.005, 0.1, (4, 9))
    camera = Camera(sensor, light)
    weights = camera.weights(VISIBLE_NM)
    rendered = camera.linear(raw_channels(SkinMaps(melanin, blood, 0.2), SKIN, weights, spreading=False))
    exact = camera.linear(skin_spectrum(with_blood(with_melanin_column(TEMPLATE, melanin), blood)) @ weights)
    assert colour.delta_e_2000(lab(rendered), lab(exact)).max() < 0.03


def test_the_ideal_camera_agrees_with_the_table_of_the_studies() -> None:
    melanin = np.linspace(0.0, 15.0, 60).reshape(6, 10)
    camera = Camera()
    maps = SkinMaps(melanin, np.full((6, 10), 0.03), 0.3)
    ours = camera.linear(raw_channels(maps, SKIN, camera.weights(VISIBLE_NM), spreading=False))
    theirs = PigmentTable.build(TEMPLATE).linear_srgb(melanin, 0.03)
    assert colour.delta_e_2000(lab(ours), lab(theirs)).max() < 0.15


def test_dermal_melanin_is_the_tint_of_the_studies() -> None:
    melanin, dermal = np.meshgrid([0.5, 2.0, 6.0], [0.5, 3.0, 10.0])
    maps = SkinMaps(melanin, np.full(melanin.shape, float(TEMPLATE.blood_papillary)), 0.3, dermal)
    flat = SkinMaps(melanin, maps.blood, 0.3)
    camera = Camera()
    with_deep, without = (
        camera.linear(raw_channels(m, SKIN, camera.weights(VISIBLE_NM), spreading=False)) for m in (maps, flat)
    )
    factor = DermalTint.build(TEMPLATE).factor(melanin, dermal)
    assert colour.delta_e_2000(lab(with_deep), lab(without * factor)).max() < 0.3


def test_gloss_adds_the_light_of_the_lamp() -> None:
    maps = SkinMaps(np.full((8, 8), 2.0), np.full((8, 8), 0.02), 0.3)
    weights = Camera().weights(VISIBLE_NM)
    shine = raw_channels(maps, SKIN, weights, gloss=fresnel_share()) - raw_channels(maps, SKIN, weights)
    np.testing.assert_allclose(shine, 0.02778, rtol=1e-3)


def test_a_picture_is_the_same_for_the_same_key_only() -> None:
    maps = SkinMaps(np.full((32, 32), 2.0), np.full((32, 32), 0.02), 0.1)
    from skintwin.optics.texture.keys import Key

    take = [photograph(maps, SKIN, Camera.usual("Nikon D810", "flash"), key=Key(1, p)) for p in (0, 0, 1)]
    assert np.array_equal(take[0], take[1])
    assert not np.array_equal(take[0], take[2])


def test_windows_and_grids_keep_places() -> None:
    x = (np.arange(50) + 0.5) * 0.4
    maps = SkinMaps(np.broadcast_to(x, (40, 50)) + 0.0, np.full((40, 50), 0.02), 0.4)
    finer = maps.resampled(100)
    assert finer.shape == (80, 100)
    assert finer.melanin[10, 50] == pytest.approx(10.1)
    close = maps.window((8.0, 10.0), 4.0, 41)
    assert close.melanin[20, 20] == pytest.approx(10.0)
    assert close.size_mm == pytest.approx((4.0, 4.0))


@pytest.mark.parametrize("bad", [{"blood": np.ones((2, 3))}, {"melanin": -np.ones((2, 2))}, {"pixel_mm": 0.0}])
def test_maps_that_are_no_patch_are_refused(bad: dict[str, object]) -> None:
    good = {"melanin": np.ones((2, 2)), "blood": np.full((2, 2), 0.02), "pixel_mm": 0.1}
    with pytest.raises(ConfigError, match="skin maps"):
        SkinMaps(**{**good, **bad})  # type: ignore[arg-type]
