"""Skin through cameras and lamps that are known, so that the true colour is: what the card says of skin must be it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from skintwin.optics.camera.colour_matrix import colour_matrix
from skintwin.optics.camera.lights import GRID_NM, LIGHTS, light_power
from skintwin.optics.camera.sensors import camera_names, sensitivity
from skintwin.optics.colour import delta_e_2000, linear_srgb_to_lab, srgb_decode, srgb_encode
from skintwin.optics.measured_skin import measured_sets
from skintwin.optics.spectra import VISIBLE_NM, spectrum_to_linear_srgb
from skintwin.photo.cards.correction import fit_correction
from skintwin.photo.cards.reference import reference
from skintwin.photo.cards.skin_colour import fit_skin_colour
from skintwin.photo.cards.spectra import patch_spectra

CARD = reference("2014-11")
ALL = np.ones(24, dtype=bool)
SOME = camera_names()[::13]


@cache
def forearms():
    """(n, 31) measured skin (key ``cooksey2017``), and its colour under D65."""
    found = measured_sets()[0]
    spectra = np.stack([np.interp(VISIBLE_NM, found.wavelength, row) for row in found.reflectance])
    return spectra, spectrum_to_linear_srgb(spectra)


def response(sensor, power, matrix):
    """(31, 3) from reflectance to linear sRGB of a camera that is balanced for the lamp."""
    seen = sensor * power[:, None]
    spread = np.stack([np.interp(GRID_NM, VISIBLE_NM, row) for row in np.eye(VISIBLE_NM.size)])
    return (spread @ seen / seen.sum(axis=0)) @ matrix.T


def camera(name, light):
    return response(sensitivity(name), light_power(light), colour_matrix(name, light))


def fitted(to_rgb, shown=lambda x: x):
    seen = shown(np.maximum(patch_spectra("2014-11") @ to_rgb, 0.0))
    used = (seen > 0).all(axis=1) & (seen < 1).all(axis=1)
    plain = fit_correction(seen, CARD, used)
    return plain, fit_skin_colour(seen, CARD, plain)


def error(correct, to_rgb, shown=lambda x: x):
    """(n, 3) L*, a*, b* of measured skin, less the true ones."""
    spectra, colours = forearms()
    return linear_srgb_to_lab(correct(shown(spectra @ to_rgb))) - linear_srgb_to_lab(colours)


@pytest.mark.parametrize("light", LIGHTS)
def test_measured_skin_comes_out_right_under_every_light(light):
    for name in SOME:
        to_rgb = 0.8 * camera(name, light)
        plain, skin = fitted(to_rgb)
        left = error(skin, to_rgb)
        assert np.abs(np.median(left, axis=0)).max() < 0.7, name
        assert np.abs(left).mean() < np.abs(error(plain, to_rgb)).mean(), name


def test_sensor_and_lamp_that_are_none_of_those_known():
    sensor = 0.5 * (sensitivity(SOME[0]) + sensitivity(SOME[2]))
    for one, other in (("A", "led"), ("D65", "fluorescent")):
        power = light_power(one) / light_power(one).sum() + light_power(other) / light_power(other).sum()
        to_rgb = response(sensor, power, colour_matrix(SOME[0], other))
        _, skin = fitted(to_rgb)
        assert np.abs(np.median(error(skin, to_rgb), axis=0)).max() < 0.7


def test_a_phones_tones_and_deeper_colours_are_taken_back():
    """The S-curve of 0.03 sin 2πx is not one of the model's own bends, which go the other way."""
    to_rgb = 0.8 * camera(SOME[1], "led")

    def shown(x):
        grey = x.mean(axis=-1, keepdims=True)
        e = srgb_encode(np.clip(grey + 1.12 * (x - grey), 0, 1))
        return srgb_decode(e - 0.03 * np.sin(2 * np.pi * e))

    _, skin = fitted(to_rgb, shown)
    assert np.abs(np.median(error(skin, to_rgb, shown), axis=0)).max() < 0.8


def test_neutrals_stay_and_exposure_does_not_matter():
    to_rgb = 0.7 * camera(SOME[3], "flash")
    _, skin = fitted(to_rgb)
    grey = skin(np.linspace(0.05, 0.9, 6)[:, None] * (np.ones(31) @ to_rgb))
    assert np.ptp(grey, axis=1).max() < 0.01
    _, darker = fitted(0.5 * to_rgb)
    spectra, _ = forearms()
    assert delta_e_2000(
        linear_srgb_to_lab(skin(spectra @ to_rgb)), linear_srgb_to_lab(darker(0.5 * spectra @ to_rgb))
    ).max() < 0.3  # fmt: skip


def test_the_error_that_is_told_is_that_which_is_made():
    """Over cameras and lamps: root mean square of (median error / sd), 1 if the sd were exact."""
    z = []
    for light in LIGHTS:
        for name in SOME[:2]:
            to_rgb = 0.8 * camera(name, light)
            _, skin = fitted(to_rgb)
            z.append(np.median(error(skin, to_rgb), axis=0) / skin.sd_lab)
    assert (np.sqrt((np.array(z) ** 2).mean(axis=0)) < 1.2).all()


def test_a_card_that_reads_like_no_camera_is_trusted_less():
    to_rgb = 0.8 * camera(SOME[0], "D65")
    rough = np.exp(0.06 * np.random.default_rng(1).standard_normal((24, 3)))
    _, good = fitted(to_rgb)
    _, poor = fitted(to_rgb, lambda x: np.clip(x * rough, 0, 0.99))
    assert (poor.sd_lab > 1.5 * good.sd_lab).all()
    assert poor.sensing.poor.min() > 2


@pytest.mark.parametrize("edition", ["2014-11", "before-2014-11", "cameratrax"])
def test_spectra_have_the_published_colours(edition):
    found = linear_srgb_to_lab(spectrum_to_linear_srgb(patch_spectra(edition)))
    # Bent under D50, the other way of coming from D50 to D65 is Bradford's: they differ for saturated colours.
    assert delta_e_2000(found, reference(edition).lab).max() < 2.5


def test_an_unknown_edition_is_refused():
    with pytest.raises(KeyError):
        patch_spectra("2031")
