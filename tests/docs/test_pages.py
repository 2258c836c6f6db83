"""Generated pages are current, the tutorial runs, the contributing guide's mechanism works, links lead somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def _blocks(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.M | re.S)


def test_generated_pages_are_current():
    command = [sys.executable, "docs/build.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_tutorial_runs(tmp_path):
    os.symlink(ROOT / "examples", tmp_path / "examples")
    code = "\n".join(_blocks(ROOT / "docs" / "tutorial.md"))
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "runs" / "forearm" / "report.html").exists()
    assert "hypopigmented" in done.stdout


def test_the_mechanism_of_the_contributing_guide_works():
    """Added to turnover on one pixel it lowers the cornified melanin, as its equation says."""
    from skintwin.engine.grid import Grid
    from skintwin.engine.process import Context, View
    from skintwin.engine.system import System
    from skintwin.mechanisms.turnover import Turnover

    space: dict[str, object] = {}
    exec(_blocks(ROOT / "CONTRIBUTING.md")[0], space)  # the page's own code
    scrubbing = space["Scrubbing"]
    maps = {"inflammation": np.zeros((1, 1, 1)), "viable_transit": np.full((1, 1, 1), 14.0),
            "cornified_transit": np.full((1, 1, 1), 14.0)}  # fmt: skip
    params = {"turnover": {"degradation_rate": np.zeros(1), "inflammation_gain": np.zeros(1)},
              "scrubbing": {"rate": np.full(1, 0.5)}}  # fmt: skip
    left = []
    for processes in ([Turnover()], [Turnover(), scrubbing()]):
        system = System(processes, Grid(1, 1, 0.2), 0.5)
        fields = {name: np.ones((1, 1, 1)) for name in system.fields}
        c = Context(0.0, 0.5, View({}), system.grid, np.zeros(1))
        new, _ = system.step(fields, maps, params, c)
        left.append(float(new["melanin_cornified"][0, 0, 0]))
    assert left[1] < left[0]
    # Same inflow, one more loss of 0.5/day in the denominator of the step.
    assert left[1] / left[0] == pytest.approx((1 + 0.5 / 14) / (1 + 0.5 / 14 + 0.25), rel=1e-6)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    missing = [
        target
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text)
        if not target.startswith(("http:", "https:", "mailto:")) and not (page.parent / target).exists()
    ]
    assert not missing
