"""Daily dose of the sun: the climatology in time and latitude, and the integral over the day."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.errors import ConfigError
from skintwin.skin.sun import clear_sky_dose, noon_index

YEAR = np.arange(0.0, 365.0)


def test_the_equator_has_two_seasons_of_nearly_equal_sun() -> None:
    dose = clear_sky_dose(0.0, YEAR)
    assert dose.max() / dose.min() < 1.5
    halves = dose[:183].mean(), dose[183:].mean()
    assert halves[0] == pytest.approx(halves[1], rel=0.1)
    assert 4000 < dose.mean() < 9000


def test_polar_night_is_dark_and_polar_day_is_not() -> None:
    assert clear_sky_dose(85.0, np.array([355.0]))[0] == 0
    assert clear_sky_dose(-85.0, np.array([172.0]))[0] == 0
    assert clear_sky_dose(85.0, np.array([172.0]))[0] > 100


def test_winter_sun_falls_with_latitude() -> None:
    january = np.array([clear_sky_dose(latitude, 15.0) for latitude in range(0, 75, 5)])
    july = np.array([clear_sky_dose(-latitude, 196.0) for latitude in range(0, 60, 5)])
    assert np.all(np.diff(january) <= 0)
    assert np.all(np.diff(july) <= 0)


def test_seasons_are_reversed_in_the_south() -> None:
    north, south = clear_sky_dose(45.0, YEAR), clear_sky_dose(-45.0, YEAR)
    assert 140 < north.argmax() < 215
    assert south.argmax() < 30 or south.argmax() > 335
    assert north.max() / north.min() > 5


@pytest.mark.parametrize("latitude", [-60.0, -13.75, 0.0, 13.75, 45.0, 66.0])
def test_nothing_jumps_at_new_year_or_between_months(latitude: float) -> None:
    dose = clear_sky_dose(latitude, np.arange(300.0, 800.0))
    assert np.abs(np.diff(dose)).max() < 0.03 * dose.max()
    year = clear_sky_dose(latitude, np.array([10.0, 10.0 + 365.25, 10.0 - 365.25]))
    assert year == pytest.approx(np.full(3, year[0]), rel=1e-9)


def test_the_day_integrates_to_the_index_times_an_equivalent_noon() -> None:
    """At the equator on an equinox cos z = cos(hour angle): H = k I₀ (12 h/π) B, B = ∫cos^2.42 over ±π/2."""
    from scipy.special import gamma

    day = 79.5
    b = np.sqrt(np.pi) * gamma((2.42 + 1) / 2) / gamma(2.42 / 2 + 1)
    expected = 0.025 * noon_index(0.0, np.array(day)) * 12 / np.pi * 3600 * b
    assert float(clear_sky_dose(0.0, np.array(day))) == pytest.approx(float(expected), rel=2e-3)


def test_the_shape_asked_for_comes_back() -> None:
    assert clear_sky_dose(10.0, np.zeros((3, 4))).shape == (3, 4)
    assert np.shape(noon_index(10.0, np.array(5.0))) == ()


@pytest.mark.parametrize("latitude", [-90.5, 91.0, float("nan")])
def test_a_latitude_off_the_globe_is_refused(latitude: float) -> None:
    with pytest.raises(ConfigError, match="degrees between -90 and 90"):
        clear_sky_dose(latitude, YEAR)
