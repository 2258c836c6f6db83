"""The peers of the optics as the benchmarks run them: BioSkin's network and iadpython's layers do what they claim."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from bioskin_net import load, properties, with_jax, with_numpy
from bioskin_skins import draw
from iadpython_race import layered_rt, sample

from skintwin.optics.layers import LayeredSkin
from skintwin.optics.quadrature import quadrature
from skintwin.optics.spectra import skin_spectrum, spectrum_to_linear_srgb

NM = np.array([400.0, 450.0, 550.0, 650.0, 700.0])
TONES = np.array([0.012, 0.035, 0.12, 0.22])


def test_bioskin_sees_the_melanin_of_the_layered_skin() -> None:
    """Within 0.4, though its model of skin is another one; colours in the wrong order would be far off."""
    skin = LayeredSkin.reference(melanin_fraction=TONES)
    rgb = spectrum_to_linear_srgb(skin_spectrum(skin)).astype(np.float32)
    encode, truth = with_numpy(load()), 1e3 * TONES * skin.epidermis_mm
    np.testing.assert_allclose(properties(encode(rgb))[0], truth, rtol=0.4)
    assert np.all(properties(encode(rgb[:, ::-1]))[0] < 0.1 * truth)


def test_both_ways_to_run_bioskin_agree() -> None:
    rgb = np.random.default_rng(2).uniform(0.01, 0.8, (500, 3)).astype(np.float32)
    np.testing.assert_allclose(with_numpy(load())(rgb), with_jax(load())(rgb), atol=1e-5)


def test_drawn_skins_belong_to_the_prior_and_repeat() -> None:
    skins, again = draw(500, seed=3), draw(500, seed=3)
    assert np.array_equal(skins.noisy, again.noisy)
    assert np.median(skins.column) == pytest.approx(1.7, rel=0.3)
    light = skins.share < 0.02  # 5 % shading, 1 % noise, some gloss; dark skin shows gloss more
    assert np.std(np.log(skins.noisy[light] / skins.clean[light])) == pytest.approx(0.053, rel=0.15)
    assert skins.share.max() < 0.451


@pytest.mark.parametrize(("points", "close"), [(16, 5e-7), (32, 5e-8)])
@pytest.mark.parametrize("melanin", [0.01, 0.2])
def test_layered_skin_agrees_with_iadpython(points: int, close: float, melanin: float) -> None:
    """Two programs, the same directions; what is left is the start of the doubling."""
    skin = LayeredSkin.reference(melanin_fraction=melanin)
    theirs = [layered_rt(sample(skin.optical_layers(NM), k, points, 1.4)) for k in range(NM.size)]
    ours = skin_spectrum(skin, NM, points=points, index=1.4) + quadrature(points, 1.4).specular
    np.testing.assert_allclose(ours, theirs, atol=close)


def test_thick_skin_agrees_with_iadpython_as_it_is_called() -> None:
    """Through ``rt_matrices``, which has air below: under 80 mm of fat that is out of sight."""
    skin = LayeredSkin.reference(subcutis_mm=80.0)
    ours = skin_spectrum(skin, NM, points=16, index=1.4) + quadrature(16, 1.4).specular
    for k, own in enumerate(ours):
        one = sample(skin.optical_layers(NM), k, 16, 1.4)
        one.update_quadrature()
        reflect, _, through, _ = one.rt_matrices()
        assert one.UX1_and_UXU(reflect, through)[0] == pytest.approx(own, abs=1e-6)
