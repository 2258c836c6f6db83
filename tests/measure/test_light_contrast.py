"""Pigment left in a lesion, told from light: limits, and what must not move it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import ndimage

from skintwin.measure.light_contrast import pigment_left, unlike_blood
from skintwin.measure.site_colours import expected_melanin, site_table, usual_blood
from skintwin.measure.skin_light import blood_direction
from tests.photo.pictures import disc

SHAPE = (120, 150)
LESION = disc(*SHAPE, (60, 75), 28)
SKIN = disc(*SHAPE, (60, 75), 52) & ~disc(*SHAPE, (60, 75), 34)


def drawn(phototype, factor, left):
    """Linear sRGB of skin with a lesion of ``factor`` times its melanin, of which (h, w) ``left`` is left."""
    table = site_table(None)
    normal = expected_melanin(phototype, table)
    column = normal * (1 + (factor - 1) * np.where(LESION, left, 0.0))
    return np.asarray(table.linear_srgb(column, np.full(SHAPE, usual_blood(table))))


@pytest.mark.parametrize("factor", [0.0, 3.0])
def test_limits(factor):
    before = drawn("III", factor, np.ones(SHAPE))
    for left in (1.0, 0.0):
        first, second = pigment_left(before, drawn("III", factor, np.full(SHAPE, left)), LESION, SKIN)
        assert np.allclose(first[LESION], 1.0, atol=1e-6)
        assert np.allclose(second[LESION], left, atol=1e-3)
        assert np.allclose(second[SKIN], 0.0, atol=1e-3)


@pytest.mark.parametrize(
    ("phototype", "factor"),
    [(name, factor) for name in ("I", "II", "III", "IV", "V", "VI") for factor in (0.0, 0.4, 2.0, 4.0)
     # more melanin than shows: the optics saturates, and the stated slope is off by a tenth
     if (name, factor) not in {("VI", 4.0), ("VI", 2.0), ("V", 4.0)}],
)  # fmt: skip
def test_half_of_the_pigment_is_a_half(phototype, factor):
    """The level at which repigmentation is counted, over phototypes and kinds, on the optics of the project."""
    before, now = (drawn(phototype, factor, np.full(SHAPE, share)) for share in (1.0, 0.5))
    _, second = pigment_left(before, now, LESION, SKIN)
    assert np.median(second[LESION]) == pytest.approx(0.5, abs=0.06)


def test_light_of_another_lamp_brightness_and_slope_moves_nothing():
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    left = np.where(x > 75, 0.2, 1.0)
    before, now = drawn("IV", 0.2, np.ones(SHAPE)), drawn("IV", 0.2, left)
    plain = pigment_left(before, now, LESION, SKIN)
    lamp = np.array([1.3, 0.9, 0.5]) * np.exp(0.003 * x - 0.002 * y)[..., None]
    for one, other in zip(plain, pigment_left(before, now * lamp, LESION, SKIN), strict=True):
        assert np.allclose(one, other, atol=1e-6)


def test_texture_of_the_skin_cancels_in_the_change():
    """Mottles are there at both visits: the plane between the visits does not see them. With a plane of its own for
    each visit they would count twice wherever the pigment has changed."""
    errors = []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        mottles = ndimage.gaussian_filter(rng.standard_normal(SHAPE), 8)
        mottles = np.exp(0.08 * mottles / mottles.std())[..., None]
        before, now = (drawn("II", 3.0, np.full(SHAPE, left)) * mottles for left in (1.0, 0.4))
        first, second = pigment_left(before, now, LESION, SKIN)
        same, again = pigment_left(before, before, LESION, SKIN)
        assert np.allclose(same, again, atol=1e-9)
        errors.append(np.median((first - second)[LESION]) - 0.6)
    assert np.std(errors) < 0.04


@pytest.mark.parametrize("phototype", ["II", "III", "V"])
@pytest.mark.parametrize("more", [2.0, 3.0])
def test_redness_is_no_pigment(phototype, more):
    """A patch without melanin that has become red has not repigmented."""
    table = site_table(None)
    normal, usual = expected_melanin(phototype, table), usual_blood(table)
    column = np.where(LESION, 0.0, normal)
    white, red = (
        np.asarray(table.linear_srgb(column, np.where(LESION, blood, usual))) for blood in (usual, more * usual)
    )
    _, second = pigment_left(white, red, LESION, SKIN)
    assert np.median(second[LESION]) > 0.75
    assert (second[LESION] > 0.5).all()


def test_blood_alone_is_told():
    table = site_table(None)
    usual = usual_blood(table)
    for phototype in ("I", "III", "VI"):
        normal = expected_melanin(phototype, table)
        bare, red, pale = (
            np.log(np.asarray(table.linear_srgb(m, b)).reshape(3))
            for m, b in ((normal, usual), (normal, 2 * usual), (0.5 * normal, usual))
        )
        assert unlike_blood(pale - bare) > 0.25
        if phototype == "I":
            assert unlike_blood(red - bare) < 0.1
    assert unlike_blood(blood_direction()) == pytest.approx(0.0, abs=1e-6)


def test_a_gain_is_taken_out_and_exposure_is_not_one():
    """Half of the light changes no contrast; a picture that shows contrasts 1.3 times as strong is brought back."""
    before = drawn("III", 0.0, np.ones(SHAPE))
    _, darker = pigment_left(before, 0.5 * before, LESION, SKIN)
    _, steeper = pigment_left(before, 0.2 * before**1.3, LESION, SKIN, gain=1.3)
    assert np.allclose(darker[LESION], 1.0, atol=1e-6)
    assert np.allclose(steeper[LESION], 1.0, atol=1e-6)


@pytest.mark.parametrize(("phototype", "factor"), [("VI", 0.0), ("V", 0.0), ("III", 0.0), ("V", 3.0)])
def test_the_reflection_of_the_surface_is_no_pigment(phototype, factor):
    """Half of the pigment is told as half, with the light that the surface adds as without it."""
    before, now = (drawn(phototype, factor, np.full(SHAPE, left)) for left in (1.0, 0.5))
    told = [np.median(pigment_left(before, now, LESION, SKIN)[1][LESION])]
    for surface in (0.0, 0.028):
        shown = (before + 0.028, now + 0.028)
        told.append(np.median(pigment_left(*shown, LESION, SKIN, surface=surface)[1][LESION]))
    without, ignored, taken = told
    print(phototype, factor, "half, told as:", *np.round(told, 3))
    assert abs(taken - without) < 0.005
    assert abs(ignored - without) > abs(taken - without)


@pytest.mark.parametrize("phototype", ["III", "VI"])
def test_a_border_sharper_than_the_picture_lies_at_half_of_the_light(phototype):
    """Islands with a sharp border, blurred by a lens, cover what they cover; a broad fall of pigment is left alone."""
    islands = np.zeros(SHAPE, bool)
    for y, x in ((48, 60), (48, 76), (62, 68), (62, 88), (74, 76)):
        islands |= disc(*SHAPE, (y, x), 4)
    before, now = drawn(phototype, 0.0, np.ones(SHAPE)), drawn(phototype, 0.0, 1.0 - islands)
    before, now = (ndimage.gaussian_filter(each, (1.3, 1.3, 0)) for each in (before, now))
    true = islands[LESION].mean()
    plain, told = (
        (pigment_left(before, now, LESION, SKIN, blur=blur)[1][LESION] < 0.5).mean() / true for blur in (0.0, 1.3)
    )
    print(phototype, "islands over their true area: by pigment alone", round(plain, 3), "with the blur", round(told, 3))
    assert abs(told - 1) < 0.08
    assert plain < told - 0.05
    x = np.mgrid[: SHAPE[0], : SHAPE[1]][1]
    broad = drawn(phototype, 0.0, 1.0 / (1.0 + np.exp((x - 75.0) / 12.0)))
    left = [pigment_left(before, broad, LESION, SKIN, blur=blur)[1][60, 60:90] for blur in (0.0, 1.3)]
    assert np.abs(left[0] - left[1]).max() < 0.02


@given(
    contrast=st.tuples(*[st.floats(-3.5, 3.5)] * 3), skin=st.tuples(*[st.floats(0.003, 0.9)] * 3),
    surface=st.floats(0.0, 0.03), blur=st.floats(0.0, 3.0),
)  # fmt: skip
def test_any_colours_give_a_number(contrast, skin, surface, blur):
    """1 at the lesion and 0 on skin, whatever colours a wrong white balance makes of them."""
    assume(max(map(abs, contrast)) > 0.05)
    shape = (24, 30)
    lesion, around = disc(*shape, (12, 15), 5), ~disc(*shape, (12, 15), 7)
    picture = np.broadcast_to(skin, (*shape, 3)) * np.exp(np.where(lesion[..., None], contrast, 0.0))
    assume(picture.min() > 1e-3)
    first, second = pigment_left(picture, picture, lesion, around, surface=surface, blur=blur)
    assert np.isfinite(first).all()
    assert np.allclose(first, second, atol=1e-6)
    assert np.median(first[lesion]) == pytest.approx(1.0, abs=1e-6)
    assert np.abs(first[around]).max() < 1e-3


def test_pixels_that_are_not_seen_have_no_number():
    before = drawn("III", 0.0, np.ones(SHAPE))
    now = before.copy()
    now[:50] = np.nan
    first, second = pigment_left(before, now, LESION, SKIN)
    assert np.isfinite(first).all()
    assert np.isnan(second[:50]).all()
    assert np.isfinite(second[50:]).all()


def test_no_contrast_is_no_number():
    grey = np.full((*SHAPE, 3), 0.3)
    assert all(np.isnan(share).all() for share in pigment_left(grey, grey, LESION, SKIN))
