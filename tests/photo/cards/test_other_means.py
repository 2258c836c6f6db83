"""Grey card, typed length, no card at all, and the picture of what was seen."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.errors import PhotographError
from skintwin.optics.colour import lab_to_xyz, xyz_to_linear_srgb
from skintwin.photo.cards import errors, read_card
from skintwin.photo.cards.grey import read_grey_card
from skintwin.photo.cards.homography import project
from skintwin.photo.cards.picture import LEFT_OUT_COLOUR, card_picture
from skintwin.photo.cards.typed import scale_from_length
from skintwin.photo.cards.without import POWER_SD, relative_colour
from skintwin.photo.overlay import OUTLINE_COLOUR
from tests.photo.cards.drawn import SKIN, draw, photograph, pose

BOX = np.zeros((80, 100), dtype=bool)
BOX[20:50, 30:60] = True


def two_tones(inside, outside):
    rng = np.random.default_rng(0)
    light = np.where(BOX[..., None], inside, outside)
    return photograph(light * np.exp(0.02 * rng.normal(size=(80, 100, 1))))


def test_a_grey_card_undoes_the_light():
    light = np.array([0.9, 0.7, 0.4])
    fit = read_grey_card(two_tones(0.18 * light, SKIN * light), BOX)
    assert fit(SKIN * light) == pytest.approx(SKIN, rel=0.01)


@pytest.mark.parametrize(
    ("inside", "region", "error"),
    [
        (np.ones(3) * 1.2, BOX, errors.SaturatedCardError),
        (np.ones(3) * 0.18, ~BOX | BOX, errors.OccludedCardError),
        (np.ones(3) * 0.18, BOX & (np.arange(100) < 32), errors.SmallCardError),
    ],
)
def test_a_bad_grey_card_is_refused_by_name(inside, region, error):
    halves = np.where(np.arange(100)[:, None] < 50, SKIN, 2 * SKIN)
    with pytest.raises(error):
        read_grey_card(two_tones(inside, halves), region)


@pytest.mark.parametrize(
    "inside",
    [
        SKIN, 1.3 * SKIN, 0.5 * SKIN,  # bare skin, lighter or in a shadow
        np.array([0.1, 0.5, 0.1]), np.array([0.05, 0.2, 0.5]), np.array([0.6, 0.05, 0.05]),  # drapes and a red label
    ],
)  # fmt: skip
@pytest.mark.parametrize("light", [np.ones(3), np.array([0.9, 0.7, 0.4]), np.array([0.6, 0.7, 0.9])])
def test_what_is_not_grey_is_no_grey_card(inside, light):
    with pytest.raises(errors.UnlikeCardError, match="grey card: the region is"):
        read_grey_card(two_tones(inside * light, SKIN * light), BOX)


@pytest.mark.parametrize("lab", [(80, 5, 10), (70, 8, 12), (62, 10, 16), (50, 11, 19), (35, 13, 17), (25, 5, 6)])
@pytest.mark.parametrize("light", [np.ones(3), np.array([1.0, 0.45, 0.13]), np.array([0.6, 0.7, 0.9])])
def test_a_grey_card_is_taken_beside_every_skin(lab, light):
    skin = xyz_to_linear_srgb(lab_to_xyz(np.array(lab, dtype=float)))
    fit = read_grey_card(two_tones(0.18 * light, skin * light), BOX)
    assert fit(skin * light) == pytest.approx(skin, rel=0.01)


def test_without_a_card_the_light_does_not_enter():
    lesion = SKIN * [0.6, 0.5, 0.45]
    seen = [relative_colour(two_tones(lesion * g, SKIN * g), BOX, ~BOX) for g in (1.0, np.array([0.9, 0.5, 0.3]))]
    assert seen[0].log_ratio == pytest.approx(np.log([0.6, 0.5, 0.45]), abs=0.01)
    assert seen[1].log_ratio == pytest.approx(seen[0].log_ratio, abs=1e-6)


@pytest.mark.parametrize("power", [0.75, 1.35])
def test_a_tone_curve_stays_within_the_stated_error(power):
    lesion = SKIN * [0.6, 0.5, 0.45]
    seen = relative_colour(two_tones(lesion ** (1 / power), SKIN ** (1 / power)), BOX, ~BOX)
    assert (np.abs(seen.log_ratio - np.log([0.6, 0.5, 0.45])) < 2 * seen.sd).all()
    assert (seen.sd >= POWER_SD * np.abs(seen.log_ratio)).all()


def test_clipped_skin_is_not_compared():
    with pytest.raises(PhotographError, match="lesion"):
        relative_colour(two_tones(1.5 * np.ones(3), SKIN), BOX, ~BOX)


def test_a_typed_length_gives_the_scale_and_its_error():
    scale = scale_from_length((10, 10), (310, 410), 50)
    assert scale.mm_per_pixel == pytest.approx(0.1)
    assert scale.relative_sd == pytest.approx(np.hypot(np.sqrt(2) / 500, 0.01))
    for points, length in (((0, 0), (3, 4)), 50), (((0, 0), (100, 0)), -1):
        with pytest.raises(PhotographError):
            scale_from_length(*points, length)


def test_the_picture_shows_each_patch_and_what_was_left_out():
    rng = np.random.default_rng(0)
    h = pose(rng)
    photo = photograph(1.25 * draw(h, rng))  # white is clipped
    card = read_card(photo, "passport")
    picture = card_picture(photo, card)
    assert picture.shape == (*photo.shape, 3)
    for place, used in (([2, 1], True), ([0, 3], False)):
        x, y = np.rint(project(h, [[place[0] + 0.34, place[1]]]))[0].astype(int)
        near = picture[y - 2 : y + 3, x - 2 : x + 3].reshape(-1, 3)
        assert (near == (OUTLINE_COLOUR if used else LEFT_OUT_COLOUR)).all(axis=1).any()
