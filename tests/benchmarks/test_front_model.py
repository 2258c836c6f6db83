"""The front model of the benchmark: the engine and an independent method of lines agree."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from front_model import Front, error, front_shift, reference
from front_solvers import skintwin_solver

FRONT = Front(size=16, days=4.0)
CAPACITY = FRONT.numbers()["K"]


@pytest.fixture(scope="module")
def truth() -> np.ndarray:
    return reference(FRONT)


def test_reference_does_not_depend_on_its_step(truth: np.ndarray) -> None:
    assert error(reference(FRONT, safety=0.25)[0], truth[0], CAPACITY) < 1e-7


def test_front_clears_pigment_cells_from_the_edge_of_the_t_cells(truth: np.ndarray) -> None:
    profile = truth[0].mean(axis=0)
    assert profile[0] < 0.8 * profile[-1]
    assert np.all(np.diff(profile) > 0)


def test_engine_agrees_with_the_method_of_lines_up_to_the_signal_at_rest(truth: np.ndarray) -> None:
    """What is left at a fine step, 3.5e-4, is the signal taken at its quasi-steady state, not the step."""
    assert error(skintwin_solver(FRONT, 0.03125).march(), truth[0], CAPACITY) < 5e-4


def test_engine_converges_with_the_square_of_its_step() -> None:
    coarse, middle, fine, finest = (skintwin_solver(FRONT, dt).march() for dt in (0.5, 0.25, 0.125, 0.0625))
    gaps = [error(a, b, CAPACITY) for a, b in ((coarse, middle), (middle, fine), (fine, finest))]
    assert gaps[0] > 3 * gaps[1] > 9 * gaps[2]  # four at second order, two at first


def test_front_position_agrees_within_a_tenth_of_a_pixel(truth: np.ndarray) -> None:
    found = skintwin_solver(FRONT, 0.0625).march()
    assert abs(front_shift(found, truth[0], CAPACITY, FRONT.pixel)) < 0.1 * FRONT.pixel


def test_every_patch_of_a_batch_is_the_patch_alone() -> None:
    alone = skintwin_solver(FRONT, 0.5).march()
    together = skintwin_solver(FRONT, 0.5, batch=3).march()
    for patch in together:
        np.testing.assert_allclose(patch, alone, rtol=1e-5)
