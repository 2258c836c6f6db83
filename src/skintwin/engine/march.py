"""Marching a batch of patches through time, one interval between snapshots at a time."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from skintwin.engine.compiled import options
from skintwin.engine.flows import Array
from skintwin.engine.process import View
from skintwin.engine.system import System, context
from skintwin.errors import ConfigError


@dataclass(frozen=True)
class Batch:
    """A batch of patches ready to march.

    ``fields``: name → (batch, ny, nx). ``maps``: constants, name → broadcastable to (batch, ny, nx).
    ``params``: process → name → (batch,). ``inputs``: name → (batch, steps), scalars of each step from step ``first``
    on; what they hold must not change while the batch is marched. ``patients``: (batch,) integer identities for the
    random streams; ``seed`` of the study.
    """

    fields: Mapping[str, Array]
    maps: Mapping[str, Array]
    params: Mapping[str, Mapping[str, Array]]
    inputs: Mapping[str, Array]
    patients: np.ndarray
    seed: int = 0
    first: int = 0

    @property
    def steps(self) -> int:
        """Step at which what is scheduled ends."""
        return self.first + int(next(iter(self.inputs.values())).shape[1])


Observe = Callable[[View], dict[str, Array]]
"""Picks what is kept of a moment: View → name → (batch, ...)."""


def nothing(view: View) -> dict[str, Array]:
    """Adds nothing up."""
    return {}


KEPT = 16
"""Compiled marches kept by :func:`marching`, and systems to march."""


class March:
    """A compiled march of one :class:`System`: built once, used for every batch of the same shape.

    Parameters
    ----------
    system: processes on a grid.
    observe: what to keep at a snapshot.
    interval: steps between snapshots.
    tally: keep the labelled flows (mass balance), summed over pixels × pixel area since the last snapshot.
    add_up: what to integrate over time, step by step: name → (batch,) of a moment.
    """

    def __init__(
        self, system: System, observe: Observe, interval: int, *, tally: bool = False, add_up: Observe = nothing
    ) -> None:
        self.system, self.observe, self.interval = system, observe, interval
        advance = partial(_advance, system, tally, add_up)
        self._advance = jax.jit(advance, static_argnames=("names",), compiler_options=options())
        self._begin = jax.jit(partial(_begin, system))
        self._look = jax.jit(partial(_look, system, observe))
        self._scheduled: tuple[weakref.ref[Batch], np.ndarray] | None = None

    def look(self, batch: Batch, state: Mapping[str, Array], step: int) -> dict[str, np.ndarray]:
        """Observation at ``step``: of the fields, with the signals that they make now."""
        fields = {name: state[name] for name in self.system.fields}
        got = self._look(fields, *self._given(batch, step))
        return {name: np.asarray(value) for name, value in got.items()}

    def advance(
        self, batch: Batch, state: Mapping[str, Array], start: int
    ) -> tuple[dict[str, Array], dict[str, np.ndarray]]:
        """State one interval later (fewer steps at the end); tallies and integrals over the interval, (batch,), the
        integrals in the unit of the quantity × day.

        A state is the fields, name → (batch, ny, nx), and where there is space the signals that steps carry. Fields
        alone are a state to start from; to go on with the same bytes, go on from the whole state.
        """
        stop = min(start + self.interval, batch.steps)
        if stop <= start:
            raise ConfigError(f"no steps left after step {start}", expected=f"a start before {batch.steps}")
        if any(name not in state for name in self.system.carried):
            state = self._begin(state, *self._given(batch, start))
        window = self._schedule(batch)[start - batch.first : stop - batch.first]
        rest = batch.patients, batch.seed, np.int32(start)
        new, sums = self._advance(state, batch.maps, batch.params, window, *rest, names=tuple(batch.inputs))
        return new, {name: np.asarray(value) for name, value in sums.items()}

    def _given(self, batch: Batch, step: int) -> tuple[Any, ...]:
        """What the compiled functions of one moment take at a step beside the state."""
        now = self._schedule(batch)[min(step, batch.steps - 1) - batch.first]
        inputs = dict(zip(batch.inputs, now, strict=True))
        return batch.maps, batch.params, inputs, batch.patients, batch.seed, np.int32(step)

    def _schedule(self, batch: Batch) -> np.ndarray:
        """(steps, inputs, batch): all inputs in one array, kept while a batch is marched. One array is handed to the
        compiled step much faster than two dozen."""
        kept = self._scheduled
        if kept is None or kept[0]() is not batch:
            rows = np.broadcast_arrays(*(np.asarray(value) for value in batch.inputs.values()))
            self._scheduled = kept = weakref.ref(batch), np.ascontiguousarray(np.stack(rows).transpose(2, 0, 1))
        return kept[1]


@lru_cache(KEPT)
def marching(system: System, observe: Observe, interval: int, *, add_up: Observe = nothing) -> March:
    """The march of a system, as :class:`March`; of the same system and functions the same one, compiled already."""
    return March(system, observe, interval, add_up=add_up)


def _advance(
    system: System, tally: bool, add_up: Observe, state: Any, maps: Any, params: Any, inputs: Any, patients: Any,
    seed: Any, start: Any, names: tuple[str, ...],
) -> tuple[Any, Any]:  # fmt: skip
    """inputs: (steps, inputs, batch), in the order of ``names``."""

    def body(state: Any, x: Any) -> Any:
        now, step = x
        c = context(system, step * system.dt, dict(zip(names, now, strict=True)), seed, patients, step)
        state, tallies, view = system.step(state, maps, params, c)
        kept = {k: v.sum(axis=(-2, -1)) * system.grid.pixel_area for k, v in tallies.items()} if tally else {}
        return state, kept | {k: system.dt * v for k, v in add_up(view).items()}

    steps = start + jnp.arange(inputs.shape[0], dtype=jnp.int32)
    state, sums = jax.lax.scan(body, dict(state), (inputs, steps))
    return state, {name: value.sum(axis=0) for name, value in sums.items()}


def _begin(
    system: System, fields: Any, maps: Any, params: Any, inputs: Any, patients: Any, seed: Any, step: Any
) -> dict[str, Array]:
    return system.with_signals(fields, maps, params, context(system, step * system.dt, inputs, seed, patients, step))


def _look(
    system: System, observe: Observe, fields: Any, maps: Any, params: Any, inputs: Any, patients: Any, seed: Any,
    step: Any,
) -> dict[str, Array]:  # fmt: skip
    c = context(system, step * system.dt, inputs, seed, patients, step)
    view = system.algebra(fields, maps, params, c)
    batch = patients.shape[0]
    shape = (batch, *system.grid.shape)
    return {
        name: jnp.broadcast_to(value, shape) if value.ndim == 3 else value for name, value in observe(view).items()
    }
