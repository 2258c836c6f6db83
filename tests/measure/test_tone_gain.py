"""How much stronger a later photograph shows contrasts: marks of skin in both pictures tell it, noise does not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from skintwin.evidence import ledger
from skintwin.measure.tone_gain import ToneGain, expected_gain, marks_gain, tone_gain
from tests.photo.pictures import disc

Array = NDArray[np.float64]

SHAPE = (360, 400)
SKIN = ~disc(*SHAPE, (180, 200), 60)


def grain(seed: int, size: float, sd: float) -> Array:
    """(h, w) smooth noise."""
    made = ndimage.gaussian_filter(np.random.default_rng(seed).standard_normal(SHAPE), size)
    return np.asarray(sd * made / made.std())


def picture(log_brightness: Array, level: float = 0.3) -> Array:
    """(h, w, 3) linear light of one colour."""
    return np.repeat((level * np.exp(log_brightness))[..., None], 3, axis=-1)


MARKS = grain(1, 4.0, 0.05) + grain(2, 12.0, 0.04)


@pytest.mark.parametrize("power", [0.7, 1.0, 1.4])
def test_the_gain_of_a_tone_curve_is_found_whatever_the_exposure(power):
    first, second = picture(MARKS), picture(power * MARKS, level=0.15)
    found = marks_gain(first, second, SKIN)
    assert found is not None
    assert found[0] == pytest.approx(np.log(power), abs=1e-3)
    assert found[1] < 1e-3


@pytest.mark.parametrize("seed", range(6))
def test_noise_in_one_picture_or_both_stays_within_the_stated_error(seed):
    noise = [grain(10 + seed, 3.0, 0.02), grain(20 + seed, 5.0, 0.025)]
    for first, second in ((0, 1), (1, 0), (1, 1)):
        found = marks_gain(picture(MARKS + first * noise[0]), picture(1.25 * MARKS + second * noise[1]), SKIN)
        assert found is not None
        assert 0.01 < found[1] < 0.15
        assert abs(found[0] - np.log(1.25)) < 2 * found[1]


def test_both_ways_round_give_the_inverse():
    first, second = picture(MARKS + grain(3, 4.0, 0.03)), picture(0.8 * MARKS + grain(4, 4.0, 0.03))
    there, back = marks_gain(first, second, SKIN), marks_gain(second, first, SKIN)
    assert there is not None
    assert back is not None
    assert there[0] == pytest.approx(-back[0], abs=1e-9)
    assert there[1] == pytest.approx(back[1], rel=1e-6)


def test_skin_without_common_marks_says_nothing():
    expected = ToneGain(-0.2, 0.26)
    found = marks_gain(picture(grain(5, 6.0, 0.05)), picture(grain(6, 6.0, 0.2)), SKIN)
    assert found is not None
    combined = tone_gain(expected, found)
    assert combined.from_marks < 0.15
    assert combined.log_gain == pytest.approx(-0.2, abs=0.2)
    assert combined.sd == pytest.approx(0.26, rel=0.1)


def test_clear_marks_and_the_exposure_are_weighed_as_normal_densities():
    expected = expected_gain(picture(MARKS), picture(MARKS, level=0.6), SKIN)
    power = ledger().value("measure.tone_exposure", "1")
    assert expected.log_gain == pytest.approx(-power * np.log(2.0), abs=1e-9)
    combined = tone_gain(expected, marks_gain(picture(MARKS), picture(MARKS, level=0.6), SKIN))
    transfer = ledger().value("measure.tone_transfer", "1")
    share = expected.sd**2 / (expected.sd**2 + transfer**2)
    assert combined.from_marks == pytest.approx(share, abs=0.01)
    assert combined.log_gain == pytest.approx((1 - share) * expected.log_gain, abs=0.01)
    assert combined.sd == pytest.approx(transfer * np.sqrt(share), rel=0.01)


def test_a_gain_is_told_in_words():
    assert str(ToneGain(float(np.log(1.25)), 0.1)) == "contrasts of the later picture divided by 1.25 ± 0.12"


def test_too_little_skin_leaves_what_was_expected():
    expected = ToneGain(0.1, 0.26)
    assert marks_gain(picture(MARKS), picture(MARKS), np.zeros(SHAPE, np.bool_)) is None
    unseen = np.full((*SHAPE, 3), np.nan)
    assert marks_gain(picture(MARKS), unseen, SKIN) is None
    few = disc(*SHAPE, (180, 200), 12)
    assert marks_gain(picture(MARKS), picture(MARKS), few) is None
    assert tone_gain(expected, None) == expected


def test_what_is_no_skin_has_no_say():
    """A black cloth in both pictures, whose contrast a tone curve shows otherwise than skin's."""
    first, second = picture(MARKS), picture(1.2 * MARKS)
    for shown, dark in ((first, 0.02), (second, 0.05)):
        shown[:, :80] = dark
    found = marks_gain(first, second, SKIN)
    assert found is not None
    assert abs(found[0] - np.log(1.2)) < 0.03


def test_a_registration_that_wanders_asks_for_larger_marks():
    """Fine marks that lie elsewhere in the later picture do not pull the gain when the registration says so."""
    fine = grain(7, 3.0, 0.05)
    moved = np.roll(fine, 9, axis=1)
    first, second = picture(MARKS + fine), picture(1.3 * (MARKS + moved))
    found = marks_gain(first, second, SKIN, moved=3.0)
    assert found is not None
    assert abs(found[0] - np.log(1.3)) < max(2 * found[1], 0.02)
