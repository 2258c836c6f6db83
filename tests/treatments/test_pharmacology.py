"""Levels of a medicine at its place of effect."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.treatments.pharmacology import level_course

ONSET, WASHOUT = np.array([2.0, 20.0]), np.array([1.0, 30.0])


def test_level_rises_to_the_regimen_and_is_gone_after_washout() -> None:
    level = level_course(10.0, 210.0, 1.5, ONSET, WASHOUT, 2000, 0.5)
    assert np.all(level[:, :20] == 0)
    assert level[:, 418] == pytest.approx([1.5, 1.5], rel=1e-3)
    assert np.all(level[:, -1] < 1e-9)
    assert np.all(np.diff(level[:, 20:420]) > -1e-12)


def test_the_area_under_the_level_does_not_depend_on_the_step() -> None:
    areas = [level_course(3.3, 47.1, 1.0, ONSET, WASHOUT, round(800 / dt), dt).sum(1) * dt for dt in (1.0, 0.5, 0.01)]
    assert areas[0] == pytest.approx(areas[2], rel=1e-9)
    assert areas[1] == pytest.approx(areas[2], rel=1e-9)


def test_course_solves_the_equation() -> None:
    dt, level = 0.001, 0.0  # the loop below is Euler: its error is half a step
    for k in range(13_000):
        used = 5.0 <= (k + 0.5) * dt < 12.0
        level += dt * ((1.0 - level) / 2.0 if used else -level / 1.0)
    assert level_course(5.0, 12.0, 1.0, ONSET, WASHOUT, 13_001, dt)[0, -1] == pytest.approx(level, rel=2e-3)
