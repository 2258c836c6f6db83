"""Age spots, freckles and the laser."""

from __future__ import annotations

import numpy as np
import pytest

from tests.behaviours.course import live

LASER = [{"give": "pigment_laser", "start": "1 days"}]


@pytest.mark.slow
def test_an_age_spot_is_stable_for_years() -> None:
    """Direction only, no number: textbooks call it stable; a tenth in two years would be seen."""
    spot = live("solar_lentigo", days=731, every=73.1, melanin=1.6)
    assert np.all(np.abs(spot.left(731) - 1.0) < 0.1)


@pytest.mark.slow
def test_one_good_laser_session_clears_it_and_some_of_it_returns() -> None:
    """Direction and range: most spots clear by three quarters or more with one session (HP111 to HP115 report clearance
    without a rate of return); priors of the laser group are assumed."""
    spot = live("solar_lentigo", LASER, days=364, melanin=1.6)
    assert spot.left(70)[0] < 0.3
    assert spot.left(70)[0] < spot.left(364)[0] < 0.6


def test_the_price_of_the_laser_is_higher_in_darker_skin() -> None:
    """Direction only: PIH after pigment lasers is commoner in dark skin. Compared is the excess left in week 8."""
    late = {}
    for phototype in ("II", "V"):
        spot = live("solar_lentigo", LASER, days=63, melanin=1.6, phototype=phototype)
        late[phototype] = spot.left(56)[0]
    assert late["V"] > late["II"] + 0.02


@pytest.mark.slow
def test_tretinoin_is_slow_beside_the_laser() -> None:
    """Direction only: 40-week trials (HP358) against one session."""
    cream = live("solar_lentigo", [{"give": "tretinoin", "until": "280 days"}], days=280, melanin=1.6)
    assert 0.1 < cream.left(280)[0] < 0.9
    assert cream.left(14)[0] > 0.6


@pytest.mark.slow
def test_freckles_are_a_matter_of_summer() -> None:
    """Direction only: they fade in winter and come back; those of July keep less than two thirds by January."""
    spots = live("freckles", start="2026-07-15", phototype="II", melanin=1.4, days=371)
    winter, summer = spots.left(190)[0], spots.left(364)[0]
    assert winter < 0.66
    assert 0.8 < summer < 1.2


def test_the_same_sun_darkens_freckles_more_than_the_skin_between() -> None:
    """By definition of the disorder; that it comes out of the model is what is tested."""
    spots = live("freckles", start="2026-02-01", phototype="II", melanin=1.3, days=168)
    assert spots.at(spots.excess, 168)[0] > 1.3 * spots.excess[0, 0]
