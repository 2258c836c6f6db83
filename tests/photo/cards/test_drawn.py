"""Drawn cards, where the truth is known: read right, or refused by name; never misread in silence."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.optics.colour import delta_e_2000, linear_srgb_to_lab
from skintwin.photo.cards import CardError, errors, read_card
from skintwin.photo.cards.homography import project
from skintwin.photo.cards.reference import reference
from tests.photo.cards.drawn import CORNERS, SKIN, draw, photograph, pose

QUICK = [0]
MANY = [pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 40)]


def scene(seed, **how):
    rng = np.random.default_rng(seed)
    h = pose(rng)
    gain = rng.uniform(0.5, 1.0, 3)
    return rng, h, gain, draw(h, rng, gain=gain, **how)


def on_card(h, shape):
    y, x = np.mgrid[: shape[0], : shape[1]]
    return project(np.linalg.inv(h), np.stack([x, y], axis=-1))


def worst(card, gain):
    """Largest CIEDE2000 of the correction on 27 colours of skin and around, under the light of the scene."""
    truth = np.stack(np.meshgrid(*[[0.15, 0.35, 0.6]] * 3), axis=-1).reshape(-1, 3)
    return delta_e_2000(linear_srgb_to_lab(card.correction(truth * gain)), linear_srgb_to_lab(truth)).max()


@pytest.mark.parametrize("seed", QUICK + MANY)
def test_a_whole_card_is_read_from_any_side(seed):
    _, h, gain, picture = scene(seed)
    card = read_card(photograph(picture), "passport")
    assert np.abs(card.corners - project(h, CORNERS)).max() < 1.5
    assert worst(card, gain) < 1.5
    assert card.correction.expected < 0.5
    assert "passport" in card.likely


@pytest.mark.parametrize("seed", QUICK + MANY)
def test_a_mirrored_card_is_refused(seed):
    with pytest.raises(errors.MirroredCardError, match="mirror order"):
        read_card(photograph(scene(seed)[3][:, ::-1]))


@pytest.mark.parametrize("seed", QUICK + MANY)
@pytest.mark.parametrize("radius", [0.55, 1.9])
def test_a_covered_card_is_refused(seed, radius):
    """One patch to eight under a piece of skin, anywhere on the card."""
    rng, h, gain, picture = scene(seed)
    middle = reference("2014-11").places[rng.integers(24)]
    picture[np.linalg.norm(on_card(h, picture.shape) - middle, axis=-1) < radius] = SKIN * gain
    if radius < 1 and np.allclose(middle, [1, 0]):
        pytest.skip("skin on light skin")
    with pytest.raises(errors.OccludedCardError):
        read_card(photograph(picture))


@pytest.mark.parametrize("seed", QUICK + MANY)
@pytest.mark.parametrize("left", [0.3, 0.5, 0.7, 0.85])
def test_a_shadow_is_refused_or_its_error_is_told(seed, left):
    """Half of the card in a shadow that keeps ``left`` of the light: never a residual below a third of the error."""
    rng, h, gain, picture = scene(seed)
    turn = rng.uniform(0, 2 * np.pi)
    picture[(on_card(h, picture.shape) - [2.5, 1.5]) @ [np.cos(turn), np.sin(turn)] > 0] *= left
    if left <= 0.5:
        with pytest.raises((errors.ShadowedCardError, errors.OccludedCardError)):
            read_card(photograph(picture))
        return
    try:
        card = read_card(photograph(picture))
    except CardError:
        return
    bright, dark = (worst(card, gain * light) for light in (1, left))  # the skin may be lit as either part is
    assert min(bright, dark) < 3 + 3 * card.correction.expected


@pytest.mark.parametrize("seed", QUICK + MANY)
def test_an_overexposed_card_is_refused(seed):
    _, _, gain, picture = scene(seed)
    with pytest.raises(errors.SaturatedCardError):
        read_card(photograph(4 * picture / gain.max()))


@pytest.mark.parametrize("seed", QUICK + MANY)
def test_a_card_that_the_frame_cuts_is_refused(seed):
    _, h, _, picture = scene(seed)
    x = project(h, reference("2014-11").places)[:, 0]
    with pytest.raises(errors.PartialCardError):
        read_card(photograph(picture[:, int(np.quantile(x, 0.15)) :]))


@pytest.mark.parametrize("seed", QUICK + MANY)
@pytest.mark.parametrize("how", ["random", "shuffled", "one"])
def test_other_colours_in_the_same_grid_are_refused(seed, how):
    rng = np.random.default_rng(seed)
    known = reference("2014-11").linear_srgb
    colours = {"random": rng.uniform(0.02, 0.8, (24, 3)), "shuffled": rng.permutation(known), "one": known[[1] * 24]}
    with pytest.raises((errors.UnlikeCardError, errors.NoCardError)):
        read_card(photograph(draw(pose(rng), rng, colours=colours[how])))


def test_two_cards_are_refused_and_corners_choose():
    rng = np.random.default_rng(5)
    turned = np.array([[28.0, 3, 40], [-3, 28, 60], [0, 0, 1]]), np.array([[-30.0, 0, 500], [0, -30, 380], [0, 0, 1]])
    first = draw(turned[0], rng)
    picture = photograph(draw(turned[1], rng, onto=first))
    with pytest.raises(errors.SeveralCardsError, match="2 cards"):
        read_card(picture)
    card = read_card(picture, "passport", corners=project(turned[1], CORNERS))
    assert np.abs(card.corners - project(turned[1], CORNERS)).max() < 1e-6


def test_typed_corners_come_in_any_order():
    rng, h, _, picture = scene(3)
    corners = project(h, CORNERS)
    for _ in range(4):
        card = read_card(photograph(picture), corners=rng.permutation(corners))
        assert np.abs(card.corners - corners).max() < 1e-6
    with pytest.raises(errors.NoCardError, match="four points"):
        read_card(photograph(picture), corners=corners[:3])


def test_typed_corners_on_skin_are_refused():
    rng = np.random.default_rng(1)
    skin = SKIN + rng.normal(size=(200, 300, 3)) * 0.01
    with pytest.raises(errors.UnlikeCardError):
        read_card(photograph(skin), corners=[(20, 20), (250, 20), (250, 150), (20, 150)])


def test_skin_alone_holds_no_card():
    rng = np.random.default_rng(1)
    with pytest.raises(errors.NoCardError, match="no colour card"):
        read_card(photograph(SKIN + rng.normal(size=(300, 400, 3)) * 0.01))


def test_a_small_card_is_refused():
    _, _, _, picture = scene(0)
    with pytest.raises(errors.SmallCardError):
        read_card(photograph(picture.reshape(105, 4, 140, 4, 3).mean(axis=(1, 3))))


def test_a_slope_of_the_light_is_taken_out():
    _, h, gain, picture = scene(4)
    u = on_card(h, picture.shape)[..., 0]
    card = read_card(photograph(picture * np.exp(0.06 * (u - 2.5))[..., None]), "passport")
    assert card.light.slope == pytest.approx([0.06, 0], abs=0.005)
    assert worst(card, gain) < 1.5
    assert any("light differs" in flag for flag in card.flags)


def test_the_scale_is_that_of_the_drawing():
    _, h, _, picture = scene(7)
    card = read_card(photograph(picture), "passport")
    top, right, bottom, left = np.roll(corners := project(h, CORNERS), -1, axis=0) - corners
    lengths = [np.hypot(*side) / 5 for side in (top, bottom)] + [np.hypot(*side) / 3 for side in (right, left)]
    assert card.scale.mm_per_pixel == pytest.approx(15 / np.mean(lengths), rel=0.02)
    assert 0.005 < card.scale.relative_sd < 0.2


def test_cloth_and_tiles_hold_no_card():
    """A pattern of 625 equal squares is no card, and is given up soon."""
    tile = np.full((20, 20, 3), 0.05)
    tile[2:-2, 2:-2] = 0.6
    with pytest.raises(errors.NoCardError):
        read_card(photograph(np.tile(tile, (25, 25, 1))))
