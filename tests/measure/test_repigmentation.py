"""Repigmentation percentage and pattern on maps whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.errors import PhotographError
from skintwin.measure.pattern import marginal_ratio, perifollicular_ratio
from skintwin.measure.repigmentation import (
    closure,
    lesion_area_percent,
    repigmentation_percent,
    repigmented,
    unaffected,
)
from tests.photo.pictures import disc

LESION = disc(200, 200, (100, 100), 70)
SKIN = ~disc(200, 200, (100, 100), 80)


def _maps(filled, noise=0.0, seed=0):
    rng = np.random.default_rng(seed)
    baseline = np.where(LESION, 0.3, 3.0) + noise * rng.normal(size=LESION.shape)
    now = np.where(LESION & ~filled, 0.3, 3.0) + noise * rng.normal(size=LESION.shape)
    return baseline, now


def test_closure_is_zero_at_baseline_one_when_equal_and_linear_between():
    baseline, now = _maps(LESION)
    assert np.allclose(closure(baseline, baseline, LESION, SKIN)[LESION], 0)
    assert np.allclose(closure(baseline, now, LESION, SKIN)[LESION], 1)
    halfway = 0.5 * (baseline + now)
    assert np.allclose(closure(baseline, halfway, LESION, SKIN)[LESION], 0.5)


@pytest.mark.parametrize("radius", [0, 20, 45, 70])
@pytest.mark.parametrize("noise", [0.0, 0.25])
def test_the_share_is_the_area_that_filled(radius, noise):
    filled = disc(200, 200, (100, 100), radius) if radius else np.zeros_like(LESION)
    baseline, now = _maps(filled, noise)
    observed = repigmentation_percent(baseline, now, LESION, SKIN)
    truth = 100 * (filled & LESION).sum() / LESION.sum()
    assert observed.value == pytest.approx(truth, abs=1e-9 if noise == 0 else 0.5)
    assert observed.unit == "percent"
    assert observed.error < 1.0


def test_a_tan_of_everything_is_not_repigmentation():
    baseline, now = _maps(np.zeros_like(LESION))
    assert repigmentation_percent(baseline, now + 1.0, LESION, SKIN).value == 0.0


def test_a_clearing_dark_lesion_counts_the_same_way():
    filled = disc(200, 200, (100, 100), 40)
    dark, cleared = (5.0 - m for m in _maps(filled))
    assert repigmentation_percent(dark, cleared, LESION, SKIN).value == pytest.approx(
        100 * filled.sum() / LESION.sum())


def test_islands_that_were_there_before_are_not_counted():
    island = disc(200, 200, (80, 100), 15)
    baseline, _ = _maps(LESION)
    baseline[island] = 3.0
    now = baseline.copy()
    assert repigmentation_percent(baseline, now, LESION, SKIN).value == 0.0
    _, eligible = repigmented(baseline, now, LESION, SKIN)
    assert not (eligible & island).any()


def test_missing_pixels_are_left_out():
    baseline, now = _maps(LESION)
    now[:100] = np.nan
    assert repigmentation_percent(baseline, now, LESION, SKIN).value == 100.0


def test_what_cannot_be_compared_is_refused():
    flat = np.random.default_rng(0).normal(3, 0.1, LESION.shape)
    flat[LESION] += np.median(flat[SKIN]) - np.median(flat[LESION])
    with pytest.raises(PhotographError, match="does not differ"):
        repigmentation_percent(flat, flat, LESION, SKIN)
    baseline, now = _maps(LESION)
    with pytest.raises(PhotographError, match="no pixel"):
        repigmentation_percent(baseline, now, LESION, SKIN & False)


def _follicles(count, seed=0):
    area = np.argwhere(LESION)
    return area[np.random.default_rng(seed).choice(len(area), count, replace=False)]


def test_islands_at_follicles_are_perifollicular():
    follicles = _follicles(25)
    islands = np.any([disc(200, 200, f, 4) for f in follicles], axis=0) & LESION
    observed = perifollicular_ratio(islands, LESION, follicles, draws=99)
    assert observed.value < 0.35
    assert observed.note.startswith("p = 0.01 ")


def test_islands_elsewhere_are_not():
    islands = np.any([disc(200, 200, f, 4) for f in _follicles(25, seed=1)], axis=0) & LESION
    observed = perifollicular_ratio(islands, LESION, _follicles(25, seed=2), draws=99)
    assert abs(observed.value - 1) < 3 * observed.error
    assert float(observed.note.split()[2]) > 0.02


def test_random_pixels_give_one_whatever_the_shape():
    shape = LESION & (np.indices(LESION.shape)[1] > 70)
    new = shape & (np.random.default_rng(3).random(LESION.shape) < 0.3)
    follicles = np.argwhere(shape)[::400]
    assert perifollicular_ratio(new, shape, follicles, draws=9).value == pytest.approx(1, abs=0.03)
    assert marginal_ratio(new, shape, shape).value == pytest.approx(1, abs=0.03)


def test_a_rim_is_marginal_and_a_centre_is_not():
    rim = LESION & ~disc(200, 200, (100, 100), 62)
    assert marginal_ratio(rim, LESION, LESION).value < 0.3
    assert marginal_ratio(disc(200, 200, (100, 100), 20), LESION, LESION).value > 2


def test_the_mean_distance_to_one_point_of_a_disc_is_two_thirds_of_its_radius():
    # exact for a disc: mean of r over the area is 2 R / 3; new pigment within R / 2 has mean R / 3: ratio 1/2
    new = disc(200, 200, (100, 100), 35)
    observed = perifollicular_ratio(new, LESION, np.array([[100.0, 100.0]]), draws=9)
    assert observed.value == pytest.approx(0.5, abs=0.01)


def test_the_pattern_of_nothing_is_refused_and_seeds_repeat():
    with pytest.raises(PhotographError, match="no newly"):
        marginal_ratio(LESION & False, LESION, LESION)
    with pytest.raises(PhotographError, match="follicles"):
        perifollicular_ratio(LESION, LESION, np.empty((0, 2)))
    with pytest.raises(PhotographError, match="outside"):
        perifollicular_ratio(SKIN | LESION, LESION, _follicles(5))
    new = disc(200, 200, (110, 90), 30)
    first, second = (perifollicular_ratio(new, LESION, _follicles(9), draws=19, seed=4) for _ in range(2))
    assert first == second


def _ring_and_lesion(lesion_level=0.0):
    y, x = np.mgrid[:60, :60]
    distance = np.hypot(y - 30, x - 30)
    lesion, skin = distance < 12, (distance > 14) & (distance < 24)
    return np.where(lesion, lesion_level, 4.0), lesion, skin, distance


@pytest.mark.parametrize("factor", [0.3, 0.48, 0.8, 1.3])
def test_a_change_of_the_surrounding_skin_alone_is_no_repigmentation(factor):
    baseline, lesion, skin, _ = _ring_and_lesion()
    now = np.where(lesion, baseline, factor * baseline)
    assert repigmentation_percent(baseline, now, lesion, skin).value == 0


def test_a_tan_that_moves_both_alike_closes_nothing():
    baseline, lesion, skin, _ = _ring_and_lesion(lesion_level=1.0)
    assert np.allclose(closure(baseline, 1.4 * baseline, lesion, skin), closure(baseline, baseline, lesion, skin))


def test_a_lesion_that_grows_has_more_area_and_no_repigmentation():
    """The disc goes from radius 12 to 16: area 16²/12² = 178 %; the ring keeps its healthy part."""
    baseline, lesion, skin, distance = _ring_and_lesion()
    now = np.where(distance < 16, 0.0, baseline)
    kept = unaffected(baseline, now, skin)
    assert not (kept & (distance < 16)).any()
    assert kept.sum() == (skin & (distance >= 16)).sum()
    area = lesion_area_percent(baseline, now, lesion, skin, ~lesion, kept)
    assert area == pytest.approx(100 * (distance < 16).sum() / lesion.sum())
    assert repigmentation_percent(baseline, now, lesion, skin, kept).value == 0


@pytest.mark.parametrize("factor", [0.1, 0.5, 1.5, 2.2, 5.0])
def test_a_part_of_the_ring_that_changes_does_not_move_the_rest(factor):
    """15 % of the ring darken or pale; the other pixels count as before, whatever the season does."""
    baseline, lesion, skin, _ = _ring_and_lesion(lesion_level=8.0)
    part = skin & (np.random.default_rng(0).random(skin.shape) < 0.15)
    for season in (0.8, 1.0, 1.25):
        plain = season * baseline
        now = np.where(part, factor * plain, plain)
        kept = unaffected(baseline, now, skin)
        assert (kept & ~part).sum() == (skin & ~part).sum()
        assert repigmentation_percent(baseline, now, lesion, skin, kept).value == 0


@pytest.mark.parametrize("taken", [0.2, 0.6, 0.9])
def test_the_healthy_part_of_a_ring_is_the_reference_however_little_is_left(taken):
    baseline, _, skin, _ = _ring_and_lesion()
    lost = skin & (np.random.default_rng(1).random(skin.shape) < taken)
    kept = unaffected(baseline, np.where(lost, 0.05 * baseline, baseline), skin)
    assert np.array_equal(kept, skin & ~lost)


def test_reference_skin_that_is_lost_altogether_is_not_a_reference():
    baseline, _, skin, _ = _ring_and_lesion()
    assert not unaffected(baseline, np.full_like(baseline, 0.1), skin).any()
