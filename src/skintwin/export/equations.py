"""The equations of a well-mixed model as expressions: rates of the fields, and every output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from skintwin.engine.reference import Reference, rates
from skintwin.errors import ConfigError
from skintwin.export.expressions import Graph, Node
from skintwin.export.tracing import trace
from skintwin.export.well_mixed import WellMixed
from skintwin.mechanisms import amounts, mechanisms
from skintwin.skin.fields import MELANIN_STAGES

COLUMN = "melanin_column"
"""Melanin of all stages together: not an output of a mechanism, but what most people plot first."""


@dataclass(frozen=True)
class Equations:
    """``rates``: field → expression of its rate, per day. ``outputs``: output → expression. ``ids``: quantity, or
    (process, parameter), → name in the exported model. ``graph`` of the expressions."""

    rates: dict[str, Node]
    outputs: dict[str, Node]
    ids: dict[str | tuple[str, str], str]
    graph: Graph


def identifiers() -> dict[str | tuple[str, str], str]:
    """mechanism__name of every quantity and every parameter. ConfigError when two of them meet."""
    found: dict[str | tuple[str, str], str] = {}
    for process in mechanisms():
        found |= {quantity.name: f"{process.name}__{quantity.name}" for quantity in process.quantities}
    for process in mechanisms():
        for short in process.parameters:
            name = f"{process.name}__{short}"
            # A mechanism may call a parameter what it calls a quantity: the parameter keeps the plain name.
            taken = [quantity for quantity, known in found.items() if known == name]
            found |= {quantity: f"{process.name}__{quantity}_{_kind(str(quantity))}" for quantity in taken}
            found[process.name, short] = name
    if len(set(found.values())) < len(found):
        raise ConfigError("two quantities share a name", expected="mechanism__name to be unique")
    return found


def _kind(name: str) -> str:
    return next(q.kind for process in mechanisms() for q in process.quantities if q.name == name)


def equations(model: WellMixed) -> Equations:
    """Traced right-hand side of the model. ConfigError names a mechanism and the operation that cannot be written."""
    graph, ids = Graph(), identifiers()
    reference = Reference(model.system, amounts() if needs_instant(model) else ())
    batch = model.batch

    def cell(name: str, shape: tuple[int, ...]) -> np.ndarray:
        cells = np.empty(shape, object)
        cells[...] = graph.name(name)
        return cells

    given = {
        "time": cell("time", ()),
        "fields": {k: cell(ids[k], (1, 1, 1)) for k in batch.fields},
        "maps": {k: cell(ids[k], (1, 1, 1)) for k in batch.maps},
        "params": {k: {s: cell(ids[k, s], (1,)) for s in d} for k, d in batch.params.items()},
        "inputs": {k: cell(ids[k], (1,)) for k in batch.inputs},
    }

    def everything(x: Mapping[str, Any]) -> dict[str, Any]:
        context = reference.context(x["time"], x["inputs"])
        change = rates(model.system, x["fields"], x["maps"], x["params"], context)
        view = model.system.algebra(x["fields"], x["maps"], x["params"], context)
        outputs = {name: getattr(view, name) for process in model.system.processes for name in process.outputs}
        outputs[COLUMN] = sum(x["fields"][name] for name in MELANIN_STAGES)
        return {f"rate {k}": v for k, v in change.items()} | {f"output {k}": v for k, v in outputs.items()}

    found = trace(everything, given, graph)
    split = {
        kind: {name.removeprefix(f"{kind} "): node for name, node in found.items() if name.startswith(f"{kind} ")}
        for kind in ("rate", "output")
    }
    return Equations(split["rate"], split["output"], {**ids, COLUMN: COLUMN}, graph)


def needs_instant(model: WellMixed) -> bool:
    """Whether a mechanism reacts to the length of a step otherwise than by sharing out a dose (a laser does).

    The rate of the moment is then the limit for a short step; otherwise the plain formula is the same and reads better.
    """
    batch = model.batch
    largest = {name: jnp.asarray(value.max(axis=1)) for name, value in batch.inputs.items()}
    with jax.enable_x64(True):
        plain, instant = (
            rates(model.system, batch.fields, batch.maps, batch.params, Reference(model.system, given).context(
                jnp.asarray(0.0), jax.tree.map(jnp.asarray, largest)))
            for given in ((), amounts())
        )  # fmt: skip
        pairs = [(float(plain[name].item()), float(instant[name].item())) for name in plain]
    return any(abs(a - b) > 1e-6 * (abs(a) + abs(b)) for a, b in pairs)
