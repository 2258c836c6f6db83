"""Share of a lesion's pigment contrast that has closed, on drawn maps of what is left of it."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.errors import PhotographError
from skintwin.measure.closeness import closeness

Y, X = np.mgrid[:80, :80] - 39.5
LESION = np.hypot(X, Y) < 20
SKIN = (np.hypot(X, Y) > 24) & (np.hypot(X, Y) < 34)
THEN = LESION.astype(float)


def closed(now: np.ndarray, then: np.ndarray = THEN, moved: float = 0.0, repeat: float = 0.1) -> tuple[float, float]:
    found = closeness(then, now, LESION, SKIN, moved=moved, repeat=repeat)
    assert found.value is not None
    assert found.error is not None
    assert found.unit == "percent"
    return found.value, found.error


@pytest.mark.parametrize("left", [1.0, 0.7, 0.0, 1.3])
def test_even_fading_closes_as_much_as_it_fades_and_errs_as_the_contrast_does(left: float) -> None:
    value, error = closed(left * THEN)
    assert value == pytest.approx(100 * (1 - left), abs=1e-9)
    assert error == pytest.approx(10 * left)


def test_a_mark_that_became_paler_than_the_skin_is_no_closer_than_one_as_dark() -> None:
    found = closeness(THEN, -0.25 * THEN, LESION, SKIN, moved=0.0, repeat=0.1)
    assert found.value == pytest.approx(75.0)
    assert found.error == pytest.approx(2.5)
    assert "beyond the skin around: contrast of -25 % now" in found.note
    assert "beyond" not in closeness(THEN, 0.25 * THEN, LESION, SKIN, moved=0.0, repeat=0.1).note


def test_it_is_the_same_whether_half_has_cleared_or_all_has_faded_by_half() -> None:
    patchy = np.where(X > 0, 0.0, THEN)
    assert closed(patchy)[0] == pytest.approx(50.0)
    assert closed(patchy) == pytest.approx(closed(0.5 * THEN))


def test_an_uneven_lesion_counts_by_its_contrast() -> None:
    then = THEN * np.where(X > 0, 1.5, 0.5)
    assert closed(np.where(X > 0, 0.0, then), then)[0] == pytest.approx(75.0)


def test_what_is_not_seen_is_left_out() -> None:
    now = np.where(X > 0, 0.4, 0.4 * THEN)
    now[X > 0] = np.nan
    assert closed(now)[0] == pytest.approx(60.0)
    with pytest.raises(PhotographError, match="seen at both visits"):
        closed(np.full_like(THEN, np.nan))
    with pytest.raises(PhotographError, match="no contrast"):
        closed(THEN, 0.01 * THEN)


def test_a_displaced_lesion_is_uncertain_by_its_border() -> None:
    """A disc of radius r, moved by ε, leaves a share 2ε/(πr) of itself; √2 for the two axes."""
    value, error = closed(THEN, moved=1.0, repeat=0.0)
    assert value == 0.0
    assert error == pytest.approx(100 * np.sqrt(2) * 2 / (np.pi * 20), rel=0.1)


def test_skin_that_has_become_uneven_makes_it_uncertain() -> None:
    """A slope of p across the skin: sectors at radius 29 differ by it, even skin by nothing."""
    slope = 0.002
    assert closed(0.5 * THEN, repeat=0.0)[1] == 0.0
    _, error = closed(0.5 * THEN + slope * X, repeat=0.0)
    assert 50 * slope * 29 < error < 150 * slope * 29
