"""Chromophore formulas against published spot values and the coefficient columns of the truth table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skintwin.errors import ConfigError
from skintwin.optics import chromophores as chromo
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.spectra import skin_spectrum
from skintwin.optics.tables import spectral_table
from skintwin.optics.truth_table import read_truth

TRUTH = Path(__file__).parents[1] / "data" / "monte_carlo_spectra.csv"


def test_blood_spot_values() -> None:
    nm = np.array([420.0, 540.0, 560.0, 650.0])
    oxygenated, reduced = (chromo.blood_absorption_prahl(nm, s) for s in (1.0, 0.0))
    np.testing.assert_allclose(oxygenated, [257.2, 28.51, 17.46, 0.197], rtol=2e-3)
    np.testing.assert_allclose(reduced, [218.2, 24.95, 28.80, 2.01], rtol=2e-3)


def test_oxygenation_does_not_matter_at_an_isosbestic_point() -> None:
    nm = np.arange(500.0, 600.0, 0.25)
    difference = chromo.blood_absorption_prahl(nm, 1.0) - chromo.blood_absorption_prahl(nm, 0.0)
    crossings = nm[:-1][np.diff(np.sign(difference)) != 0]
    published = np.array([500.0, 529.0, 545.0, 570.0, 584.0])
    assert all(np.abs(published - crossing).min() < 3 for crossing in crossings)
    assert len(crossings) >= 4


def test_pheomelanin_is_steeper_than_eumelanin() -> None:
    slope = {
        share: np.log(chromo.melanin_absorption(400.0, share) / chromo.melanin_absorption(700.0, share))
        for share in (0.0, 1.0)
    }
    assert slope[0.0] / slope[1.0] == pytest.approx(4.75 / 3.33)


def test_packaging_hides_strong_absorption_only() -> None:
    blood = chromo.blood_absorption_prahl([420.0, 540.0, 650.0], 0.7)
    np.testing.assert_allclose(chromo.vessel_packaging_vanveen2002(blood, 5e-3), [0.37, 0.88, 1.0], atol=0.01)
    assert np.all(chromo.vessel_packaging_vanveen2002(blood, 0.0) == 1.0)
    small = chromo.vessel_packaging_vanveen2002(np.array([1e-9, 1e-3]), 1.0)
    np.testing.assert_allclose(small, 1.0, atol=2e-3)


def test_coefficients_equal_those_of_the_truth_table() -> None:
    for truth in read_truth(TRUTH):
        layers = truth.skin.optical_layers(truth.wavelength)
        assert truth.mu_a is not None
        assert truth.mu_s is not None
        np.testing.assert_allclose(layers.mu_a, truth.mu_a, rtol=1e-6)
        np.testing.assert_allclose(layers.mu_s, truth.mu_s, rtol=1e-6)


def test_batched_fields_broadcast() -> None:
    skin = LayeredSkin.reference(
        melanin_fraction=np.array([[0.01], [0.2]]), saturation=np.array([0.5, 0.7, 0.9])
    )
    layers = skin.optical_layers([450.0, 550.0])
    assert layers.mu_a.shape == layers.g.shape == (5, 2, 3, 2)
    assert skin_spectrum(skin, [450.0, 550.0], points=6).shape == (2, 3, 2)


@pytest.mark.parametrize(
    "change",
    [
        {"melanin_fraction": 1.2},
        {"blood_papillary": -0.1},
        {"epidermis_mm": 0.0},
        {"scattering_scale": np.inf},
        {"vessel_radius_um": -1.0},
        {"saturation": np.nan},
        {"carotene_umol_l": -1.0},
        {"water": 1.5},
        {"scattering_slope": np.nan},
    ],
)
def test_impossible_skin_is_refused_by_name(change: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match=next(iter(change))):
        LayeredSkin.reference(**change)


def test_skin_gets_darker_with_melanin_and_redder_with_blood() -> None:
    dark = skin_spectrum(LayeredSkin.reference(melanin_fraction=np.array([0.0, 0.02, 0.1, 0.3])))
    assert np.all(np.diff(dark, axis=0) < 0)
    bloody = skin_spectrum(
        LayeredSkin.reference(blood_papillary=np.array([0.005, 0.02, 0.1])), [540.0, 680.0]
    )
    loss = np.log(bloody[0] / bloody[-1])
    assert loss[0] > 5 * loss[1] > 0


def test_carotene_has_its_peak_and_yellows_the_skin() -> None:
    nm = np.arange(400.0, 601.0, 1.0)
    per_molar = chromo.carotene_absorption_du1998(nm, 1.0) / np.log(10.0) * 1e6 * 10  # 1/(cm mol/L)
    assert nm[per_molar.argmax()] == pytest.approx(451, abs=1)
    assert per_molar.max() == pytest.approx(139500, rel=2e-3)
    # The published spectrum between the peak and its edge, read from the source, in 1000 L/mol/cm.
    published = {420.0: 97.5, 435.0: 111.2, 468.0: 108.0, 477.0: 111.9, 490.0: 75.4, 505.0: 18.9}
    for at, value in published.items():
        assert per_molar[nm == at][0] == pytest.approx(1000 * value, abs=2500)
    bare, yellow = skin_spectrum(LayeredSkin.reference(carotene_umol_l=np.array([0.0, 5.0])), [451.0, 600.0])
    assert yellow[0] < 0.97 * bare[0]
    assert yellow[1] == pytest.approx(bare[1], rel=1e-3)


def test_water_shows_beyond_the_visible_only() -> None:
    nm = np.array([365.0, 550.0, 700.0, 850.0, 970.0])
    dry, wet = (skin_spectrum(skin, nm) for skin in (LayeredSkin.reference(), LayeredSkin.reference().with_water()))
    loss = 1 - wet / dry
    assert np.all(loss[:3] < 3e-3)
    assert loss[3] > 0.01
    assert loss[4] > 0.1


def test_slope_tilts_scattering_about_500_nm() -> None:
    nm = np.array([400.0, 500.0, 700.0])
    flat, steep = (LayeredSkin.reference(scattering_slope=s).optical_layers(nm).mu_s for s in (0.0, 0.5))
    np.testing.assert_allclose(steep / flat, np.broadcast_to((nm / 500.0) ** -0.5, flat.shape))


def test_every_material_reaches_from_365_to_900_nm() -> None:
    layers = LayeredSkin.reference(carotene_umol_l=1.0).with_water().optical_layers([365.0, 900.0])
    assert np.all(layers.mu_a > 0)
    assert spectral_table("haemoglobin_prahl")["wavelength_nm"][-1] >= 1000
    assert spectral_table("water")["wavelength_nm"][-1] >= 1000


def test_site_sets_the_thickness_of_its_epidermis() -> None:
    back, palm = LayeredSkin.at_site("back"), LayeredSkin.at_site("palm")
    assert palm.stratum_corneum_mm > 5 * back.stratum_corneum_mm
    assert LayeredSkin.at_site("sole", melanin_fraction=0.0).epidermis_mm == palm.epidermis_mm
