"""A second integrator: the same mechanisms in continuous time, adaptive, to a tight tolerance.

    u̇ = p − Λ u + Σ g k u_source + (movement)          with every rate taken at the moment, not at the step's beginning

The mechanisms are those of the run; everything the engine does with them in a step is done anew here: flows become a
right-hand side, movements the rate that ``movement`` tends to as its step goes to zero, and the integrator is
diffrax's (Kidger 2021), in float64. What is scheduled is constant within a step of the system, so the integration
goes from one edge of the steps to the next and never across one. A process that draws a random number in a step has no
course in continuous time and fails here. Nothing here is fast; use it to check a step.

Needs the extra ``reference`` (diffrax).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from skintwin.engine.flows import Array, Movement, Spread, When
from skintwin.engine.grid import Grid
from skintwin.engine.march import Batch
from skintwin.engine.process import Context, Params, View
from skintwin.engine.system import System

INSTANT = 2.0**-26
"""Share of a step over which a dose is spread to get its rate of the moment: small, and exact in binary."""
TOLERANCE = 1e-8
"""Relative error allowed in a step of the integrator; absolute is a hundredth of it, in the unit of the field."""

Smooth = Callable[[Array], Mapping[str, Array]]
"""Inputs that do not stand still within a step: time in days → name → (batch,), amounts per step of the system."""


def rates(
    system: System, fields: Mapping[str, Array], maps: Mapping[str, Array], params: Params, c: Context
) -> dict[str, Array]:
    """Rate of change of every field at a moment, (batch, ny, nx), in the unit of the field per day."""
    flows, movements = system.changes(system.algebra(fields, maps, params, c), fields, params, c)
    change = {name: jnp.zeros_like(value) for name, value in fields.items()}
    for flow in flows:
        # What a session takes at once is spread over it: −ln(1 − share) per step, as exponential loss.
        rate = -jnp.log1p(-flow.rate) / c.dt if flow.when is When.AT_ONCE else flow.rate
        amount = rate if flow.source is None else rate * fields[flow.source]
        if flow.source is not None:
            change[flow.source] = change[flow.source] - amount
        if flow.target is not None:
            change[flow.target] = change[flow.target] + flow.gain * amount
    for movement in movements:
        change[movement.field] = change[movement.field] + movement_rate(fields[movement.field], movement, system.grid)
    return {name: jnp.zeros_like(v) if name in system.prescriptions else v for name, v in change.items()}


def movement_rate(u: Array, movement: Movement, grid: Grid) -> Array:
    """Rate at which a movement changes ``u`` (batch, ny, nx): the limit of ``movement.move`` for a short step."""
    flux = _spread_flux if isinstance(movement, Spread) else _climb_flux
    change = jnp.zeros_like(u)
    for axis in (-1, -2):
        if u.shape[axis] > 1:
            across = flux(u, movement, grid, axis)
            ends = [(0, 0)] * u.ndim
            ends[axis] = (1, 1)
            change = change - jnp.diff(jnp.pad(across, ends), axis=axis)
    return change


def _faces(u: Array, axis: int) -> tuple[Array, Array]:
    """Values on both sides of the inner faces along ``axis``."""
    n = u.shape[axis]
    return jax.lax.slice_in_dim(u, 0, n - 1, axis=axis), jax.lax.slice_in_dim(u, 1, n, axis=axis)


def _spread_flux(u: Array, m: Any, grid: Grid, axis: int) -> Array:
    """D κ (u₁/κ₁ − u₂/κ₂)/h²: mean of D, smaller capacity, amount per pixel and day."""
    d1, d2 = _faces(jnp.minimum(m.diffusivity, m.ceiling) + jnp.zeros_like(u), axis)
    k = jnp.ones_like(u) if m.capacity is None else jnp.maximum(m.capacity, 1e-30) + jnp.zeros_like(u)
    k1, k2 = _faces(k, axis)
    u1, u2 = _faces(u / k, axis)
    return 0.5 * (d1 + d2) * jnp.minimum(k1, k2) * (u1 - u2) / grid.pixel**2


def _climb_flux(u: Array, m: Any, grid: Grid, axis: int) -> Array:
    """v/h times the content of the pixel that the velocity v leaves."""
    phi1, phi2 = _faces(m.potential + jnp.zeros_like(u), axis)
    v = jnp.clip(m.mobility * (phi2 - phi1) / grid.pixel, -m.speed_limit, m.speed_limit)
    u1, u2 = _faces(u, axis)
    return jnp.where(v > 0, v * u1, v * u2) / grid.pixel


class Reference:
    """The integrator of one system.

    Parameters
    ----------
    system: processes on a grid; its ``dt`` is the step within which inputs are constant.
    amounts: inputs that are amounts given in a step (all others are levels); they are given evenly over the step.
    tolerance: relative, of an integrator's step; the worst pixel of the worst field counts.
    solver: a diffrax solver; default Dormand–Prince 8. The model is not stiff: its fastest rates are some per day.
    smooth: inputs as functions of time, over those of the batch.
    """

    def __init__(
        self, system: System, amounts: Collection[str] = (), *, tolerance: float = TOLERANCE, solver: Any = None,
        smooth: Smooth | None = None,
    ) -> None:  # fmt: skip
        import diffrax

        self.system, self.amounts, self.tolerance, self.smooth = system, frozenset(amounts), tolerance, smooth
        self.solver = diffrax.Dopri8() if solver is None else solver
        self._march = jax.jit(self._steps)

    def context(self, time: Array, inputs: Mapping[str, Array]) -> Context:
        """Context of a moment: ``inputs`` name → (batch,) per step, turned into an instant's share of it."""
        share = INSTANT if self.amounts else 1.0
        shaped = {k: (v * share if k in self.amounts else v)[:, None, None] for k, v in inputs.items()}
        return Context(time=time, dt=self.system.dt * share, inputs=View(shaped), grid=self.system.grid, keys=None,
                       span=0.0)  # fmt: skip

    def run(self, batch: Batch, every: int) -> list[dict[str, np.ndarray]]:
        """Fields (batch, ny, nx), float64, at the start and after each ``every`` steps, to the end of the inputs."""
        with jax.enable_x64(True):
            fields, maps, params, inputs = jax.tree.map(
                lambda x: jnp.asarray(x, jnp.float64), (batch.fields, batch.maps, batch.params, batch.inputs)
            )
            seen = [{k: np.asarray(v) for k, v in fields.items()}]
            for start in range(batch.first, batch.steps, every):
                window = {k: v[:, start - batch.first : start - batch.first + every].T for k, v in inputs.items()}
                fields = self._march(fields, maps, params, window, jnp.asarray(start, jnp.float64))
                seen.append({k: np.asarray(v) for k, v in fields.items()})
        return seen

    def _steps(self, fields: Any, maps: Any, params: Any, inputs: Any, start: Any) -> Any:
        """From edge to edge; ``inputs`` name → (steps, batch)."""

        def body(state: Any, x: Any) -> Any:
            now, step = x
            return self._step(state, maps, params, now, step * self.system.dt), None

        count = next(iter(inputs.values())).shape[0]
        return jax.lax.scan(body, fields, (inputs, start + jnp.arange(count)))[0]

    def _step(self, fields: Any, maps: Any, params: Any, inputs: Any, begin: Any) -> Any:
        import diffrax
        import optimistix

        given = self.system.prescriptions

        def prescribed(time: Array, state: Any) -> Any:
            return {k: given[k].at(time) + jnp.zeros_like(v) if k in given else v for k, v in state.items()}

        def right_hand_side(time: Array, state: Any, _: Any) -> Any:
            now = inputs if self.smooth is None else {**inputs, **self.smooth(time)}
            return rates(self.system, prescribed(time, state), maps, params, self.context(time, now))

        end = begin + self.system.dt
        control = diffrax.PIDController(self.tolerance, 0.01 * self.tolerance, norm=optimistix.max_norm)
        found = diffrax.diffeqsolve(
            diffrax.ODETerm(right_hand_side), self.solver, begin, end, None, fields, stepsize_controller=control,
            max_steps=None, adjoint=diffrax.ForwardMode(),
        )  # fmt: skip
        return prescribed(end, {name: value[0] for name, value in found.ys.items()})
