"""Fits of measured people, and the page that reports the bars."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from skintwin.cli import verify
from skintwin.optics.bars import Bar, measured_bars, speed_bars, transport_bars
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.measured_check import fit_people
from skintwin.optics.measured_skin import ita_class, measured_sets
from skintwin.optics.spectra import skin_spectrum
from skintwin.optics.spectrum_fit import FREE, _band_means, _spectra, fit_spectrum
from skintwin.optics.verification import verify_optics
from skintwin.optics.verification_page import verification_page

TRUTH = Path(__file__).parents[1] / "data" / "monte_carlo_spectra.csv"
NM = np.arange(400.0, 731.0, 10.0)


def test_sets_hold_the_people_and_say_how_they_were_measured():
    nist, cheeks = measured_sets()
    assert nist.reflectance.shape == (100, 59)
    assert cheeks.reflectance.shape == (71, 53)
    assert "SCI" in nist.geometry
    assert cheeks.specular_included is None
    assert np.all((nist.reflectance > 0) & (nist.reflectance < 1))
    assert nist.visible()[0][[0, -1]].tolist() == [400.0, 730.0]


@pytest.mark.parametrize("melanin", [0.01, 0.05, 0.2])
def test_a_spectrum_of_the_model_is_found_again(melanin):
    others = {"eumelanin_share": 0.6, "scattering_slope": 0.2, "vessel_radius_um": 8.0}
    skin = LayeredSkin.reference(melanin_fraction=melanin, **others)
    fit = fit_spectrum(skin_spectrum(skin, NM) + 0.02, NM)
    assert fit.rms_percent < 0.03
    assert fit.delta_e < 0.1
    assert fit.numbers["melanin_fraction"] == pytest.approx(melanin, rel=0.3)  # loosely determined, as the file says


def test_the_mean_over_a_band_is_that_of_the_spectrum():
    """A knee of haemoglobin at 600 nm: three points are within 0.1 %R of a fine sum, the middle of the band is not."""
    inner = np.array([[f.inner(f.start) for f in FREE]])
    fine = _spectra(inner, 600.0 + np.arange(-4.75, 5.0, 0.5), 12).mean()
    assert _band_means(inner, np.array([600.0]), 10.0)[0, 0] == pytest.approx(fine, abs=1e-3)
    assert _band_means(inner, np.array([600.0]), 0.0)[0, 0] > fine + 3e-3


def test_some_people_of_each_set_are_described_well():
    for source in measured_sets():
        fit = fit_people(source, every=24)
        assert fit.overall().rms_median <= 0.5
        assert fit.overall().delta_e_median <= 0.9
        assert sum(c.people for c in fit.by_class()) == len(fit.fits)
        assert fit.worst(1)[0][1].rms_percent == max(f.rms_percent for f in fit.fits)


@pytest.mark.slow
def test_everybody_is_described_within_the_bars():
    for source in measured_sets():
        fit = fit_people(source)
        assert fit.overall().rms_median <= 0.5
        assert fit.overall().delta_e_median <= 0.9
        assert all(c.rms_median <= 0.6 for c in fit.by_class())


def test_typology_classes_have_their_bounds():
    assert [ita_class(i) for i in (56, 55, 42, 41, 29, 28, 11, 10, -29, -30, -80)] == [
        "very light", "light", "light", "intermediate", "intermediate", "tan", "tan", "brown", "brown", "dark", "dark",
    ]  # fmt: skip


def test_a_bar_says_by_how_much_it_is_missed():
    assert Bar("x", "%", 0.2, 0.5, 0.3).verdict == "best met"
    assert Bar("x", "%", 0.4, 0.5, 0.2).verdict == "must met, best missed by 100%"
    assert Bar("x", "%", 0.75, 0.5, None).verdict == "MISSED by 50%"
    slow = Bar("x", "M/s", 0.5, None, 1.0, more=True)
    assert slow.cells() == ("x", "–", "≥ 1.00 M/s", "0.50 M/s", "best missed by 50%")
    assert Bar("x", "", 1.0, None, 0.5).passed


def test_page_holds_the_bars_and_the_worst_people():
    found = verify_optics(TRUTH, 12)
    fits = [fit_people(source, every=50) for source in measured_sets()]
    page = verification_page([*transport_bars(found, 12), *speed_bars(), *measured_bars(fits)], found, fits, 12)
    free = [f.name.replace("_", " ") for f in FREE]
    for text in ("| Giovanelli", "S16_sc_n1p5", "cooksey2017", "SCI", "| all |", *free):
        assert text in page
    assert all(len(line) < 400 for line in page.splitlines())


def test_page_cannot_be_quick(tmp_path):
    arguments = ["optics", "--truth", str(TRUTH), "--quick", "--write", str(tmp_path / "page.md")]
    done = CliRunner().invoke(verify.app, arguments)
    assert done.exit_code != 0
    assert not (tmp_path / "page.md").exists()
