"""Expressions: what a traced calculation on one pixel looks like, as a graph in which nothing is written twice.

A node is a number, a name, or an operation on nodes. Equal nodes are one object, so that the graph of a model stays as
small as its equations; sums with zero, products with one and operations on numbers are worked out when a node is made.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass, field

from skintwin.engine.elementary import LEAST


@dataclass(frozen=True, eq=False)
class Node:
    """``kind``: number, name or the name of an operation. ``value`` of a number; ``name`` of a name."""

    kind: str
    arguments: tuple[Node, ...] = ()
    value: float = math.nan
    name: str = ""

    @property
    def is_leaf(self) -> bool:
        """Whether it is a number or a name."""
        return not self.arguments


def _logarithm(x: float) -> float:
    return math.log(x) if x > 0 else (-math.inf if x == 0 else math.nan)


FOLD: dict[str, Callable[..., float]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "neg": operator.neg, "pow": operator.pow,
    "div": lambda a, b: a / b if b else math.copysign(math.inf, a) if a else math.nan,
    "max": max, "min": min, "exp": math.exp, "ln": _logarithm, "abs": abs, "floor": math.floor,
    "lt": lambda a, b: float(a < b), "le": lambda a, b: float(a <= b), "gt": lambda a, b: float(a > b),
    "ge": lambda a, b: float(a >= b), "eq": lambda a, b: float(a == b), "ne": lambda a, b: float(a != b),
    "and": lambda a, b: float(bool(a) and bool(b)), "or": lambda a, b: float(bool(a) or bool(b)),
    "not": lambda a: float(not a), "piecewise": lambda c, a, b: a if c else b, "sqrt": math.sqrt,
    "sin": math.sin, "cos": math.cos, "tanh": math.tanh,
}  # fmt: skip
"""What each operation does to numbers. ``piecewise`` takes condition, value if true, value if not."""
LOGICAL = frozenset({"lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not"})
"""Operations whose result is true or false."""


@dataclass
class Graph:
    """Makes nodes, each once."""

    _known: dict[object, Node] = field(default_factory=dict)

    def number(self, value: float) -> Node:
        """A number."""
        return self._one(("number", float(value)), lambda: Node("number", value=float(value)))

    def name(self, name: str) -> Node:
        """A name that the reader of the model knows."""
        return self._one(("name", name), lambda: Node("name", name=name))

    def make(self, kind: str, *arguments: Node) -> Node:
        """An operation, simplified where that is exact."""
        if all(a.kind == "number" for a in arguments):
            return self.number(FOLD[kind](*(a.value for a in arguments)))
        shorter = self._shorter(kind, arguments)
        if shorter is not None:
            return shorter
        return self._one((kind, *map(id, arguments)), lambda: Node(kind, arguments))

    def _shorter(self, kind: str, arguments: tuple[Node, ...]) -> Node | None:
        a, b = arguments[0], arguments[-1]
        if kind == "add" and 0.0 in (a.value, b.value):
            return b if a.value == 0 else a
        if kind in ("sub", "div", "pow") and b.value == (0.0 if kind == "sub" else 1.0):
            return a
        if kind == "mul" and (a.value in (0.0, 1.0) or b.value in (0.0, 1.0)):
            return self.number(0.0) if 0.0 in (a.value, b.value) else (b if a.value == 1 else a)
        if kind == "div" and a.value == 0:
            return a
        if kind == "piecewise" and (a.kind == "number" or arguments[1] is b):
            return arguments[1] if a.value or arguments[1] is b else b
        if kind in ("and", "or") and "number" in (a.kind, b.kind):
            fixed, other = (a, b) if a.kind == "number" else (b, a)
            return fixed if bool(fixed.value) == (kind == "or") else other
        if kind == "exp" and a.kind == "mul":
            return self._power(*a.arguments)
        return a if kind in ("max", "min") and a is b else None

    def _power(self, *factors: Node) -> Node | None:
        """e^{p ln max(b, tiny)}, as :func:`skintwin.engine.elementary.power` writes it, is the power b^p again."""
        logarithm, exponent = sorted(factors, key=lambda n: n.kind != "ln")
        held = logarithm.arguments[0] if logarithm.kind == "ln" else None
        if held is None or held.kind != "max" or not any(n.value <= 2 * LEAST for n in held.arguments):
            return None
        base, _ = sorted(held.arguments, key=lambda n: n.kind == "number")
        return self.make("pow", base, exponent)

    def _one(self, key: object, make: Callable[[], Node]) -> Node:
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]


def uses(roots: list[Node]) -> dict[Node, int]:
    """How often each node is an argument of another, over everything that ``roots`` need."""
    count: dict[Node, int] = {}
    seen: set[Node] = set()
    stack = list(roots)
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        count.setdefault(node, 0)
        for argument in node.arguments:
            count[argument] = count.get(argument, 0) + 1
            stack.append(argument)
    return count
