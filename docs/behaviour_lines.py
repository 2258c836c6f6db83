"""The table of docs/behaviours.yaml: each behaviour with its tests and what they are compared with."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import yaml

HERE = Path(__file__).parent
TESTS = HERE.parent / "tests"


def lines() -> list[dict[str, object]]:
    """Entries of docs/behaviours.yaml: line, tests (file → names), and debt where a number is missed."""
    return list(yaml.safe_load((HERE / "behaviours.yaml").read_text(encoding="utf-8")))


def documented(path: Path) -> dict[str, str]:
    """Name without ``test_`` → docstring on one line, of every test of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name.removeprefix("test_"): " ".join((ast.get_docstring(node) or "").split())
        for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }  # fmt: skip


def named() -> Iterator[tuple[Path, str]]:
    """Every file and test named in the table."""
    for entry in lines():
        for file, names in entry["tests"].items():  # type: ignore[attr-defined]
            for name in names:
                yield TESTS / file, name


def table() -> str:
    """Markdown: a section for each behaviour."""
    parts = []
    for entry in lines():
        parts.append(f"## {entry['line']}\n")
        for file, names in entry["tests"].items():  # type: ignore[attr-defined]
            words = documented(TESTS / file)
            parts += [f"- **{name.replace('_', ' ')}** (`{file}`). {words[name]}".rstrip(". ") + "." for name in names]
        if "debt" in entry:
            parts.append(f"- [Calibration debt](../calibration-debt.md): {entry['debt']}.")
        parts.append("")
    return "\n".join(parts)
