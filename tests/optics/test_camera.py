"""Cameras: what they make of surfaces and of skin they were not fitted on, and noise that is photons."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.errors import ConfigError
from skintwin.optics import colour
from skintwin.optics.camera.colour_matrix import colour_matrix, training_reflectances
from skintwin.optics.camera.device import Camera, encoded
from skintwin.optics.camera.jpeg import compressed
from skintwin.optics.camera.lens import blur_of_mtf50, blurred, mtf
from skintwin.optics.camera.lights import GRID_NM, LIGHTS, light_power
from skintwin.optics.camera.sensors import OBSERVER, camera_names, channel_weights
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.spectra import VISIBLE_NM, skin_spectrum, spectrum_to_linear_srgb
from skintwin.optics.texture.keys import Key

SHARES = np.array([0.0, 0.012, 0.035, 0.12, 0.22])
SKIN = skin_spectrum(LayeredSkin.reference(melanin_fraction=SHARES), points=8)
TRUE = colour.linear_srgb_to_lab(spectrum_to_linear_srgb(SKIN))


def errors_on_skin(camera: Camera) -> np.ndarray:
    """CIEDE2000 of five skins, exposure as the observer's."""
    return colour.delta_e_2000(colour.linear_srgb_to_lab(camera.linear(SKIN @ camera.weights(VISIBLE_NM))), TRUE)


def test_fifty_two_cameras_and_six_lights() -> None:
    assert len(camera_names()) == 52
    assert len(LIGHTS) == 6
    assert all(light_power(name).shape == GRID_NM.shape and light_power(name).max() > 0 for name in LIGHTS)


@pytest.mark.parametrize("light", sorted(LIGHTS))
def test_white_is_white_under_every_light(light: str) -> None:
    for sensor in (OBSERVER, "Canon EOS 5D Mark II", "Nikon D5100", "Sony ILCE-7M3"):
        camera = Camera(sensor, light)
        np.testing.assert_allclose(camera.linear(np.ones(31) @ camera.weights(VISIBLE_NM)), 1.0, atol=1e-9)


def test_the_ideal_camera_sees_what_the_standard_observer_sees() -> None:
    """0.15: the spectra are summed every 5 nm from 380 nm here and every 10 nm from 400 nm there."""
    assert errors_on_skin(Camera()).max() < 0.15


def test_every_camera_renders_skin_under_daylight_after_a_fit_on_other_surfaces() -> None:
    """Metamerism, not noise: the median camera is within 1.5, none is beyond 5."""
    errors = np.array([errors_on_skin(Camera(name)).mean() for name in camera_names()])
    assert np.median(errors) < 1.5
    assert errors.max() < 5.0


def test_the_matrix_is_better_than_none_and_keeps_white() -> None:
    truth = training_reflectances() @ channel_weights(OBSERVER, "D65", GRID_NM)[0] * colour.WHITE_SRGB
    lab = colour.xyz_to_lab(truth, colour.WHITE_SRGB)
    for light in ("D65", "led"):
        matrix = colour_matrix("Nikon D810", light)
        raw = training_reflectances() @ channel_weights("Nikon D810", light, GRID_NM)[0]
        without = colour.delta_e_2000(colour.linear_srgb_to_lab(raw), lab).mean()
        fitted = colour.delta_e_2000(colour.linear_srgb_to_lab(raw @ matrix.T), lab).mean()
        assert fitted < 2.5 < without
        np.testing.assert_allclose(matrix.sum(axis=1), 1.0)


def test_daylight_balance_under_a_lamp_is_orange_and_a_grey_card_takes_it_away() -> None:
    grey = np.full(31, 0.3)
    cast = Camera("Nikon D810", "A", white_balance="daylight")
    red, _, blue = cast.linear(grey @ cast.weights(VISIBLE_NM))
    assert red > 2.0 * blue
    card = Camera("Nikon D810", "A")
    assert np.ptp(card.linear(grey @ card.weights(VISIBLE_NM))) < 1e-9


@pytest.mark.parametrize("level", [0.02, 0.2, 0.8])
def test_noise_is_that_of_photons_and_of_reading(level: float) -> None:
    camera = Camera("Nikon D810", full_well=20000.0, read_noise=5.0)
    raw = np.full((200, 200, 3), level, np.float32)
    noisy = camera.record(raw, Key(1)) @ np.linalg.inv(camera.matrix()).T
    electrons = level * 20000.0 * camera.white()
    expected = np.sqrt(electrons + 25.0) / (20000.0 * camera.white())
    np.testing.assert_allclose(noisy.std(axis=(0, 1)), expected, rtol=0.02)
    np.testing.assert_allclose(noisy.mean(axis=(0, 1)), level, rtol=0.002)


def test_noise_belongs_to_a_key() -> None:
    camera, raw = Camera.usual("Nikon D810"), np.full((16, 16, 3), 0.4, np.float32)
    assert np.array_equal(camera.record(raw, Key(4, 2)), camera.record(raw, Key(4, 2)))
    assert not np.array_equal(camera.record(raw, Key(4, 2)), camera.record(raw, Key(4, 3)))


def test_a_lens_leaves_the_contrast_its_transfer_function_says() -> None:
    x = np.arange(256)
    for period in (4, 8, 16):
        wave = np.repeat(np.cos(2 * np.pi * x / period)[None, :, None], 64, axis=0).astype(np.float32)
        seen = blurred(wave, 0.8)[32, 64:192, 0]
        assert seen.max() == pytest.approx(mtf(1 / period, 0.8), abs=0.01)
    assert mtf(0.3, blur_of_mtf50(0.3)) == pytest.approx(0.5)


def test_eight_bits_are_the_standard_ones_to_one_unit() -> None:
    linear = np.linspace(-0.1, 1.2, 20001).astype(np.float32)
    exact = np.round(255 * colour.srgb_encode(np.clip(linear.astype(float), 0, 1)))
    assert np.abs(encoded(linear).astype(int) - exact).max() <= 1


def test_jpeg_keeps_the_mean_and_shows_its_quality() -> None:
    rough = np.clip(np.random.default_rng(1).normal(140, 12, (64, 64, 3)), 0, 255).astype(np.uint8)
    errors = [np.abs(compressed(rough, q).astype(float) - rough).mean() for q in (30, 60, 92)]
    assert errors[0] > errors[1] > errors[2]
    assert abs(float(compressed(rough, 92).mean()) - float(rough.mean())) < 0.5


def test_a_missing_camera_is_told_with_its_relatives() -> None:
    with pytest.raises(ConfigError, match="Nikon D810"):
        Camera("Nikon D999")
    with pytest.raises(ConfigError, match="fluorescent"):
        Camera(light="neon")
