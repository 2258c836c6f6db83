"""The 17 photographs. Whole or not, and why, was judged by eye; the limits of the reader were set on the same pictures.

Corners: centres of dark skin, bluish green, black and white, pixels, read off the picture to about 2 pixels.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from skintwin.photo.cards import errors, read_card
from skintwin.photo.intake import read_photograph

DATA = Path(__file__).parent / "data"


@cache
def read(name, kind=None):
    return read_card(read_photograph(DATA / name), kind)


# name: card, four corners, bound on the median leave-one-out CIEDE2000. Linear cameras 3; phones, which bend the tones
# and deepen the colours, 9; a file of linear values read as sRGB 4.
WHOLE = {
    "detection_0.jpg": ("passport", [(582, 457), (583, 242), (712, 242), (711, 457)], 3),
    "detection_1.jpg": ("classic", [(327, 218), (741, 231), (731, 475), (321, 461)], 3),
    "detection_12.jpg": ("passport", [(582, 457), (583, 242), (712, 242), (711, 457)], 3),
    "calibrite-passport.png": ("passport", [(95, 339), (98, 106), (237, 106), (235, 341)], 9),
    "camera-trax.png": ("cameratrax", [(236, 58), (235, 348), (63, 348), (64, 58)], 9),
    "classic.png": ("classic", [(226, 59), (224, 331), (66, 331), (58, 60)], 9),
    "colorchecker-classic-mini.jpg": ("mini", [(69, 379), (69, 92), (240, 92), (240, 379)], 9),
    "multiple_color_card.jpg": ("passport", [(152, 71), (143, 243), (40, 235), (50, 66)], 9),
    "source1_img.png": ("classic", [(233, 167), (231, 272), (168, 271), (170, 166)], 4),
    "target_img.png": ("classic", [(233, 170), (231, 276), (168, 275), (171, 170)], 4),
    "tilted_color_card.jpg": ("passport", [(78, 463), (91, 122), (296, 128), (282, 468)], 9),
}
REFUSED = {
    "partial_card_rgb.jpg": errors.OccludedCardError,  # a leaf over the third part of the card
    "seedhead-rgb.jpg": errors.UnlikeCardError,  # "Pixel Perfect", another maker's card, and gloss on its left
    "source2_img.png": errors.PartialCardError,  # the last row is cut by the frame
    "source_img_plant.jpg": errors.PartialCardError,  # patches 6 pixels wide, the last row cut by the frame
    "target_img_plant_resize.jpg": errors.PartialCardError,  # the same
    "tobacco_leaves.jpg": errors.SmallCardError,  # patches 5 pixels wide
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_card_is_read(name):
    kind, corners, bound = WHOLE[name]
    card = read(name, kind)
    pitch = np.hypot(*(card.corners[1] - card.corners[0])) / 5
    apart = np.hypot(*(card.corners - corners).T)
    assert apart.max() < max(3, 0.08 * pitch), f"a corner is {apart.max():.1f} pixels from where the eye sees it"
    assert card.correction.expected < bound
    assert not card.placement.mirrored


@pytest.mark.parametrize("name", REFUSED)
def test_an_unreadable_card_is_refused_by_name(name):
    with pytest.raises(errors.CardError) as told:
        read_card(read_photograph(DATA / name))
    assert type(told.value) is REFUSED[name]
    assert told.value.do


def test_the_photograph_corrected_by_its_authors_gives_the_same_corrected_colours():
    """Images 0 and 12 are one photograph before and after a correction: ours must bring both to the same."""
    from skintwin.optics.colour import delta_e_2000, linear_srgb_to_lab

    before, after = (read(f"detection_{n}.jpg", "passport") for n in (0, 12))
    one, two = (
        linear_srgb_to_lab(c.correction(c.patches.linear_srgb / c.light.relative[:, None])) for c in (before, after)
    )
    apart = delta_e_2000(one, two)[before.correction.used & after.correction.used]
    assert np.median(apart) < 1.5  # the two files are 8-bit copies with noise of their own
    assert apart.max() < 5.0


def test_another_card_than_the_named_one_is_refused():
    with pytest.raises(errors.UnlikeCardError, match="as on"):
        read_card(read_photograph(DATA / "colorchecker-classic-mini.jpg"), "classic")


def test_the_scale_agrees_with_the_ruler_printed_on_the_card():
    """The Mini carries a ruler: 50 mm from (47, 427) to (238.5, 437), ends read off the picture."""
    card = read("colorchecker-classic-mini.jpg", "mini")
    by_ruler = 50 / np.hypot(238.5 - 47.0, 0.0)
    assert card.scale.mm_per_pixel == pytest.approx(by_ruler, rel=2.5 * card.scale.relative_sd)


def test_without_a_name_there_is_no_scale():
    card = read_card(read_photograph(DATA / "classic.png"))
    assert not card.scale.known
    assert "classic" in card.likely
