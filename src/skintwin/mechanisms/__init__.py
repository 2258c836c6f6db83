"""Mechanisms: one file each. A file in this folder that defines a Process is found by itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from skintwin.engine.discovery import classes_in
from skintwin.engine.process import Process
from skintwin.engine.quantities import Quantity


@cache
def mechanisms() -> tuple[Process, ...]:
    """Every mechanism, in an order in which each comes after those whose outputs it needs."""
    found = [kind() for kind in classes_in(__name__, __path__, Process)]
    ordered: list[Process] = []
    while found:
        made = {output for process in ordered for output in process.outputs}
        pending = {output for process in found for output in process.outputs}
        ready = [p for p in found if not (set(p.needs) & (pending - made - set(p.outputs)))]
        if not ready:
            raise RuntimeError(f"mechanisms need each other in a circle: {', '.join(p.name for p in found)}")
        ordered.extend(ready)
        found = [process for process in found if process not in ready]
    return tuple(ordered)


def parameter_keys() -> tuple[str, ...]:
    """Ledger keys of every parameter of every mechanism."""
    return tuple(f"{process.name}.{short}" for process in mechanisms() for short in process.parameters)


@cache
def quantities() -> Mapping[str, Quantity]:
    """Every quantity of every mechanism by name. RuntimeError when two mechanisms declare the same one."""
    found: dict[str, Quantity] = {}
    for process in mechanisms():
        for quantity in process.quantities:
            if quantity.name in found:
                raise RuntimeError(f"{process.name} declares {quantity.name!r}, which another mechanism owns")
            found[quantity.name] = quantity
    return found


def neutral(kind: str) -> dict[str, float]:
    """Name → neutral value of the quantities of a kind, places among the maps; maps that must be given are left out."""
    kinds = ("map", "place") if kind == "map" else (kind,)
    return {q.name: q.neutral for q in quantities().values() if q.kind in kinds and q.neutral is not None}


AMOUNT = "in this step"
"""What the meaning of an input says when it is an amount given in a step; a level, or a rate per day, is not one."""


def amounts() -> frozenset[str]:
    """Inputs that are amounts: half as long a step holds half as much of them."""
    inputs = [q for q in quantities().values() if q.kind == "input" and "/day" not in q.unit]
    return frozenset(q.name for q in inputs if AMOUNT in q.meaning)
