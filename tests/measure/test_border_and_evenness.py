"""Border width and evenness against pictures made with known ones."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage, special

from skintwin.measure.border import border_observations
from skintwin.measure.contrast import pigment_observations
from skintwin.measure.variation import colour_unevenness, pigment_variation
from skintwin.optics.colour import lab_to_xyz, xyz_to_linear_srgb
from skintwin.photo.outline import given_outline
from skintwin.photo.scale import UNKNOWN_SCALE, scale_from_mm_per_pixel
from tests.photo.pictures import disc

SIDE, RADIUS = 260, 60
SKIN, LESION = np.array([55.0, 11.0, 17.8]), np.array([66.0, 8.0, 12.0])


def soft_disc(sigma: float) -> np.ndarray:
    y, x = np.mgrid[:SIDE, :SIDE] - SIDE / 2 + 0.5
    share = 0.5 * special.erfc((np.hypot(x, y) - RADIUS) / (np.sqrt(2) * sigma))
    lab = SKIN + share[..., None] * (LESION - SKIN)
    return np.asarray(xyz_to_linear_srgb(lab_to_xyz(lab)))


@pytest.mark.parametrize("sigma", [2.0, 5.0, 10.0])
def test_width_of_a_blurred_border(sigma: float) -> None:
    centre = (SIDE // 2, SIDE // 2)
    outline = given_outline(disc(SIDE, SIDE, centre, RADIUS), "hypopigmented")
    ring = disc(SIDE, SIDE, centre, 110) & ~disc(SIDE, SIDE, centre, 95)
    usable = np.ones((SIDE, SIDE), bool)
    scale = scale_from_mm_per_pixel(0.1)
    found = {o.name: o for o in border_observations(soft_disc(sigma), outline, ring, usable, scale)}
    assert found["border_width"].value == pytest.approx(2.5631 * sigma * 0.1, rel=0.1)
    assert found["border_relative_width"].value == pytest.approx(100 * 2.5631 * sigma / RADIUS, rel=0.1)
    unknown = {o.name: o for o in border_observations(soft_disc(sigma), outline, ring, usable, UNKNOWN_SCALE)}
    assert unknown["border_width"].value is None


def test_evenness_counts_patches_and_not_grain() -> None:
    lesion = disc(SIDE, SIDE, (130, 130), 100)
    rng = np.random.default_rng(3)
    grain = 5.0 + rng.normal(0, 1.0, (SIDE, SIDE))
    patches = ndimage.gaussian_filter(rng.standard_normal((SIDE, SIDE)), 20)
    patchy = 5.0 + 1.0 * patches / patches[lesion].std()
    (of_grain, _), (of_patches, relative) = (pigment_variation(m, lesion, "melanin", "um") for m in (grain, patchy))
    assert of_grain.value is not None
    assert of_grain.value < 0.1
    assert of_patches.value == pytest.approx(1.0, rel=0.15)
    assert relative.value == pytest.approx(20.0, rel=0.25)


def test_a_share_of_what_may_be_nothing_is_not_known() -> None:
    """Depigmented skin: the level is within its own error of 0."""
    lesion = disc(SIDE, SIDE, (130, 130), 100)
    patches = ndimage.gaussian_filter(np.random.default_rng(3).standard_normal((SIDE, SIDE)), 20)
    values = 0.01 + np.abs(patches)
    level = float(np.median(values[lesion]))
    for sd, known in ((0.4 * level, True), (0.6 * level, False)):
        spread, relative = pigment_variation(values, lesion, "melanin", "um", level_sd=sd)
        assert spread.value is not None
        assert (relative.value is not None) == (relative.error is not None) == known
        assert ("cannot be told from 0" in relative.note) == (not known)


def test_a_ratio_to_skin_that_may_have_no_pigment_is_not_known() -> None:
    lesion = disc(SIDE, SIDE, (130, 130), 100)
    values = np.where(lesion, 3.0, 1.0)
    for sd, known in ((0.4, True), (0.6, False)):
        found = pigment_observations(values, np.full_like(values, sd), lesion, ~lesion, "melanin", "um")
        ratio = {each.name: each for each in found}["melanin_ratio"]
        assert (ratio.value, ratio.error is not None) == ((3.0, True) if known else (None, False))
        assert ("cannot be told from 0" in ratio.note) == (not known)


def test_one_colour_is_even() -> None:
    lesion = disc(SIDE, SIDE, (130, 130), 100)
    (even,) = colour_unevenness(soft_disc(1.0) * 0 + 0.3, lesion)
    assert even.value == pytest.approx(0.0, abs=1e-9)
