"""Signals are spread once a step: what that keeps of order, rest and restarts."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import ClassVar

import jax
import numpy as np
import pytest
from scipy.optimize import brentq

from skintwin.engine import system as engine_system
from skintwin.engine.flows import Emission, Flow, lose, produce
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
    assert set(whole) == {"u", "haze", "haze_source", "haze_missed"}
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


def test_what_is_looked_at_is_the_signal_of_the_moment() -> None:
    """Not the one that is carried, which is of a first stage: after a pulse the two differ."""
    system, batch = case(0.5)
    batch.inputs["light"][0, 3] = 6.0
    machine, state = March(system, look, 1), dict(batch.fields)
    for step in range(6):
        state, _ = machine.advance(batch, state, step)
        fields = {"u": state["u"]}
        fresh = machine.look(Batch(**{**vars(batch), "fields": fields}), fields, step)["haze"]
        assert np.array_equal(machine.look(batch, state, step)["haze"], fresh)


def test_a_pulse_leaves_no_ghost() -> None:
    """What a session makes is no trend: the signal that is carried on is never further off than the first stage is."""
    system, batch = case(0.5)
    batch.params["call"]["g"][:] = 0.0
    batch.fields["u"][:] = 0.0
    batch.inputs["light"][0, 3] = 6.0
    machine, state, off, missed = March(system, look, 1), dict(batch.fields), [], []
    for step in range(12):
        state, _ = machine.advance(batch, state, step)
        fresh = machine.look(batch, state, step)["haze"]
        off.append(float(np.abs(np.asarray(state["haze"]) - fresh).max()))
        missed.append(float(np.abs(np.asarray(state["u"]) - np.asarray(state["haze_source"])).max()))
    print("off", np.round(off, 4), "missed by the first stage", np.round(missed, 4))
    assert np.all(np.array(off) <= np.array(missed) * (1 + 1e-5))
    assert off[6] < 0.3 * missed[6]


@pytest.mark.parametrize("start", [0.2, 3.0])
def test_a_signal_that_curbs_its_source_comes_to_rest(start: float) -> None:
    """u̇ = c/(1 + I⁴) − k u at half a day, off its rest: without the limit of the correction it swings for ever."""

    class Curbed(Call):
        def flows(self, s: View, p: View, c: Context) -> list[Flow]:
            return [produce("u", p.g / (1.0 + s.haze**4)), lose("u", p.k)]

    with jax.enable_x64(True):
        system = System((Curbed(),), GRID, 0.5)
        batch = batch_of(system, 200, [0], {"call": {"g": 4.0, "k": 1.0}}, dtype=np.float64, u=start)
        got = final(system, batch)["u"]
    assert got == pytest.approx(np.full_like(got, brentq(lambda u: 4.0 / (1.0 + u**4) - u, 0.0, 4.0)), rel=1e-9)


def test_inputs_are_kept_from_what_is_emitted() -> None:
    """Signals are handed from step to step, inputs are of one step: a source that reads one is refused."""

    class Hasty(Decay):
        def emit(self, s: View, p: View, c: Context) -> dict[str, Emission]:
            return {"haze": Emission(s.u * c.inputs.light, 0.3)}

    system = System((Hasty(),), GRID, 0.5)
    batch = batch_of(system, 4, [0], {"decay": {"k": 0.2}}, u=3.0)
    with pytest.raises(AttributeError, match="no quantity called 'light'"):
        final(system, batch)
