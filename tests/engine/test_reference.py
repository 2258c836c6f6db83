"""The reference integrator on processes whose answer is known, and its movement against the engine's."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from skintwin.engine.flows import Climb, Spread
from skintwin.engine.grid import Grid
from skintwin.engine.movement import move
from skintwin.engine.reference import Reference, movement_rate
from skintwin.engine.system import System
from tests.engine.toys import POINT, Decay, batch_of

GRID = Grid(7, 9, 0.2)


def test_a_decay_is_an_exponential() -> None:
    """u̇ = light − k u from u₀, with the light changing at an edge: to the tolerance."""
    system = System((Decay(),), POINT, 0.5)
    batch = batch_of(system, 20, [0], {"decay": {"k": 0.7}}, u=3.0)
    batch.inputs["light"][0] = np.repeat([2.0, 0.0], 10)
    found = [state["u"].item() for state in Reference(system).run(batch, 10)]
    k = float(batch.params["decay"]["k"][0])
    at_edge = 2 / k + (3 - 2 / k) * np.exp(-5 * k)
    assert found == pytest.approx([3.0, at_edge, at_edge * np.exp(-5 * k)], rel=1e-7)


def _movements() -> dict[str, Spread | Climb]:
    some = np.random.default_rng(4)
    shape = (2, *GRID.shape)
    d, k, phi = 0.02 * some.random(shape), 500 + 500 * some.random(shape), some.random(shape)
    limit = np.full((2, 1, 1), 0.02)
    return {
        "spread": Spread("u", d, 0.015), "spread to free room": Spread("u", d, 0.03, capacity=k),
        "climb": Climb("u", phi, np.full((2, 1, 1), 0.01), limit),
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["spread", "spread to free room", "climb"])
def test_movement_is_the_limit_of_a_short_step(kind: str) -> None:
    """(move(u, dt) − u)/dt tends to the rate, with an error that falls as dt: one spatial discretisation."""
    movement = _movements()[kind]
    with jax.enable_x64(True):
        u = jnp.asarray(1000 * np.random.default_rng(5).random((2, *GRID.shape)))
        rate = np.asarray(movement_rate(u, movement, GRID))
        gaps = [np.abs(np.asarray(move(u, movement, GRID, dt) - u) / dt - rate).max() for dt in (1e-2, 1e-3, 1e-4)]
        assert abs(rate.sum()) < 1e-9 * np.abs(rate).sum()
    assert gaps[0] / gaps[1] == pytest.approx(10, rel=0.1)
    assert gaps[1] / gaps[2] == pytest.approx(10, rel=0.1)
    assert gaps[2] < 1e-3 * np.abs(rate).max()


def test_one_pixel_does_not_move() -> None:
    u = jnp.ones((1, 1, 1))
    assert movement_rate(u, Spread("u", 1.0, 1.0), POINT).item() == 0
