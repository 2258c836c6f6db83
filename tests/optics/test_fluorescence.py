"""Light inside the skin and what comes of it: conservation, the Wood's-lamp contrast, and the table for pictures."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.optics.fluence import layer_fluence
from skintwin.optics.fluorescence import dermal_fluorescence, emission_shape
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.pigment_nodes import with_blood, with_melanin_column
from skintwin.optics.quadrature import quadrature
from skintwin.optics.spectra import skin_spectrum, spectrum_to_xyz
from skintwin.optics.views.wood_table import EMISSION_NM, WoodTable

SHARES = np.array([0.0, 0.003, 0.01, 0.02, 0.04, 0.07, 0.13])
MONTE_CARLO = np.array([1.17, 1.59, 2.3, 4.4, 9.6, 37.0])
"""Fluorescence of skin without melanin over that with the shares above: an independent Monte Carlo of 1.2e5 photons."""
VISIBLE = np.array([1.04, 1.15, 1.30, 1.62, 2.1, 3.4])
"""The same of luminance in daylight."""


def ratios(skin: LayeredSkin) -> tuple[np.ndarray, np.ndarray]:
    """Fluorescence and luminance without melanin over that of each share."""
    glow = dermal_fluorescence(skin, [450.0])[:, 0]
    luminance = spectrum_to_xyz(skin_spectrum(skin))[:, 1]
    return glow[0] / glow[1:], luminance[0] / luminance[1:]


def test_contrast_under_the_lamp_over_contrast_in_daylight_follows_monte_carlo() -> None:
    """Within 10 %, on skin of the usual thickness. Contrast is 1 - I / I of skin without melanin."""
    glow, visible = ratios(LayeredSkin.reference(melanin_fraction=SHARES))
    gain = (1 - 1 / glow) / (1 - 1 / visible)
    assert gain == pytest.approx((1 - 1 / MONTE_CARLO) / (1 - 1 / VISIBLE), rel=0.10)


def test_each_ratio_follows_monte_carlo_too() -> None:
    """Within 6 %. The published table does not print its epidermis; at 60 µm the reflectance ratios agree as well."""
    glow, visible = ratios(LayeredSkin.reference(melanin_fraction=SHARES, epidermis_mm=0.060))
    assert glow == pytest.approx(MONTE_CARLO, rel=0.06)
    assert visible == pytest.approx(VISIBLE, rel=0.06)


def test_the_lamp_shows_more_than_daylight_whatever_the_skin() -> None:
    glow, visible = ratios(LayeredSkin.reference(melanin_fraction=SHARES))
    assert np.all(np.diff(glow) > 0)
    assert np.all(glow > visible)


def test_light_that_is_kept_and_light_that_leaves_add_to_one() -> None:
    skin = LayeredSkin.reference(melanin_fraction=np.array([0.0, 0.1]), subcutis_mm=80.0)
    nm = np.array([365.0, 450.0, 560.0])
    fluence, thickness = layer_fluence(skin, nm, (1, 2, 3, 1, 1))
    absorption = np.repeat(skin.optical_layers(nm).mu_a, (1, 2, 3, 1, 1), axis=0)
    kept = (fluence * absorption * thickness).sum(axis=0)
    np.testing.assert_allclose(kept + skin_spectrum(skin, nm), 1.0 - quadrature().specular, atol=2e-5)


def test_without_scattering_the_beam_fades_by_its_law() -> None:
    skin = LayeredSkin.reference(scattering_scale=1e-7)
    fluence, thickness = layer_fluence(skin, np.array([450.0]))
    through = np.cumsum(skin.optical_layers(np.array([450.0])).mu_a[..., 0] * thickness[:, 0])
    top = np.concatenate([[0.0], through[:-1]])
    beam = (1.0 - quadrature().specular) * (np.exp(-top) - np.exp(-through)) / (through - top)
    np.testing.assert_allclose(fluence[:, 0], beam, rtol=1e-4)


def test_more_slices_change_nothing_that_matters() -> None:
    skin = LayeredSkin.reference(melanin_fraction=np.array([0.0, 0.06]))
    coarse, fine = (layer_fluence(skin, np.array([365.0, 450.0]), (1, 1, k, k, 1)) for k in (1, 6))
    total = [(phi[2:-1, :, 0] * phi[2:-1, :, 1] * d[2:-1, :, 0]).sum(axis=0) for phi, d in (coarse, fine)]
    contrast = [t[0] / t[1] for t in total]
    assert contrast[0] == pytest.approx(contrast[1], rel=0.003)


def test_blood_and_dermal_melanin_dim_the_fluorescence() -> None:
    skin = LayeredSkin.reference()
    usual = dermal_fluorescence(skin, [450.0])[0]
    assert dermal_fluorescence(with_blood(skin, 0.06), [450.0])[0] < usual
    assert dermal_fluorescence(skin.replace(dermal_melanin=0.02), [450.0])[0] < 0.6 * usual


def test_the_table_is_the_model() -> None:
    """1.5 % over 20 skins."""
    template = LayeredSkin.reference()
    table = WoodTable.build(template)
    random = np.random.default_rng(2)
    melanin, blood = random.uniform(0.0, 9.0, (4, 5)), random.uniform(0.006, 0.08, (4, 5))
    skins = with_blood(with_melanin_column(template, melanin), blood)
    bare = dermal_fluorescence(template.replace(melanin_fraction=0.0), [450.0])
    exact = dermal_fluorescence(skins, [450.0])[..., 0] / bare
    assert table.signal()(melanin, blood)[..., 0] == pytest.approx(exact, rel=0.015)


def test_emission_is_one_at_its_peak_and_half_at_its_width() -> None:
    nm = np.linspace(380.0, 700.0, 3201)
    shape = emission_shape(nm)
    assert nm[shape.argmax()] == pytest.approx(450.0, abs=0.2)
    above = nm[shape > 0.5]
    assert above[-1] - above[0] == pytest.approx(130.0, rel=0.03)
    assert np.all(emission_shape(EMISSION_NM) > 0)
