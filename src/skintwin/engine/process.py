"""The contract between a process and the engine.

In one step the engine asks every process, in the order given, for

    drive    local quantities at the beginning of the step (a light dose, a capacity);
    emit     sources of fast signals, which the engine then spreads;
    respond  quantities that need the signals;
    flows    production, loss and transfer of the slow fields;
    movements of slow fields across the patch.

All are pure functions of (state, parameters, context). A process declares what it owns, so that it can be run
as a model, have its outputs prescribed, or be off.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from skintwin.engine.flows import Array, Emission, Flow, Movement
from skintwin.engine.grid import Grid
from skintwin.engine.quantities import Quantity


class Mode(StrEnum):
    """How a process takes part in a run."""

    MODEL = "model"
    PRESCRIBED = "prescribed"
    OFF = "off"


class View:
    """Read-only names over arrays: ``s.melanocytes`` is ``mapping["melanocytes"]``."""

    __slots__ = ("_data",)

    def __init__(self, data: Mapping[str, Array]) -> None:
        self._data = data

    def __getattr__(self, name: str) -> Array:
        try:
            return self._data[name]
        except KeyError:
            raise AttributeError(f"no quantity called {name!r}; there are: {', '.join(sorted(self._data))}") from None

    def __contains__(self, name: str) -> bool:
        return name in self._data


@dataclass(frozen=True)
class Context:
    """What a process may know about the moment.

    ``time``: days since the start (traced scalar). ``dt``: step, days. ``inputs``: scheduled scalars of this
    step, name → (batch, 1, 1). ``grid``: pixels. ``keys``: one random key per patch for this step. ``span``: days,
    over which a rate that stands for the step is the mean: ahead (``dt``) at its beginning, behind (−``dt``) at its
    end, 0 where rates of the moment are wanted.
    """

    time: Array
    dt: float
    inputs: View
    grid: Grid
    keys: Array
    span: float


class Process(ABC):
    """Base of every process. Shapes are (batch, ny, nx) or broadcast to it; rates are per day."""

    name: ClassVar[str]
    title: ClassVar[str]
    limits: ClassVar[str] = ""
    """What it leaves out, in a sentence or two for its page."""
    quantities: ClassVar[tuple[Quantity, ...]] = ()
    """What it owns and reads, as a ``quantities.table``; the five below follow from it."""
    fields: ClassVar[tuple[str, ...]] = ()
    """Slow fields that it owns."""
    outputs: ClassVar[Mapping[str, float]] = {}
    """Quantities that it makes each step (signals and drivers), with the neutral value used when it is off."""
    signals: ClassVar[tuple[str, ...]] = ()
    """Those of its outputs that ``emit`` sends out."""
    maps: ClassVar[Mapping[str, float | None]] = {}
    """Constants of a run that it reads, places too, with the value used when nobody gives one (None: must be given)."""
    inputs: ClassVar[Mapping[str, float]] = {}
    """Scheduled scalars that it reads, with their value when nothing is given."""
    needs: ClassVar[tuple[str, ...]] = ()
    """Outputs of others that ``respond`` reads: they must have responded before."""
    idle_unless_given: ClassVar[bool] = False
    """True when nothing happens in it unless a treatment engages it: its parameters then need not be drawn."""
    parameters: ClassVar[tuple[str, ...]] = ()
    """Short names of its parameters; the ledger key is ``name.parameter``."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "quantities" not in vars(cls):
            return
        own = cls.quantities
        cls.fields = tuple(q.name for q in own if q.kind == "field")
        cls.outputs = {q.name: q.neutral or 0.0 for q in own if q.kind in ("signal", "driver")}
        cls.signals = tuple(q.name for q in own if q.kind == "signal")
        cls.maps = {q.name: q.neutral for q in own if q.kind in ("map", "place")}
        cls.inputs = {q.name: q.neutral or 0.0 for q in own if q.kind == "input"}

    def drive(self, s: View, p: View, c: Context) -> dict[str, Array]:
        """Outputs that need only fields and inputs."""
        return {}

    def emit(self, s: View, p: View, c: Context) -> dict[str, Emission]:
        """Outputs that are fast signals: their sources and reach, of fields, maps and drives. Inputs cannot be read:
        let what is given make a field, and the field the signal."""
        return {}

    def respond(self, s: View, p: View, c: Context) -> dict[str, Array]:
        """Outputs that need signals."""
        return {}

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Slow kinetics."""
        return []

    def movements(self, s: View, p: View, c: Context) -> list[Movement]:
        """Movement of slow fields across the patch."""
        return []


Params = Mapping[str, Mapping[str, Any]]
"""Process name → parameter short name → (batch,) values."""
