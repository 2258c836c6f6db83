"""Imports point one way, heavy libraries stay out of the quick paths, and no file belongs to a machine."""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "skintwin"

KNOWS = {
    "evidence": set(),
    "engine": set(),
    "skin": {"evidence", "engine"},
    "mechanisms": {"evidence", "engine", "skin"},
    "disorders": {"evidence", "engine", "skin", "mechanisms"},
    "treatments": {"evidence", "engine", "skin", "mechanisms"},
    "optics": {"evidence", "skin"},
    "photo": {"evidence", "skin", "optics"},
    "phantoms": {"evidence", "engine", "skin", "mechanisms", "disorders", "optics", "photo"},
    "measure": {"evidence", "skin", "optics", "photo", "phantoms"},
    "study": {
        "evidence", "engine", "skin", "mechanisms", "disorders", "treatments", "optics", "photo", "measure", "report",
    },
    "report": {"evidence"},
    "export": {"evidence", "engine", "skin", "mechanisms", "study"},
    "cli": {"evidence", "optics", "photo", "measure", "study", "report", "skin", "export", "phantoms"},
}  # fmt: skip
"""What each room may import. A file at the top (errors, quantities, csv_rows) may be imported by any room."""

TOP = {"errors", "quantities", "csv_rows"}


def _imports(path: Path) -> set[str]:
    """Rooms (or top files) of the package that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            whole = node.module == "skintwin"
            names = [f"skintwin.{alias.name}" if whole else node.module for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("skintwin.")}
    return found - {"__version__"}


@pytest.mark.parametrize("room", sorted(KNOWS))
def test_imports_point_one_way(room):
    wrong = {
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in (PACKAGE / room).rglob("*.py")
        for name in _imports(path) - KNOWS[room] - TOP - {room}
    }
    assert not wrong, sorted(wrong)


def test_every_room_is_in_the_plan():
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert rooms == set(KNOWS)


def test_the_plan_has_no_circle():
    seen: list[str] = []
    waiting = dict(KNOWS)
    while waiting:
        ready = [room for room, needs in waiting.items() if needs <= set(seen)]
        assert ready, f"these rooms know each other in a circle: {sorted(waiting)}"
        seen += ready
        waiting = {room: needs for room, needs in waiting.items() if room not in ready}


@pytest.mark.parametrize("module", ["skintwin", "skintwin.cli"])
def test_quick_imports_stay_light(module):
    code = f"import sys, {module}; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"jax", "numba", "pandas", "xarray", "matplotlib", "scipy", "skimage", "pint", "numpy"} & set(loaded)
    assert not heavy


def test_help_is_quick():
    code = "from skintwin.cli import app; from typer.testing import CliRunner; CliRunner().invoke(app, ['--help'])"
    best = min(_seconds([sys.executable, "-c", code]) for _ in range(3))
    assert best < 2.0, f"skintwin --help took {best:.2f} s; some command imports too much at its top"


def _seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start
