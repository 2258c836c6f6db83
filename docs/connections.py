"""What every mechanism reads of the others and changes in them: each is run once, on names that note who asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import jax.numpy as jnp
import numpy as np

from skintwin.engine.flows import Array
from skintwin.engine.grid import Grid
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import Quantity
from skintwin.engine.system import System, context
from skintwin.evidence import ledger
from skintwin.mechanisms import mechanisms


@dataclass(frozen=True)
class Connections:
    """reads: quantities that others own or declare, by owner; changes: fields of others that its flows and movements
    change. Each as (owner, quantity), in the order in which mechanisms run."""

    reads: tuple[tuple[Process, Quantity], ...]
    changes: tuple[tuple[Process, Quantity], ...]


class _Noting(View):
    """A View that notes every name that is asked for."""

    __slots__ = ("asked", "view")

    def __init__(self, view: View, asked: set[str]) -> None:
        self.view, self.asked = view, asked

    def __getattr__(self, name: str) -> Array:
        self.asked.add(name)
        return getattr(self.view, name)

    def __contains__(self, name: str) -> bool:
        self.asked.add(name)
        return name in self.view


@cache
def connections() -> dict[str, Connections]:
    """Mechanism → what it is connected to."""
    every = mechanisms()
    system, book, zero = System(every, Grid(2, 2, 0.5)), ledger(), jnp.zeros((1, 2, 2))
    maps = {q: zero + (1.0 if neutral is None else neutral) for p in every for q, neutral in p.maps.items()}
    inputs = {q: np.full(1, neutral, np.float32) for p in every for q, neutral in p.inputs.items()}
    params = {p.name: {s: np.full(1, book.parameter(f"{p.name}.{s}").value) for s in p.parameters} for p in every}
    now = context(system, jnp.float32(0.0), inputs, 0, np.zeros(1, np.int32), jnp.int32(0))
    view = system.algebra(dict.fromkeys(system.fields, zero + 1.0), maps, params, now)
    found = {}
    for process in every:
        own = View({name: jnp.asarray(value)[..., None, None] for name, value in params[process.name].items()})
        asked, changed = _one(process, view, own, now)
        found[process.name] = Connections(_owned(asked, process, every), _owned(changed, process, every))
    return found


def _one(process: Process, view: View, own: View, now: Context) -> tuple[set[str], set[str]]:
    """Names that a process asks for, and fields that it changes."""
    asked: set[str] = set()
    noting = _Noting(view, asked)
    given = replace(now, inputs=_Noting(now.inputs, asked))
    parts: Sequence[Any] = [process.drive, process.respond]
    for part in parts:
        part(noting, own, given)
    process.emit(noting, own, replace(now, inputs=View({})))
    flows, movements = process.flows(noting, own, given), process.movements(noting, own, given)
    changed = {end for flow in flows for end in (flow.source, flow.target) if end is not None}
    return asked, changed | {movement.field for movement in movements}


def _owned(names: Iterable[str], process: Process, every: Sequence[Process]) -> tuple[tuple[Process, Quantity], ...]:
    """Those that another process's table holds and this one's does not."""
    own, wanted = {q.name for q in process.quantities}, set(names)
    return tuple((p, q) for p in every if p is not process for q in p.quantities if q.name in wanted - own)
