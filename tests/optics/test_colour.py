"""Colour arithmetic against an independent implementation, published pairs and its own inverses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skintwin.optics import colour as c

# Sharma, Wu, Dalal 2005, Table 1: pairs that exercise hue wrap, greys, blue rotation, large differences.
SHARMA = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, 3.1571, -77.2803), (50, 0, -82.7485), 2.8615),
    ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
    ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
    ((50, -0.001, 2.49), (50, 0.0009, -2.49), 4.8045),
    ((50, -0.001, 2.49), (50, 0.0011, -2.49), 4.7461),
    ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((50, 2.5, 0), (61, -5, 29), 22.8977),
    ((50, 2.5, 0), (58, 24, 15), 19.4535),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
    ((90.8027, -2.0831, 1.441), (91.1528, -1.6435, 0.0447), 1.4441),
    ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize(("one", "two", "published"), SHARMA)
def test_ciede2000_matches_published_pairs(
    one: tuple[float, ...], two: tuple[float, ...], published: float
) -> None:
    assert c.delta_e_2000(one, two) == pytest.approx(published, abs=5e-5)
    assert c.delta_e_2000(two, one) == pytest.approx(published, abs=5e-5)


def test_agrees_with_colour_science() -> None:
    import colour

    rng = np.random.default_rng(7)
    rgb = rng.uniform(size=(200, 3))
    lab = rng.uniform([0, -60, -60], [100, 60, 60], size=(2, 200, 3))
    model = colour.models.RGB_COLOURSPACE_sRGB
    np.testing.assert_allclose(c.srgb_encode(rgb), model.cctf_encoding(rgb), atol=1e-12)
    np.testing.assert_allclose(c.srgb_decode(rgb), model.cctf_decoding(rgb), atol=1e-12)
    np.testing.assert_allclose(c.linear_srgb_to_xyz(rgb), rgb @ model.matrix_RGB_to_XYZ.T, atol=2e-4)
    xy = colour.XYZ_to_xy(c.WHITE_D65_2)
    np.testing.assert_allclose(c.xyz_to_lab(rgb), colour.XYZ_to_Lab(rgb, xy), atol=1e-9)
    np.testing.assert_allclose(c.delta_e_2000(lab[0], lab[1]), colour.delta_E(lab[0], lab[1]), atol=1e-9)


def test_white_points_are_those_of_the_observers() -> None:
    import colour

    for observer, light, white in (
        ("CIE 1931 2 Degree Standard Observer", "D65", c.WHITE_D65_2),
        ("CIE 1964 10 Degree Standard Observer", "D65", c.WHITE_D65_10),
        ("CIE 1931 2 Degree Standard Observer", "A", c.WHITE_A_2),
    ):
        expected = colour.xy_to_XYZ(colour.CCS_ILLUMINANTS[observer][light])
        np.testing.assert_allclose(white, expected, atol=5e-4)


@given(st.lists(st.floats(-0.2, 1.5), min_size=3, max_size=3))
def test_round_trips_close(values: list[float]) -> None:
    rgb = np.array(values)
    np.testing.assert_allclose(c.srgb_decode(c.srgb_encode(rgb)), rgb, atol=5e-7)  # the standard's own seam
    np.testing.assert_allclose(c.xyz_to_linear_srgb(c.linear_srgb_to_xyz(rgb)), rgb, atol=1e-12)
    xyz = c.linear_srgb_to_xyz(rgb)
    np.testing.assert_allclose(c.lab_to_xyz(c.xyz_to_lab(xyz)), xyz, atol=1e-12)


def test_greys_are_neutral_and_white_is_hundred() -> None:
    lab = c.linear_srgb_to_lab(np.linspace(0, 1, 5)[:, None] * np.ones(3))
    np.testing.assert_allclose(lab[:, 1:], 0, atol=1e-12)
    assert lab[-1, 0] == pytest.approx(100)


def test_ita_follows_the_published_formula_and_is_continuous_through_its_pole() -> None:
    assert c.ita_degrees([66.1, 7.9, 11.6]) == pytest.approx(np.degrees(np.arctan(16.1 / 11.6)))
    assert c.ita_degrees([30.4, 13.3, 15.9]) == pytest.approx(np.degrees(np.arctan(-19.6 / 15.9)))
    either_side = c.ita_degrees([[71.7, 5.1, 1e-9], [71.7, 5.1, 0.0], [71.7, 5.1, -1e-9]])
    np.testing.assert_allclose(either_side, 90.0, atol=1e-6)
    assert np.isfinite(c.ita_degrees([50.0, 0.0, 0.0]))
