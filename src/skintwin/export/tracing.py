"""From a calculation in JAX to expressions: the model that is exported is the model that runs.

The calculation is traced to its primitive operations (a jaxpr) and these are followed one by one on arrays of
expressions instead of numbers. An array of one pixel has one element, so that reshaping and broadcasting cost
nothing. A primitive that is not in the tables is remembered and refused only when something that is written needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jax
import numpy as np

from skintwin.errors import ConfigError
from skintwin.export.expressions import Graph, Node

Cells = Any
"""A numpy array of nodes (dtype object)."""

DIRECT = {
    "add": "add", "add_any": "add", "sub": "sub", "mul": "mul", "div": "div", "neg": "neg", "max": "max", "min": "min",
    "exp": "exp", "log": "ln", "pow": "pow", "abs": "abs", "sqrt": "sqrt", "sin": "sin", "cos": "cos", "tanh": "tanh",
    "floor": "floor", "lt": "lt", "le": "le", "gt": "gt", "ge": "ge", "eq": "eq", "ne": "ne", "and": "and",
    "or": "or", "not": "not",
}  # fmt: skip
"""Primitives that are one operation, element by element."""
SAME = frozenset({"copy", "copy_p", "stop_gradient", "reduce_precision", "optimization_barrier"})
"""Primitives that change nothing."""
CALLS = {
    "jit": "jaxpr", "pjit": "jaxpr", "closed_call": "call_jaxpr", "core_call": "call_jaxpr", "remat2": "jaxpr",
    "checkpoint": "jaxpr", "custom_jvp_call": "call_jaxpr", "custom_vjp_call": "call_jaxpr",
}  # fmt: skip
"""Primitives that hold a calculation of their own, done once, and where they keep it."""


def trace(function: Callable[..., Mapping[str, Any]], names: Any, graph: Graph) -> dict[str, Node]:
    """Expressions of what ``function`` returns, by name, each a single element.

    Parameters
    ----------
    function: of one argument, a tree like ``names``.
    names: a tree whose leaves are arrays of nodes (object), what the function is called with.
    graph: where nodes are made.

    Raises
    ------
    ConfigError: an operation that has no counterpart; says in which file, and so in which mechanism.
    """
    leaves, form = jax.tree.flatten(names, is_leaf=lambda x: isinstance(x, np.ndarray))
    with jax.enable_x64(True):
        like = [np.ones(leaf.shape) for leaf in leaves]  # only shapes and types are looked at
        closed, out = jax.make_jaxpr(function, return_shape=True)(jax.tree.unflatten(form, like))
    values = _follow(closed.jaxpr, closed.consts, leaves, graph)
    named = jax.tree.unflatten(jax.tree.structure(out), values)
    return {name: _single(name, value) for name, value in named.items()}


def _single(name: str, value: Cells) -> Node:
    if value.size != 1:
        raise ConfigError(f"{name} has {value.size} values", expected="one pixel, one value")
    node: Node = value.reshape(-1)[0]
    missing = _refused(node)
    if missing:
        raise ConfigError(missing, where=name, do="write it with other operations, or add the primitive to the export")
    return node


def _refused(node: Node) -> str:
    stack, seen = [node], set()
    while stack:
        now = stack.pop()
        if now.kind == "refused":
            return now.name
        if now not in seen:
            seen.add(now)
            stack.extend(now.arguments)
    return ""


def _follow(jaxpr: Any, consts: Any, given: list[Cells], graph: Graph) -> list[Cells]:
    known: dict[Any, Cells] = dict(zip(jaxpr.invars, given, strict=True))
    known |= {var: _numbers(value, graph) for var, value in zip(jaxpr.constvars, consts, strict=True)}

    def read(atom: Any) -> Cells:
        return _numbers(atom.val, graph) if hasattr(atom, "val") else known[atom]

    for equation in jaxpr.eqns:
        arguments = [read(atom) for atom in equation.invars]
        inner = equation.params.get(CALLS.get(equation.primitive.name, ""))
        if inner is not None:
            plain = hasattr(inner, "eqns")
            results = _follow(inner if plain else inner.jaxpr, [] if plain else inner.consts, arguments, graph)
        else:
            results = [_apply(equation, arguments, graph)]
        known.update(zip(equation.outvars, results, strict=False))
    return [read(atom) for atom in jaxpr.outvars]


def _numbers(value: Any, graph: Graph) -> Cells:
    array = np.asarray(value)
    cells = np.empty(array.shape, object)
    for index in np.ndindex(array.shape):
        cells[index] = graph.number(float(array[index]))
    return cells


def _each(graph: Graph, kind: str, *arrays: Cells) -> Cells:
    # The value of what is not a number is nan, and numpy takes comparing it for an invalid operation.
    with np.errstate(invalid="ignore"):
        return np.asarray(np.frompyfunc(lambda *nodes: graph.make(kind, *nodes), len(arrays), 1)(*arrays), object)


def _apply(equation: Any, arguments: list[Cells], graph: Graph) -> Cells:
    name, params = equation.primitive.name, equation.params
    if name in DIRECT:
        return _each(graph, DIRECT[name], *arguments)
    if name in SAME:
        return arguments[0]
    from skintwin.export.primitives import TABLE

    if name in TABLE:
        return np.asarray(TABLE[name](graph, arguments, params), object)
    shape = equation.outvars[0].aval.shape
    cells = np.empty(shape, object)
    cells[...] = Node("refused", name=f"{_place(equation)} uses the primitive {name!r}, which the export cannot write")
    return cells


def _place(equation: Any) -> str:
    """Mechanism (or file) in which an operation is written."""
    traceback = equation.source_info.traceback
    files = [Path(frame.file_name) for frame in traceback.frames] if traceback is not None else []
    for file in files:
        if file.parent.name == "mechanisms":
            return f"mechanism {file.stem}"
    own = [file for file in files if "skintwin" in file.parts]
    return f"{own[0].parent.name}/{own[0].name}" if own else "the model"
