"""The front model in skintwin's engine and in py-pde. Each returns a compiled march and its compile time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from front_model import Front

from skintwin.engine.compiled import options
from skintwin.engine.flows import Emission, Flow, Movement, Spread, lose, produce
from skintwin.engine.grid import Grid
from skintwin.engine.march import _advance, _begin, nothing
from skintwin.engine.process import Context, Process, View
from skintwin.engine.system import System


@dataclass(frozen=True)
class Solver:
    """``march()`` goes from the start to the end and returns A (n, n), or (batch, n, n); ``steps()`` taken."""

    march: Callable[[], np.ndarray]
    compile_seconds: float
    steps: Callable[[], int]


class PigmentCells(Process):
    """A."""

    name, title, fields = "pigment_cells", "A", ("a",)
    parameters = ("DA", "r", "K", "kappa", "half")

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        kill = p.kappa * s.t / (s.a + p.half)
        return [produce("a", p.r * s.a), lose("a", p.r * s.a / p.K + kill)]

    def movements(self, s: View, p: View, c: Context) -> list[Movement]:
        return [Spread("a", p.DA, ceiling=MOTILITY_CEILING)]


class TCells(Process):
    """T."""

    name, title, fields = "t_cells", "T", ("t",)
    parameters = ("rho", "tau")

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        return [produce("t", p.rho * s.i**2 / (1.0 + s.i**2)), lose("t", 1.0 / p.tau)]


class Signal(Process):
    """I at its quasi-steady state."""

    name, title = "signal", "I"
    outputs: ClassVar = {"i": 0.0}
    signals = ("i",)
    parameters = ("i", "half", "reach")

    def emit(self, s: View, p: View, c: Context) -> dict[str, Emission]:
        return {"i": Emission(p.i * s.t * s.a / (s.a + p.half), p.reach)}


MOTILITY_CEILING = 0.02
"""mm²/day, as in the melanocyte mechanism: it only sets the number of sub-steps."""


def skintwin_solver(front: Front, dt: float, batch: int = 1) -> Solver:
    """The engine: float32, step ``dt`` days, ``batch`` identical patches."""
    system = System((PigmentCells(), TCells(), Signal()), Grid(front.size, front.size, front.pixel), dt)
    a, t, _ = np.repeat(front.start()[:, None].astype(np.float32), batch, axis=1)
    p = front.numbers()
    params = {x.name: {k: np.full(batch, p[k], np.float32) for k in x.parameters} for x in system.processes}
    steps = round(front.days / dt)
    inputs = np.zeros((steps, 1, batch), np.float32)
    now, rest = {"none": inputs[0, 0]}, (np.arange(batch), 0, jnp.int32(0))
    state = _begin(system, {"a": a, "t": t}, {}, params, now, *rest)
    given = jax.device_put((state, {}, params, inputs, *rest))
    start = time.perf_counter()
    march_all = partial(_advance, system, False, nothing, names=("none",))
    compiled = jax.jit(march_all, compiler_options=options()).lower(*given).compile()
    seconds = time.perf_counter() - start

    def march() -> np.ndarray:
        fields, _ = compiled(*given)
        return np.asarray(fields["a"] if batch > 1 else fields["a"][0])

    return Solver(march, seconds, lambda: steps)


def pypde_solver(front: Front, kind: str, dt: float, tolerance: float | None) -> Solver:
    """py-pde: expressions, numba backend, float64; ``kind`` is its name of the stepper, adaptive with a tolerance."""
    import pde

    p = front.numbers()
    met = "tt*a/(a + half)"
    equations = {
        "a": f"DA*laplace(a) + r*a*(1 - a/K) - kappa*{met}",
        "tt": "rho*s**2/(1 + s**2) - tt/tau",
        "s": f"DI*laplace(s) - lam*s + lam*i*{met}",
    }
    system = pde.PDE(equations, bc={"derivative": 0}, consts={k: v for k, v in p.items() if k != "reach"})
    side = front.size * front.pixel
    grid = pde.CartesianGrid([[0, side], [0, side]], [front.size, front.size])
    first = pde.FieldCollection([pde.ScalarField(grid, f.T) for f in front.start()])
    more = {} if tolerance is None else {"adaptive": True, "tolerance": tolerance}
    solver = pde.SolverBase.from_name(kind, system, backend="numba", **more)
    start = time.perf_counter()
    stepper = solver.make_stepper(first.copy(), dt)
    stepper(first.copy(), 0.0, dt)  # numba compiles at the first call
    seconds = time.perf_counter() - start
    counted = {"last": 0}

    def march() -> np.ndarray:
        state, before = first.copy(), solver.info.get("steps", 0)
        out = stepper(state, 0.0, front.days)
        final = out if isinstance(out, pde.FieldCollection) else state
        counted["last"] = solver.info.get("steps", 0) - before
        return np.array(final[0].data.T)

    return Solver(march, seconds, lambda: counted["last"])
