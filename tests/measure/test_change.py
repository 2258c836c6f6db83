"""Change maps call what changed, and little else; patterns of return are named as they were made."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from skintwin.evidence import ledger
from skintwin.measure.change import change_map, change_observations
from skintwin.measure.closing_pattern import closing_pattern
from tests.photo.pictures import disc

SIDE = 160
LESION = disc(SIDE, SIDE, (80, 80), 40)
SKIN = disc(SIDE, SIDE, (80, 80), 70) & ~disc(SIDE, SIDE, (80, 80), 46)
Array = NDArray[np.float64]
CARD, FREE = (ledger().value(f"measure.contrast_repeat_{how}", "1") for how in ("card", "free"))


def maps(seed: int, gain: Array | float = 0.0, tan: float = 1.0) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    made = []
    for rise in (0.0, gain):
        level = np.where(LESION, 1.0 + rise, 4.0)
        made.append(level + 0.4 * ndimage.gaussian_filter(rng.standard_normal((SIDE, SIDE)), 1.0) * 3.5)
    return made[0], tan * made[1]


def shares(seed: int, gain: Array | float = 0.0, tan: float = 1.0) -> tuple[float, float]:
    found = change_map(*maps(seed, gain, tan), LESION, SKIN, 1.5, repeat=CARD)
    assert found is not None
    darker, lighter = (o.value for o in change_observations(found, LESION))
    assert darker is not None
    assert lighter is not None
    return darker, lighter


def test_nothing_changed_and_little_is_called() -> None:
    called = [sum(shares(seed)) for seed in range(20)]
    assert np.mean(called) < 1.0


def test_a_tan_of_all_skin_is_no_change() -> None:
    called = [sum(shares(seed, tan=1.3)) for seed in range(10)]
    assert np.mean(called) < 1.0


def test_what_changed_is_called_and_by_its_sign() -> None:
    half = np.zeros((SIDE, SIDE))
    half[:, 80:] = 2.5
    darker, lighter = shares(1, half)
    assert darker == pytest.approx(50.0, abs=6.0)
    assert lighter < 2.0


def test_false_discoveries_stay_near_what_is_asked() -> None:
    half = np.zeros((SIDE, SIDE))
    half[:, 80:] = 1.5
    false = []
    for seed in range(15):
        found = change_map(*maps(seed, half), LESION, SKIN, 1.5, repeat=CARD)
        assert found is not None
        called = found.darker | found.lighter
        truth = LESION & (half > 0)
        false.append(float((called & ~ndimage.binary_dilation(truth, iterations=4)).sum()) / max(int(called.sum()), 1))
    assert np.mean(false) < 0.1


def pattern(closed: Array) -> str:
    return closing_pattern(closed, LESION & (closed >= 0.5), LESION, LESION).pattern


def test_patterns_are_named_as_they_were_made() -> None:
    depth = ndimage.distance_transform_edt(LESION)
    margin = np.where(depth < 9, 1.0, 0.0)
    islands = np.zeros((SIDE, SIDE))
    for y in range(56, 112, 12):
        for x in range(56, 112, 12):
            islands[disc(SIDE, SIDE, (y, x), 3)] = 1.0
    islands[depth < 6] = 0.0
    assert pattern(margin) == "marginal"
    assert pattern(islands) == "perifollicular"
    assert pattern(np.full((SIDE, SIDE), 0.4)) == "diffuse"
    grain = np.random.default_rng(0).standard_normal((SIDE, SIDE))
    assert pattern(0.45 + 0.08 * grain) == "diffuse"
    assert pattern(np.maximum(margin * (np.arange(SIDE) < 80), islands)) == "mixed"
    assert pattern(np.zeros((SIDE, SIDE))) == "none"


def test_without_cards_less_is_called() -> None:
    half = np.zeros((SIDE, SIDE))
    half[:, 80:] = 1.0
    with_cards, without = (change_map(*maps(3, half), LESION, SKIN, 1.5, repeat=r) for r in (CARD, FREE))
    assert with_cards is not None
    assert without is not None
    assert int(without.darker.sum()) < int(with_cards.darker.sum())


def test_a_large_sharp_patch_away_from_the_border_is_not_islands() -> None:
    one = np.where(disc(SIDE, SIDE, (80, 84), 18), 1.0, 0.0)
    found = closing_pattern(one, LESION & (one >= 0.5), LESION, LESION)
    assert found.pattern == "diffuse"
    assert found.largest_piece == 1.0


def test_numbers_of_a_pattern_have_their_limits() -> None:
    """From the border inwards: every closed place is nearer to it. From the middle outwards: none is."""
    depth = ndimage.distance_transform_edt(LESION)
    for closed, expected in ((depth < 12, 1.0), (depth > 20, 0.0)):
        found = closing_pattern(closed.astype(float), LESION & closed, LESION, LESION)
        assert found.nearness == pytest.approx(expected)
    # A ramp from all to none over half a radius: the front is half a radius wide.
    ramp = np.clip(1.0 - (depth - 5.0) / 20.0, 0.0, 1.0) * LESION
    found = closing_pattern(ramp, LESION & (ramp >= 0.5), LESION, LESION)
    assert found.front == pytest.approx(0.5, rel=0.1)
    assert found.pattern == "marginal"


def test_too_little_and_too_much_have_no_pattern() -> None:
    depth = ndimage.distance_transform_edt(LESION)
    for closed in (depth < 2, depth < 34):
        found = closing_pattern(closed.astype(float), LESION & closed, LESION, LESION)
        assert found.pattern == "none"
        assert found.nearness is None
