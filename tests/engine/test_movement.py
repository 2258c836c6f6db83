"""Movement across the patch: what it keeps, and the speeds that theory gives."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skintwin.engine.flows import Climb, Spread
from skintwin.engine.grid import Grid
from skintwin.engine.movement import MAX_EXCHANGE, move, substeps

GRID = Grid(24, 30, 0.2)


def field(seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (rng.exponential(size=(2, *GRID.shape)) * (rng.random((2, *GRID.shape)) > 0.5)).astype(np.float32)


def total(u: object) -> np.ndarray:
    return np.asarray(u, np.float64).sum((1, 2))


@given(st.integers(0, 99), st.floats(0, 50), st.floats(0.01, 30), st.booleans())
@settings(max_examples=25, deadline=None)
def test_spread_keeps_the_amount_and_the_sign(seed: int, d: float, dt: float, uneven: bool) -> None:
    u = field(seed)
    capacity = jnp.asarray(field(seed + 1) + 0.01) if uneven else None
    after = np.asarray(move(jnp.asarray(u), Spread("u", d, 0.02, capacity), GRID, dt))
    assert after.min() >= -1e-6 * u.max()
    assert total(after) == pytest.approx(total(u), rel=1e-5)


@given(st.integers(0, 99), st.floats(0, 1e4), st.floats(0.0, 50), st.floats(0.01, 30))
@settings(max_examples=25, deadline=None)
def test_climb_keeps_the_amount_and_the_sign(seed: int, mobility: float, limit: float, dt: float) -> None:
    u, potential = jnp.asarray(field(seed)), jnp.asarray(field(seed + 7))
    after = np.asarray(move(u, Climb("u", potential, mobility, limit), GRID, dt))
    assert after.min() >= 0
    assert total(after) == pytest.approx(total(u), rel=1e-5)


@pytest.mark.parametrize("axis", ["x", "y"])
@pytest.mark.parametrize("uneven", [True, False])
def test_a_field_in_proportion_to_its_capacity_does_not_move(uneven: bool, axis: str) -> None:
    k = field(3) + 0.05 if uneven else np.ones((2, *GRID.shape), np.float32)
    if axis == "y":
        k[:] = k[:, :, :1]
    after = np.asarray(move(jnp.asarray(0.7 * k), Spread("u", 0.02, 0.02, jnp.asarray(k)), GRID, 100.0))
    assert np.abs(after / (0.7 * k) - 1).max() < 2e-5


def test_a_spot_widens_by_two_d_t() -> None:
    """Variance grows by 2Dt in each direction, whatever the step (exact for the discrete walk)."""
    grid, d, days = Grid(61, 61, 0.2), 0.01, 40.0
    u = jnp.zeros((1, 61, 61)).at[0, 30, 30].set(1.0)
    for _ in range(80):
        u = move(u, Spread("u", d, 0.02), grid, days / 80)
    mass = np.asarray(u[0], np.float64)
    for axis in (0, 1):
        x = (np.arange(61) - 30) * 0.2
        variance = float((mass.sum(1 - axis) * x**2).sum() / mass.sum())
        assert variance == pytest.approx(2 * d * days, rel=1e-4)
    assert np.abs(mass - mass[::-1]).max() < 1e-7
    assert np.abs(mass - mass.T).max() < 1e-3 * mass.max()


def test_the_ceiling_fixes_the_number_of_sub_steps_and_holds() -> None:
    n = substeps(0.02, GRID, 5.0)
    assert 0.02 * 5.0 / GRID.pixel**2 / n <= MAX_EXCHANGE
    u = jnp.asarray(field())
    above = move(u, Spread("u", 7.0, 0.02), GRID, 5.0)
    assert np.array_equal(np.asarray(above), np.asarray(move(u, Spread("u", 0.02, 0.02), GRID, 5.0)))


@pytest.mark.parametrize(("mobility", "expected"), [(0.01, 0.02), (10.0, 0.1)])
def test_climbing_goes_up_the_gradient_at_the_speed_or_the_limit(mobility: float, expected: float) -> None:
    """Potential 2x (per mm): velocity is mobility × 2, or the limit of 0.1 mm/day."""
    grid, days = Grid(5, 80, 0.2), 20.0
    x = (np.arange(80) + 0.5) * 0.2
    potential = jnp.asarray(np.broadcast_to(2 * x, (1, 5, 80)).astype(np.float32))
    u = jnp.zeros((1, 5, 80)).at[0, :, 20].set(1.0)
    for _ in range(200):
        u = move(u, Climb("u", potential, mobility, 0.1), grid, days / 200)
    centre = float((np.asarray(u[0]) * x).sum() / 5)
    speed = (centre - x[20]) / days
    assert speed == pytest.approx(expected, rel=0.06)
    assert speed <= 0.1


@pytest.mark.parametrize("dt", [0.5, 5.0, 500.0])
def test_climbing_never_goes_faster_than_the_limit(dt: float) -> None:
    grid = Grid(5, 60, 0.2)
    potential = jnp.asarray(np.broadcast_to(np.arange(60.0) * 1e3, (1, 5, 60)).astype(np.float32))
    u = jnp.zeros((1, 5, 60)).at[0, :, 10].set(1.0)
    after = np.asarray(move(u, Climb("u", potential, 1.0, 0.3), grid, dt))[0, 0]
    assert ((np.arange(60) - 10) * after).sum() * 0.2 <= 0.3 * dt + 1e-6
    assert after[:10].sum() == 0


def test_one_pixel_does_not_move() -> None:
    one = jnp.ones((1, 1, 1))
    assert move(one, Spread("u", 1.0, 1.0), Grid(1, 1, 0.2), 1.0) is one
