"""Pigment left in a lesion, told from light: limits, and what must not move it."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.evidence import ledger
from skintwin.measure.light_contrast import pigment_left
from skintwin.measure.site_colours import expected_melanin, site_table, usual_blood
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
     if (name, factor) != ("VI", 4.0)],  # more melanin than the optics' table holds
)  # fmt: skip
def test_half_of_the_pigment_is_a_half(phototype, factor):
    """The level at which repigmentation is counted, over phototypes and kinds, on the optics of the project."""
    before, now = (drawn(phototype, factor, np.full(SHAPE, share)) for share in (1.0, 0.5))
    _, second = pigment_left(before, now, LESION, SKIN)
    assert np.median(second[LESION]) == pytest.approx(0.5, abs=0.035)


def test_light_of_another_lamp_brightness_and_slope_moves_nothing():
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    left = np.where(x > 75, 0.2, 1.0)
    before, now = drawn("IV", 0.2, np.ones(SHAPE)), drawn("IV", 0.2, left)
    plain = pigment_left(before, now, LESION, SKIN)
    lamp = np.array([1.3, 0.9, 0.5]) * np.exp(0.003 * x - 0.002 * y)[..., None]
    for one, other in zip(plain, pigment_left(before, now * lamp, LESION, SKIN), strict=True):
        assert np.allclose(one, other, atol=1e-6)


def test_texture_of_the_skin_cancels():
    """Mottles that are there at both visits bias neither share: the plane between the visits does not see them."""
    rng = np.random.default_rng(5)
    mottles = np.exp(0.05 * rng.standard_normal(SHAPE))[..., None]
    before = drawn("II", 3.0, np.ones(SHAPE)) * mottles
    first, second = pigment_left(before, 0.6 * before, LESION, SKIN)
    assert np.allclose(first, second, atol=1e-9)


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


def test_the_level_is_the_ledgers():
    assert ledger().value("measure.repigmentation_closed", "1") == ledger().value("photo.outline_level", "1")
