"""A set of processes on a grid, made into one step."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import jax
import jax.numpy as jnp
import numpy as np

from skintwin.engine.diffusion import screened_diffusion
from skintwin.engine.flows import Array, Emission, Flow, Movement
from skintwin.engine.grid import Grid
from skintwin.engine.movement import move
from skintwin.engine.process import Context, Mode, Params, Process, View
from skintwin.engine.stepping import euler_stage, patankar_step, second_stage, take_shares
from skintwin.errors import ConfigError


@dataclass(frozen=True)
class Course:
    """A prescribed time course: linear between ``days``, held outside. ``values``: (n,) or (n, ny, nx)."""

    days: np.ndarray
    values: np.ndarray

    def at(self, time: Array) -> Array:
        """Value at ``time`` days, as (1, 1, 1) or (1, ny, nx)."""
        days, values = jnp.asarray(self.days), jnp.asarray(self.values)
        i = jnp.clip(jnp.searchsorted(days, time, side="right") - 1, 0, max(len(self.days) - 2, 0))
        j = jnp.minimum(i + 1, len(self.days) - 1)
        w = jnp.where(j > i, jnp.clip((time - days[i]) / jnp.maximum(days[j] - days[i], 1e-9), 0.0, 1.0), 0.0)
        value = (1 - w) * values[i] + w * values[j]
        return value.reshape((1, 1, 1)) if value.ndim == 0 else value[None]


@dataclass(frozen=True, eq=False)
class System:
    """Processes, their modes, the grid and the step.

    ``modes``: process → Mode (default model). ``prescriptions``: output or field → Course, for the processes
    that are prescribed. ConfigError names what does not fit. Two systems are the same only if they are one object, so
    that what is compiled for one can be kept (``march.marching``).
    """

    processes: Sequence[Process]
    grid: Grid
    dt: float = 0.5
    modes: Mapping[str, Mode] = field(default_factory=dict)
    prescriptions: Mapping[str, Course] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [process.name for process in self.processes]
        for name in self.modes:
            if name not in names:
                raise ConfigError(f"unknown mechanism {name!r}", expected=f"one of {', '.join(names)}")
        owners = {q: x for x in self.processes for q in (*x.fields, *x.outputs)}
        for quantity in self.prescriptions:
            owner = owners.get(quantity)
            if owner is None:
                raise ConfigError(f"no mechanism owns {quantity!r}", expected=f"one of {', '.join(sorted(owners))}")
            if self.mode(owner) is not Mode.PRESCRIBED:
                raise ConfigError(
                    f"{quantity!r} is given, but its mechanism {owner.name!r} runs as {self.mode(owner)}",
                    do=f"set {owner.name} to prescribed",
                )
        for process in self.processes:
            missing = [q for q in process.outputs if q not in self.prescriptions]
            if self.mode(process) is Mode.PRESCRIBED and missing:
                raise ConfigError(
                    f"{process.name} is prescribed, but no time course is given for {', '.join(missing)}"
                )

    def mode(self, process: Process) -> Mode:
        """Mode of one process."""
        return Mode(self.modes.get(process.name, Mode.MODEL))

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of all slow fields."""
        return tuple(name for process in self.processes for name in process.fields)

    @property
    def _frozen(self) -> frozenset[str]:
        """Fields of processes that are off: nothing happens to them, whoever else would act on them."""
        return frozenset(f for p in self.processes if self.mode(p) is Mode.OFF for f in p.fields)

    @property
    def running(self) -> list[Process]:
        """Processes run as a model."""
        return [process for process in self.processes if self.mode(process) is Mode.MODEL]

    @property
    def signals(self) -> tuple[str, ...]:
        """Signals that are spread; none where there is nowhere to spread to."""
        lone = self.grid.ny == self.grid.nx == 1
        return () if lone else tuple(name for process in self.running for name in process.signals)

    @property
    def carried(self) -> tuple[str, ...]:
        """What a step hands to the next beside the fields: signals, the sources of its first stage, and what the first
        stage before it had missed."""
        return tuple(x for name in self.signals for x in (name, _source(name), _missed(name)))

    def algebra(
        self, state: Mapping[str, Array], maps: Mapping[str, Array], params: Params, c: Context,
        more: Mapping[str, Array] = MappingProxyType({}),
    ) -> View:  # fmt: skip
        """Every output at ``state``: a View over fields, maps, outputs and the sources of signals.

        ``state``: fields, with or without the signals; without them, they are spread from what is emitted and ``more``
        (signal → what is added to its source).
        """
        data: dict[str, Array] = {**maps, **state}
        for process in self.processes:
            if self.mode(process) is Mode.OFF:
                data.update({name: jnp.zeros((1, 1, 1)) + neutral for name, neutral in process.outputs.items()})
            elif self.mode(process) is Mode.PRESCRIBED:
                data.update({name: self.prescriptions[name].at(c.time) for name in process.outputs})
        view = View(data)
        for process in self.running:
            data.update(process.drive(view, _params(process, params), c))
        emissions = self._emissions(view, params, c)
        data.update({_source(name): each.source for name, each in emissions.items()})
        if not self.signals or any(name not in state for name in self.signals):
            whole = {k: replace(each, source=each.source + more.get(k, 0.0)) for k, each in emissions.items()}
            data.update(_spread_all(whole, next(iter(state.values())), self.grid))
        for process in self.running:
            data.update(process.respond(view, _params(process, params), c))
        return view

    def _emissions(self, view: View, params: Params, c: Context) -> dict[str, Emission]:
        """What is emitted. ConfigError names a process that emits what it has not declared as a signal.

        Inputs are kept from it: signals are handed from step to step, and inputs are of one step.
        """
        c, emissions = replace(c, inputs=View({})), dict[str, Emission]()
        for process in self.running:
            own = process.emit(view, _params(process, params), c)
            if set(own) != set(process.signals):
                raise ConfigError(
                    f"{process.name} emits {', '.join(own) or 'nothing'}",
                    expected=f"its signals: {', '.join(process.signals) or 'none'}",
                    do="write what it emits as lines of kind signal in its table of quantities",
                )
            emissions.update(own)
        return emissions

    def changes(
        self, view: View, fields: Mapping[str, Array], params: Params, c: Context
    ) -> tuple[list[Flow], list[Movement]]:
        """Flows and movements at the state ``fields``, whose ``view`` is :meth:`algebra`; nothing happens to fields of
        processes that are off."""
        flows: list[Flow] = []
        movements: list[Movement] = []
        for process in self.running:
            own = process.flows(view, _params(process, params), c)
            moved = process.movements(view, _params(process, params), c)
            self._known(process, [x for flow in own for x in (flow.source, flow.target)] + [m.field for m in moved])
            flows.extend(own)
            movements.extend(moved)
        return _without(self._frozen, flows, fields), movements

    def _known(self, process: Process, names: Sequence[str | None]) -> None:
        """ConfigError when a process changes a field that no process owns."""
        for name in names:
            if name is not None and name not in self.fields:
                near = difflib.get_close_matches(name, self.fields, 1)
                raise ConfigError(
                    f"{process.name} changes {name!r}, which no mechanism owns as a field",
                    expected=f"{near[0]!r}?" if near else f"one of {', '.join(self.fields)}",
                    do="correct the name in its flows and movements",
                )

    def with_signals(
        self, fields: Mapping[str, Array], maps: Mapping[str, Array], params: Params, c: Context
    ) -> dict[str, Array]:
        """A state to start from: the fields, the signals that they make, and nothing missed so far."""
        zero = jnp.zeros_like(next(iter(fields.values())))
        return {**fields, **self._carry(self.algebra(fields, maps, params, c), dict.fromkeys(self.signals, zero))}

    def _carry(self, view: View, missed: Mapping[str, Array]) -> dict[str, Array]:
        """What is handed on, from the view of a first stage; ``missed``: signal → (batch, ny, nx)."""
        carried: dict[str, Array] = {}
        for name, value in missed.items():
            zero = jnp.zeros_like(value)
            carried |= {k: getattr(view, k) + zero for k in (name, _source(name))} | {_missed(name): value}
        return carried

    def step(
        self, state: Mapping[str, Array], maps: Mapping[str, Array], params: Params, c: Context
    ) -> tuple[dict[str, Array], dict[str, Array], View]:
        """State after one step, the labelled amounts that flowed, (batch, ny, nx), and the view of its beginning.

        What is taken at once comes first, then the kinetics in two stages (``stepping``), then the movements, whose
        coefficients are those of the beginning of the step.

        To spread the signals is what costs most, so it is done once a step: those of its end serve the next one too,
        as in a predictor–corrector scheme with one evaluation. The step's end is not known yet when they are needed,
        only its first stage ũ, which is off by O(Δt²). What ũ misses in one step is nearly what it missed in the step
        before (the modifier of Hamming 1959, doi:10.1145/320954.320958). With q the source of a signal, what is spread
        is

            q(ũⁿ⁺¹) + m(δⁿ, δⁿ⁻¹),    δⁿ = q(uⁿ) − q(ũⁿ),

        m the smaller of two of one sign and 0 of two of opposite sign: a source that a session makes or takes away is
        no trend. O(Δt³) is left, O(Δt²) of the movements, which ũ does not have. At rest nothing is.
        """
        later = replace(c, time=c.time + self.dt, span=-self.dt)
        fields = {name: state[name] for name in self.fields}
        view = self.algebra(state, maps, params, c)
        flows, movements = self.changes(view, fields, params, c)
        left, begin, taken = take_shares(fields, flows)
        first, _ = patankar_step(left, euler_stage(begin), self.dt)
        first = self._prescribed(first, later.time)
        missed = {name: getattr(view, _source(name)) - state[_source(name)] for name in self.signals}
        trend = {name: _smaller(value, state[_missed(name)]) for name, value in missed.items()}
        ahead = self.algebra(first, maps, params, later, trend)
        end, _ = self.changes(ahead, first, params, later)
        new, tallies = patankar_step(left, second_stage(left, first, begin, end), self.dt)
        for movement in movements:
            new[movement.field] = move(new[movement.field], movement, self.grid, self.dt)
        for label, amount in taken.items():
            tallies[label] = tallies.get(label, 0.0) + amount
        carried = self._carry(ahead, missed)
        return {**self._prescribed(new, later.time), **carried}, tallies, view

    def _prescribed(self, fields: Mapping[str, Array], time: Array) -> dict[str, Array]:
        """Fields with those that are prescribed at their values of ``time``."""
        given = self.prescriptions
        return {k: given[k].at(time) + jnp.zeros_like(v) if k in given else v for k, v in fields.items()}


def _without(frozen: frozenset[str], flows: list[Flow], fields: Mapping[str, Array]) -> list[Flow]:
    """Flows with frozen fields taken out: what they give is a production, what they would receive is lost."""
    kept: list[Flow] = []
    for flow in flows:
        source = None if flow.source in frozen else flow.source
        target = None if flow.target in frozen else flow.target
        if source is None and target is None:
            continue
        rate = flow.gain * flow.rate * fields[flow.source] if flow.source in frozen else flow.rate
        same = (source, target) == (flow.source, flow.target)
        kept.append(flow if same else Flow(source, target, rate, 1.0, flow.label, flow.when))
    return kept


def _source(name: str) -> str:
    """Name of the source of a signal, in a state and in a view."""
    return f"{name}_source"


def _missed(name: str) -> str:
    """Name, in a state, of what a first stage missed of the source of a signal."""
    return f"{name}_missed"


def _smaller(a: Array, b: Array) -> Array:
    """The smaller of two numbers of one sign; 0 of two of opposite sign."""
    return jnp.maximum(jnp.minimum(a, b), 0.0) + jnp.minimum(jnp.maximum(a, b), 0.0)


def _params(process: Process, params: Params) -> View:
    given = params.get(process.name, {})
    return View({name: jnp.asarray(given[name])[..., None, None] for name in process.parameters})


def _spread_all(emissions: Mapping[str, Emission], like: Array, grid: Grid) -> dict[str, Array]:
    """All fast signals in one batched solve: sources stacked on a leading axis."""
    if not emissions:
        return {}
    zero = jnp.zeros_like(like)
    if grid.ny == grid.nx == 1:  # nowhere to spread to
        return {name: jnp.maximum(e.source + zero, 0) for name, e in emissions.items()}
    source = jnp.stack([jnp.maximum(e.source + zero, 0) for e in emissions.values()])
    length = jnp.stack([e.length + jnp.zeros_like(like[:, :1, :1]) for e in emissions.values()])
    solved = jnp.maximum(screened_diffusion(source, length, grid), 0)  # below zero it can only be rounding
    return dict(zip(emissions, solved, strict=True))


def context(
    system: System, time: Array, inputs: Mapping[str, Array], seed: int, patients: jax.Array, step: Array
) -> Context:
    """Context of one step; ``inputs`` name → (batch,)."""
    from skintwin.engine.streams import streams

    shaped = View({name: value[:, None, None] for name, value in inputs.items()})
    keys = streams(seed, patients, "step", step)
    return Context(time=time, dt=system.dt, inputs=shaped, grid=system.grid, keys=keys, span=system.dt)
