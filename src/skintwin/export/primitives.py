"""Primitives that are not one operation on each element: powers, choices, and those that only move elements about.

Each takes the graph, arrays of nodes, and the parameters of the primitive, and returns an array of nodes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from skintwin.export.expressions import LOGICAL, Graph, Node

Rule = Callable[[Graph, list[Any], Any], Any]


def _map(function: Callable[..., Node], *arrays: Any) -> Any:
    with np.errstate(invalid="ignore"):
        return np.frompyfunc(function, len(arrays), 1)(*arrays)


def _integer_power(graph: Graph, given: list[Any], params: Any) -> Any:
    power = graph.number(params.get("y", 2))
    return _map(lambda x: graph.make("pow", x, power), given[0])


def _logistic(graph: Graph, given: list[Any], params: Any) -> Any:
    one = graph.number(1)
    return _map(lambda x: graph.make("div", one, graph.make("add", one, graph.make("exp", graph.make("neg", x)))),
                given[0])  # fmt: skip


def _log1p(graph: Graph, given: list[Any], params: Any) -> Any:
    return _map(lambda x: graph.make("ln", graph.make("add", graph.number(1), x)), given[0])


def _expm1(graph: Graph, given: list[Any], params: Any) -> Any:
    return _map(lambda x: graph.make("sub", graph.make("exp", x), graph.number(1)), given[0])


def _power_of_two(graph: Graph, given: list[Any], params: Any) -> Any:
    ln2 = graph.number(float(np.log(2.0)))
    return _map(lambda x: graph.make("exp", graph.make("mul", ln2, x)), given[0])


def _reciprocal_root(graph: Graph, given: list[Any], params: Any) -> Any:
    return _map(lambda x: graph.make("div", graph.number(1), graph.make("sqrt", x)), given[0])


def _sign(graph: Graph, given: list[Any], params: Any) -> Any:
    zero, one = graph.number(0), graph.number(1)

    def sign(x: Node) -> Node:
        negative = graph.make("piecewise", graph.make("lt", x, zero), graph.number(-1), zero)
        return graph.make("piecewise", graph.make("gt", x, zero), one, negative)

    return _map(sign, given[0])


def _select(graph: Graph, given: list[Any], params: Any) -> Any:
    """Cases in order: false, true."""
    return _map(lambda c, no, yes: graph.make("piecewise", c, yes, no), *given)


def _clamp(graph: Graph, given: list[Any], params: Any) -> Any:
    return _map(lambda low, x, high: graph.make("min", graph.make("max", low, x), high), *given)


def _convert(graph: Graph, given: list[Any], params: Any) -> Any:
    """True and false become 1 and 0; a number becomes whole by losing its fraction."""
    kind = np.dtype(params["new_dtype"]).kind

    def convert(x: Node) -> Node:
        if x.kind in LOGICAL and kind in "fiu":
            return graph.make("piecewise", x, graph.number(1), graph.number(0))
        if x.kind not in LOGICAL and x.kind != "number" and kind == "b":
            return graph.make("ne", x, graph.number(0))
        return x if kind != "i" or x.kind != "number" else graph.number(float(int(x.value)))

    return _map(convert, given[0])


def _broadcast(graph: Graph, given: list[Any], params: Any) -> Any:
    shape = [1] * len(params["shape"])
    for axis, target in enumerate(params["broadcast_dimensions"]):
        shape[target] = given[0].shape[axis]
    return np.broadcast_to(given[0].reshape(shape), params["shape"])


def _reduced(kind: str) -> Rule:
    def rule(graph: Graph, given: list[Any], params: Any) -> Any:
        array = given[0]
        for axis in sorted(params["axes"], reverse=True):
            rows = np.moveaxis(np.asarray(array, object), axis, 0)
            array = reduce(lambda a, b: _map(lambda x, y: graph.make(kind, x, y), a, b), rows)
        return array

    return rule


def _slice(graph: Graph, given: list[Any], params: Any) -> Any:
    strides = params.get("strides") or (1,) * given[0].ndim
    return given[0][tuple(map(slice, params["start_indices"], params["limit_indices"], strides))]


def _stack(graph: Graph, given: list[Any], params: Any) -> Any:
    return np.stack(given, axis=params.get("axis", params.get("dimension", 0)))


TABLE: dict[str, Rule] = {
    "integer_pow": _integer_power, "square": _integer_power, "logistic": _logistic, "log1p": _log1p, "expm1": _expm1,
    "exp2": _power_of_two, "rsqrt": _reciprocal_root, "sign": _sign, "select_n": _select, "clamp": _clamp,
    "convert_element_type": _convert,
    "broadcast_in_dim": _broadcast, "reduce_max": _reduced("max"), "reduce_min": _reduced("min"),
    "reduce_sum": _reduced("add"), "reduce_prod": _reduced("mul"), "slice": _slice, "stack": _stack,
    "squeeze": lambda graph, given, params: np.squeeze(given[0], tuple(params["dimensions"])),
    "reshape": lambda graph, given, params: given[0].reshape(params["new_sizes"]),
    "concatenate": lambda graph, given, params: np.concatenate(given, axis=params["dimension"]),
    "transpose": lambda graph, given, params: np.transpose(given[0], params["permutation"]),
    "rev": lambda graph, given, params: np.flip(given[0], params["dimensions"]),
}  # fmt: skip
"""Name of a primitive → what it does to arrays of nodes."""
