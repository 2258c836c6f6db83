"""Signals are spread once a step: what that keeps of order, rest and restarts."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from skintwin.engine import system as engine_system
from skintwin.engine.flows import Emission
from skintwin.engine.grid import Grid
from skintwin.engine.march import Batch, March
from skintwin.engine.process import Context, View
from skintwin.engine.reference import Reference
from skintwin.engine.system import System
from skintwin.errors import ConfigError
from tests.engine.toys import POINT, Call, Decay, batch_of, final, look

GRID = Grid(1, 40, 0.1)
DAYS = 10
CALL = {"call": {"g": 2.0, "k": 0.5}}


def case(dt: float, days: int = DAYS) -> tuple[System, Batch]:
    """A heap at one end of a strip that calls for more and grows along it."""
    system = System((Call(),), GRID, dt)
    batch = batch_of(system, round(days / dt), [0], CALL, dtype=np.float64)
    batch.fields["u"][:] = 3.0 / (1.0 + np.exp((np.arange(40) * 0.1 - 1.0) / 0.2))
    return system, batch


@cache
def exact() -> np.ndarray:
    system, batch = case(0.5)
    return Reference(system, tolerance=1e-10).run(batch, batch.steps)[-1]["u"]


def test_a_growing_front_is_of_second_order() -> None:
    """Against the reference, which spreads the signal at every look: a quarter of the error on halving the step."""
    with jax.enable_x64(True):
        errors = [np.abs(final(*case(dt))["u"] - exact()).max() for dt in (0.25, 0.125, 0.0625, 0.03125)]
    ratios = np.array(errors[:-1]) / errors[1:]
    print("errors", errors, "ratios", ratios)
    assert np.all(ratios > 3.4)
    assert ratios[-1] > 3.7


def spread_twice(system: System) -> Callable[..., dict[str, np.ndarray]]:
    """The march that solves for the signals anew at the beginning of each step."""

    def run(batch: Batch) -> dict[str, np.ndarray]:
        machine, fields = March(system, look, 1), dict(batch.fields)
        for start in range(batch.steps):
            state, _ = machine.advance(batch, fields, start)
            fields = {name: state[name] for name in system.fields}
        return {name: np.asarray(value) for name, value in fields.items()}

    return run


def test_once_a_step_is_no_worse_than_twice() -> None:
    with jax.enable_x64(True):
        system, batch = case(0.25)
        once = np.abs(final(system, batch)["u"] - exact()).max()
        twice = np.abs(spread_twice(system)(batch)["u"] - exact()).max()
    print("once", once, "twice", twice)
    assert once < twice


def test_the_equations_are_spread_once_in_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    solve = engine_system.screened_diffusion
    monkeypatch.setattr(
        engine_system, "screened_diffusion", lambda *given: calls.append(given[0].shape) or solve(*given)
    )
    system, batch = case(0.5)
    final(system, batch)
    # once to start from the fields alone, once in the body of a step
    assert calls == [(1, 1, 1, 40)] * 2


def test_rest_is_rest() -> None:
    """At u = g u²/((1 + u²) k), even over the patch, a step changes nothing beyond rounding."""
    level = (4.0 + np.sqrt(12.0)) / 2  # u² − (g/k) u + 1 = 0, the larger root
    with jax.enable_x64(True):
        system, batch = case(0.5)
        batch.fields["u"][:] = level
        got = final(system, batch)
    assert np.abs(got["u"] - level).max() < 1e-12


def test_going_on_from_a_whole_state_gives_the_same_bytes() -> None:
    system, batch = case(0.5)
    batch = Batch(**{**vars(batch), "fields": {k: v.astype("f4") for k, v in batch.fields.items()}})
    whole, pieces = final(system, batch), final(system, batch, 3)
    assert set(whole) == {"u", "haze", "haze_source"}
    assert all(np.array_equal(whole[name], pieces[name]) for name in whole)


def test_what_is_given_between_two_steps_is_not_lost() -> None:
    """Light of one step in the middle: the same amount arrives, and the error stays of second order."""
    def lit(dt: float) -> tuple[System, Batch]:
        system, batch = case(dt)
        here = slice(round(4 / dt), round(4.5 / dt))
        batch.inputs["light"][0, here] = 3.0
        return system, batch

    with jax.enable_x64(True):
        truth = Reference(lit(0.5)[0], tolerance=1e-10).run(lit(0.5)[1], 2 * DAYS)[-1]["u"]
        errors = [np.abs(final(*lit(dt))["u"] - truth).max() for dt in (0.125, 0.0625, 0.03125)]
        system, batch = lit(0.5)
        _, tallies = March(system, look, batch.steps, tally=True).advance(batch, batch.fields, 0)
    print("errors", errors)
    assert min(np.array(errors[:-1]) / errors[1:]) > 3.4
    assert tallies["lit"] == pytest.approx([3.0 * 0.5 * GRID.area])


def test_nothing_is_carried_where_nothing_spreads() -> None:
    system = System((Decay(),), POINT, 0.5)
    batch = batch_of(system, 4, [0], {"decay": {"k": 0.2}}, u=3.0)
    assert set(final(system, batch)) == {"u"}


def test_a_signal_that_is_not_declared_is_refused() -> None:
    class Silent(Decay):
        signals: ClassVar = ()

    class Shy(Decay):
        signals: ClassVar = ("haze", "glow")

        def emit(self, s: View, p: View, c: Context) -> dict[str, Emission]:
            return {}

    for process, says in ((Silent(), "decay emits haze; expected its signals: none"), (Shy(), "decay emits nothing")):
        system = System((process,), GRID, 0.5)
        batch = batch_of(system, 4, [0], {"decay": {"k": 0.2}}, u=3.0)
        with pytest.raises(ConfigError) as caught:
            final(system, batch)
        assert says in str(caught.value)


def test_a_signal_never_falls_below_zero() -> None:
    """Where a source dies faster than it was seen to, the correction may not pull the signal under zero."""
    system = System((Call(),), GRID, 0.5)
    batch = batch_of(system, 20, [0], {"call": {"g": 0.0, "k": 6.0}}, u=1.0)
    machine, state = March(system, look, 1), dict(batch.fields)
    for step in range(20):
        state, _ = machine.advance(batch, state, step)
        assert float(jnp.min(state["haze"])) >= 0.0
        assert float(jnp.min(state["u"])) > 0.0
