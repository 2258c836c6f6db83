"""The table of behaviours names tests that exist, and leaves none of tests/behaviours out."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]


def _lines() -> ModuleType:
    spec = importlib.util.spec_from_file_location("behaviour_lines", ROOT / "docs" / "behaviour_lines.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_test_named_in_the_table_exists_and_says_what_it_is_compared_with() -> None:
    book = _lines()
    for path, name in book.named():
        words = book.documented(path)
        assert name in words, f"{path.name} has no test_{name}"
        assert words[name] or path.parent.name != "behaviours", f"{name} has no docstring"


def test_no_behaviour_test_is_left_out() -> None:
    book = _lines()
    named = set(book.named())
    for path in sorted((ROOT / "tests" / "behaviours").glob("test_*.py")):
        left = [name for name in book.documented(path) if (path, name) not in named]
        assert not left, f"{path.name}: {left} belong to no line of docs/behaviours.yaml"
