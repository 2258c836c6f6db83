"""Expressions as formulas of SBML's text notation, with a name for what is used more than once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from skintwin.export.expressions import Node, uses

SIGNS = {
    "add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "^", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
    "eq": "==", "ne": "!=", "and": "&&", "or": "||",
}  # fmt: skip
BRACKETS = 2
"""Operations in a node, from which on it is given a name if it is used twice."""


class Formulas:
    """Writes expressions. ``names``: nodes that have a name, so that others refer to them."""

    def __init__(self, names: Mapping[Node, str], roots: list[Node]) -> None:
        self.names = dict(names)
        self.shared: dict[str, Node] = {}
        for node, count in uses(roots).items():
            if count > 1 and node not in self.names and _size(node, BRACKETS) >= BRACKETS:
                name = f"shared_{len(self.shared) + 1}"
                self.shared[name], self.names[node] = node, name

    def text(self, node: Node) -> str:
        """What a node is, in terms of the names of others."""
        return self._operation(node) if not node.is_leaf else self._leaf(node)

    def term(self, node: Node) -> str:
        """A node as it stands in another: by its name if it has one."""
        return self.names[node] if node in self.names else self.text(node)

    def _leaf(self, node: Node) -> str:
        if node.kind == "name":
            return node.name
        text = repr(node.value).replace("inf", "INF").replace("nan", "NaN")
        return f"({text})" if text.startswith("-") else text

    def _operation(self, node: Node) -> str:
        parts = [self.term(argument) for argument in node.arguments]
        if node.kind in SIGNS:
            return f"({parts[0]} {SIGNS[node.kind]} {parts[1]})"
        if node.kind == "neg":
            return f"(-{parts[0]})"
        if node.kind == "not":
            return f"(!{parts[0]})"
        if node.kind == "piecewise":
            return f"piecewise({parts[1]}, {parts[0]}, {parts[2]})"
        return f"{node.kind}({', '.join(parts)})"


def _size(node: Node, enough: int) -> int:
    """Operations in a node, counted up to ``enough``."""
    return min(enough, sum(1 for _ in _operations(node, enough)))


def _operations(node: Node, depth: int) -> Iterator[Node]:
    if not node.is_leaf and depth > 0:
        yield node
        for argument in node.arguments:
            yield from _operations(argument, depth - 1)
