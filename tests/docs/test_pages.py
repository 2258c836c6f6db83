"""Generated pages are current, the tutorial runs, the contributing guide's mechanism works, links lead somewhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

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


STUDY = """
import sys
from skintwin.study.config import study_from
from skintwin.study.simulate import simulate

arm = [{"give": "daily_scrub", "until": "28 d"}]
study = study_from({
    "title": "Worked example", "duration": "28 d", "draws": 2, "pixels": 12,
    "patient": {"age": "30 years", "phototype": "III", "site": "forearm"},
    "lesion": {"disorder": "naevus_depigmentosus",
               "synthetic": {"diameter": "4 mm", "patch": "6 mm", "melanin": 0.4}},
    "arms": [{"name": "nothing"}, {"name": "scrub", "plan": arm}],
})
arms = simulate(study, sys.argv[1]).ensemble.arms
lighter = (arms["scrub"].endpoints["ita"][:, -1] - arms["nothing"].endpoints["ita"][:, -1]).mean()
assert "scrubbing.rate" in __import__("skintwin.study.keys", fromlist=["study_keys"]).study_keys(study)
print(lighter)
"""


def test_the_one_file_examples_of_the_contributing_guide_work(tmp_path):
    """Mechanism, disorder and treatment of the guide, put into a copy of the package: checked, found, drawn and run."""
    package = tmp_path / "skintwin"
    shutil.copytree(ROOT / "src" / "skintwin", package, ignore=shutil.ignore_patterns("__pycache__"))
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    files = re.findall(r"^```(?:python|csv)\n# src/skintwin/(\S+)\n(.*?)^```", text, flags=re.M | re.S)
    assert len(files) == 4
    for name, content in files:
        assert not (package / name).exists()
        (package / name).write_text(content, encoding="utf-8")

    def run(*arguments: str) -> str:
        environment = os.environ | {"PYTHONPATH": str(tmp_path)}
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("-m", "skintwin", "evidence", "check")
    # A tenth of the corneocytes a day against a transit of two weeks lightens lesion and skin alike by some degrees.
    assert 0.5 < float(run("-c", STUDY, str(tmp_path / "out")).splitlines()[-1]) < 15


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    missing = [
        target
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text)
        if not target.startswith(("http:", "https:", "mailto:")) and not (page.parent / target).exists()
    ]
    assert not missing
