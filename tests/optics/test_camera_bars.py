"""The bars of camera and views hold, and the truth they are held against is the standard's."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.optics import camera_bars
from skintwin.optics.camera.lights import GRID_NM
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.spectra import skin_spectrum


@pytest.mark.parametrize("part", ["exactness_bars", "capture_bars", "wood_bars"])
def test_bars_hold(part: str) -> None:
    for bar in getattr(camera_bars, part)():
        assert bar.passed, bar.cells()


def test_pictures_of_the_emulator_and_of_the_table_hold_their_bars() -> None:
    for bar in camera_bars.rendering_bars(skins=64):
        assert bar.passed, bar.cells()


def test_a_small_picture_is_timed() -> None:
    bar = camera_bars.picture_bar(side=64, repeats=1)
    assert 0.0 < bar.value < 0.3


def test_all_bars_of_the_optics_hold_these() -> None:
    names = [bar.item for bar in camera_bars.camera_bars()]
    assert len(names) == len(set(names)) == 17


def test_standard_srgb_is_that_of_colour_science() -> None:
    """1e-4 of white: its own white of D65 is not exactly that of sRGB."""
    import colour

    skin = skin_spectrum(LayeredSkin.reference(melanin_fraction=np.array([0.01, 0.2])), GRID_NM)
    ours = camera_bars.standard_srgb(skin)
    for own, spectrum in zip(ours, skin, strict=True):
        curve = colour.SpectralDistribution(spectrum, GRID_NM)
        light = colour.SDS_ILLUMINANTS["D65"].copy().align(colour.SpectralShape(380, 780, 5))
        xyz = colour.sd_to_XYZ(curve, illuminant=light, method="Integration") / 100.0
        theirs = colour.XYZ_to_sRGB(xyz, apply_cctf_encoding=False)
        np.testing.assert_allclose(own, theirs, atol=1e-4)
