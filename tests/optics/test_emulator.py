"""The emulator against adding-doubling, its bounds, and its refusal of weights that no longer fit."""

from __future__ import annotations

import numpy as np
import pytest
from typer.testing import CliRunner

from skintwin.cli import optics as commands
from skintwin.errors import ConfigError
from skintwin.optics import emulator as module
from skintwin.optics.emulator import SkinEmulator, write_emulator
from skintwin.optics.emulator_data import EMULATED_NM, crossed_spectra
from skintwin.optics.emulator_error import emulator_error, one_core_speed
from skintwin.optics.emulator_inputs import AXES, places_of, skin_at
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.pigment_nodes import with_blood
from skintwin.optics.spectra import skin_spectrum


def test_crossed_spectra_are_those_of_their_skins():
    places, spectra = crossed_spectra(20, seed=3)
    assert places.shape == (32, len(AXES))
    np.testing.assert_allclose(spectra[::5], skin_spectrum(skin_at(places[::5]), EMULATED_NM), rtol=1e-9)
    np.testing.assert_allclose(places_of(skin_at(places)), places, atol=1e-9)


def test_packaged_emulator_is_adding_doubling_to_a_fortieth_of_a_just_visible_difference():
    error = emulator_error(SkinEmulator.load(), skins=512, seed=7)
    assert error.median <= 0.03
    assert error.p99 <= 0.15
    assert error.relative_p99 <= 0.01


@pytest.mark.slow
def test_packaged_emulator_clears_its_bars_on_two_thousand_skins():
    error = emulator_error(SkinEmulator.load(), skins=2048)
    assert error.median <= 0.03
    assert error.p99 <= 0.15


def test_speed_is_counted_in_spectra_as_components():
    assert one_core_speed() > 1e5  # on a loaded machine; the bar, 7e5, is for `skintwin verify optics`


def test_reference_skin_and_batches():
    emulator = SkinEmulator.load()
    skin = with_blood(LayeredSkin.reference(melanin_fraction=np.array([[0.0], [0.05]])), np.array([0.01, 0.02, 0.1]))
    found = emulator.reflectance(skin)
    assert found.shape == (2, 3, EMULATED_NM.size)
    np.testing.assert_allclose(found, skin_spectrum(skin, EMULATED_NM), rtol=0.02)


@pytest.mark.parametrize(
    ("skin", "says"),
    [
        (LayeredSkin.reference(melanin_fraction=0.6), "melanin_fraction"),
        (LayeredSkin.reference(vessel_radius_um=0.0), "vessel_radius_um"),
        (LayeredSkin.reference(reticular_mm=3.0), "reticular_mm"),
        (LayeredSkin.reference(blood_reticular=0.1), "blood_reticular"),
        (LayeredSkin.reference().with_water(), "water"),
    ],
)
def test_skins_it_does_not_know_are_refused_by_name(skin, says):
    with pytest.raises(ConfigError, match=says):
        SkinEmulator.load().reflectance(skin)


def test_weights_of_other_coefficients_are_refused(tmp_path, monkeypatch):
    path = tmp_path / "weights.npz"
    write_emulator(SkinEmulator.load(), path)
    assert SkinEmulator.load(path).basis.shape == SkinEmulator.load().basis.shape
    with monkeypatch.context() as patch:
        patch.setattr(module, "fingerprint", lambda: "0123456789abcdef")
        with pytest.raises(ConfigError, match=r"expected coefficients 0123456789abcdef.*train-emulator"):
            SkinEmulator.load(path)
    real = module.probe
    monkeypatch.setattr(module, "probe", lambda nm: 1.001 * real(nm))  # code that changed without a new version
    with pytest.raises(ConfigError, match="another layer model"):
        SkinEmulator.load(path)


def test_files_that_are_no_weights_are_refused(tmp_path):
    for content in (b"", b"nonsense", b"PK\x03\x04 broken"):
        path = tmp_path / "bad.npz"
        path.write_bytes(content)
        with pytest.raises(ConfigError, match="not an emulator"):
            SkinEmulator.load(path)
    np.savez(tmp_path / "other.npz", weight_0=np.zeros(3))
    with pytest.raises(ConfigError, match="not an emulator"):
        SkinEmulator.load(tmp_path / "other.npz")


@pytest.mark.slow
def test_command_trains_an_emulator_that_loads(tmp_path):
    out = tmp_path / "small.npz"
    arguments = ["train-emulator", "--out", str(out), "--samples", "2048", "--steps", "1500"]
    done = CliRunner().invoke(commands.app, arguments)
    assert done.exit_code == 0, done.output
    assert emulator_error(SkinEmulator.load(out), skins=64).median < 2.0
