"""Spectra to colour: against colour-science, whites, and independence of the wavelength grid."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.errors import ConfigError
from skintwin.optics import colour as c
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.spectra import VISIBLE_NM, skin_spectrum, spectrum_to_linear_srgb, spectrum_to_xyz

FULL_NM = np.arange(380.0, 781.0, 5.0)
SKINS = LayeredSkin.reference(melanin_fraction=np.array([0.0, 0.012, 0.06, 0.22]))


def test_perfect_reflector_is_white() -> None:
    np.testing.assert_allclose(spectrum_to_linear_srgb(np.ones(31)), 1.0, atol=1e-12)
    np.testing.assert_allclose(spectrum_to_xyz(np.ones(81), FULL_NM, "10deg"), c.WHITE_D65_10)


@pytest.mark.parametrize(
    ("observer", "theirs"),
    [("2deg", "CIE 1931 2 Degree Standard Observer"), ("10deg", "CIE 1964 10 Degree Standard Observer")],
)
def test_skin_colours_agree_with_colour_science(observer: str, theirs: str) -> None:
    import colour

    spectra = skin_spectrum(SKINS, FULL_NM, points=8)
    white = c.WHITE_D65_2 if observer == "2deg" else c.WHITE_D65_10
    shape = colour.SpectralShape(380, 780, 5)
    reference = colour.msds_to_XYZ(
        spectra,
        colour.MSDS_CMFS[theirs].copy().align(shape),
        colour.SDS_ILLUMINANTS["D65"].copy().align(shape),
        method="Integration",
        shape=shape,
    )
    ours = c.xyz_to_lab(spectrum_to_xyz(spectra, FULL_NM, observer), white)  # type: ignore[arg-type]
    assert c.delta_e_2000(ours, c.xyz_to_lab(reference / 100, white)).max() < 0.03


def test_ten_nanometres_in_the_visible_are_enough_for_skin() -> None:
    fine = c.linear_srgb_to_lab(spectrum_to_linear_srgb(skin_spectrum(SKINS, FULL_NM, points=8), FULL_NM))
    coarse = c.linear_srgb_to_lab(spectrum_to_linear_srgb(skin_spectrum(SKINS, points=8)))
    assert c.delta_e_2000(fine, coarse).max() < 0.1


def test_colours_of_three_skins_of_the_truth_table() -> None:
    skin = LayeredSkin(
        0.018,
        0.057,
        0.2,
        1.4,
        5.0,
        np.array([0.0, 0.02, 0.22]),
        np.array([0.9, 0.8, 1.0]),
        0.02,
        0.01,
        0.005,
        0.7,
    )
    encoded = 255 * c.srgb_encode(spectrum_to_linear_srgb(skin_spectrum(skin)))
    np.testing.assert_allclose(encoded, [[187, 153, 143], [174, 137, 119], [100, 64, 48]], atol=1.0)


@pytest.mark.parametrize("wavelength", [[500.0], [500.0, 400.0], [[400.0, 500.0]]])
def test_bad_wavelengths_are_refused(wavelength: list[float]) -> None:
    with pytest.raises(ConfigError, match="spectrum"):
        spectrum_to_xyz(np.ones(2), wavelength)


def test_unknown_light_is_refused() -> None:
    with pytest.raises(ConfigError, match="10deg/A"):
        spectrum_to_xyz(np.ones(31), VISIBLE_NM, "10deg", "A")
