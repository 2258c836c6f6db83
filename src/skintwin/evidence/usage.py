"""Where the package uses parameters: a static scan, so that nothing needs to be run or imported.

Found are

- ``.value("group.name")`` and ``.parameter("group.name")``;
- the names in a tuple, list, set or dictionary called ``parameters`` or ``PARAMETERS`` in a class or module
  body; a short name gets the prefix of the class attribute ``name`` or the module constant ``GROUP`` (for a
  module without one, of its only class with a ``name``);
- any other string that is, as a whole, the key of an entry;
- families of keys: an f-string that starts with its group (``f"site.{site}_follicles"``), and a key that
  ends in an underscore (``"phototype.melanin_"``), use every entry that fits.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from skintwin.errors import LedgerError

PACKAGE = Path(__file__).parents[1]
_KEY = re.compile(r"[a-z][a-z0-9_]*\.[a-z0-9_]+")
_ANY = "[a-z0-9_]+"
_CITED = re.compile(r"\b[a-z]+\d{4}[a-z]?\b")
_READERS = frozenset({"value", "parameter"})
_LISTS = frozenset({"parameters", "PARAMETERS"})
_PREFIXES = frozenset({"name", "GROUP"})


@dataclass(frozen=True)
class Place:
    """A line of source: file relative to the folder that holds the package, and line number."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass
class Uses:
    """What the scan found.

    ``asked``: keys of readers and lists; ``patterns``: families of keys that readers ask for, as regular
    expressions; ``mentioned``, ``families``: the same of other strings, which may be something else;
    ``orphans``: short names without a group; ``cited``: words such as ``jacques1998`` in docstrings.
    """

    asked: dict[str, list[Place]] = field(default_factory=dict)
    patterns: dict[str, list[Place]] = field(default_factory=dict)
    mentioned: dict[str, list[Place]] = field(default_factory=dict)
    families: dict[str, list[Place]] = field(default_factory=dict)
    orphans: list[tuple[str, Place]] = field(default_factory=list)
    cited: set[str] = field(default_factory=set)

    def places(self, key: str) -> list[Place]:
        """Every place that uses ``key``, in order of file and line."""
        found = {*self.asked.get(key, ()), *self.mentioned.get(key, ())}
        for pattern, places in (*self.patterns.items(), *self.families.items()):
            if re.fullmatch(pattern, key):
                found.update(places)
        return sorted(found, key=lambda place: (place.file, place.line))


def scan_package(root: Path = PACKAGE) -> Uses:
    """Scan every ``.py`` file under ``root``; LedgerError if one is not valid Python."""
    uses = Uses()
    for path in sorted(root.rglob("*.py")):
        if path.is_relative_to(Path(__file__).parent):
            continue  # this room reads the ledger for others and uses no number itself
        name = path.relative_to(root.parent).as_posix()
        try:
            text = path.read_text(encoding="utf-8")
            tree = ast.parse(text, filename=name)
        except SyntaxError as error:
            raise LedgerError("is not valid Python", where=f"{name}:{error.lineno}") from error
        _scan_tree(tree, name, uses)
        uses.cited.update(_CITED.findall(text))
    return uses


def _scan_tree(tree: ast.Module, file: str, uses: Uses) -> None:
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    named = [prefix for prefix in (_prefix(node.body) for node in classes) if prefix]
    module_prefix = _prefix(tree.body) or (named[0] if len(named) == 1 else "")
    _scan_lists(tree.body, module_prefix, file, uses)
    for owner in classes:
        _scan_lists(owner.body, _prefix(owner.body) or module_prefix, file, uses)
    asked = {id(node) for node in _reader_arguments(tree, file, uses)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and id(node) not in asked:
            _note(uses.families, _pattern(node), file, node.lineno)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _KEY.fullmatch(node.value):
            _note(uses.mentioned, node.value, file, node.lineno)
            if node.value.endswith("_"):
                _note(uses.families, re.escape(node.value) + _ANY, file, node.lineno)


def _reader_arguments(tree: ast.Module, file: str, uses: Uses) -> Iterator[ast.expr]:
    """Note and give the first arguments of ``.value(...)`` and ``.parameter(...)``."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        first = node.args[0]
        if node.func.attr not in _READERS:
            continue
        if isinstance(first, ast.Constant) and isinstance(first.value, str) and _KEY.fullmatch(first.value):
            _note(uses.asked, first.value, file, first.lineno)
            yield first
        elif isinstance(first, ast.JoinedStr):
            _note(uses.patterns, _pattern(first), file, first.lineno)
            yield first


def _pattern(node: ast.JoinedStr) -> str:
    """Regular expression of the keys that an f-string can give; empty if it does not start with a group."""
    parts = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else _ANY for p in node.values]
    text = "".join(parts)
    return text if re.match(r"[a-z][a-z0-9_]*\\\.", text) else ""


def _note(table: dict[str, list[Place]], name: str, file: str, line: int) -> None:
    if name:
        table.setdefault(name, []).append(Place(file, line))


def _scan_lists(body: list[ast.stmt], prefix: str, file: str, uses: Uses) -> None:
    for target, value in _assignments(body):
        if target not in _LISTS:
            continue
        for item in _strings(value):
            place = Place(file, item.lineno)
            name = str(item.value)
            if "." not in name and not prefix:
                uses.orphans.append((name, place))
                continue
            _note(uses.asked, name if "." in name else f"{prefix}.{name}", file, item.lineno)


def _prefix(body: list[ast.stmt]) -> str:
    """Group of a class or module: its ``name`` or ``GROUP``, empty if it has none."""
    for target, value in _assignments(body):
        if target in _PREFIXES and isinstance(value, ast.Constant) and isinstance(value.value, str):
            return value.value
    return ""


def _assignments(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for node in body:
        if isinstance(node, ast.Assign):
            yield from ((t.id, node.value) for t in node.targets if isinstance(t, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            yield node.target.id, node.value


def _strings(node: ast.expr) -> Iterator[ast.Constant]:
    """String items of a literal collection (keys of a dictionary), also of a sum of collections."""
    if isinstance(node, ast.BinOp):
        yield from _strings(node.left)
        yield from _strings(node.right)
    items: list[ast.expr] = []
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        items = node.elts
    elif isinstance(node, ast.Dict):
        items = [key for key in node.keys if key is not None]
    for item in items:
        if isinstance(item, ast.Constant) and isinstance(item.value, str):
            yield item
