"""What is compiled depends on mechanisms, grid and batch: not on the arm, nor on the lesion."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from skintwin.engine.march import marching
from skintwin.study.baseline import make_baseline
from skintwin.study.design import make_design
from skintwin.study.ensemble import INTERVAL, run_ensemble
from skintwin.study.keys import study_keys
from skintwin.study.observe import observe, running_totals
from skintwin.study.patch import make_patch
from skintwin.study.system import make_system
from tests.study.small import small_study

ARMS: list[dict[str, Any]] = [
    {"name": "nothing"},
    {"name": "needles", "plan": [{"give": "saline_injection", "sessions": 1, "spacing": "2 mm"}]},
    {"name": "cream", "plan": [{"give": "tacrolimus", "until": "2 weeks"}]},
]


def test_one_compiled_march_serves_every_arm_and_lesion(tmp_path: Path) -> None:
    for diameter in (3, 5):
        drawn = {"diameter": f"{diameter} mm", "patch": "9 mm", "melanin": 0.0}
        lesion = {"disorder": "vitiligo", "synthetic": drawn}
        study = small_study(draws=2, pixels=9, duration="2 weeks", lesion=lesion, arms=ARMS)
        patch, design = make_patch(study), make_design(study_keys(study), study.draws, study.seed)
        system = make_system(study, patch.grid)
        baseline = make_baseline(study, patch, design, system)
        run_ensemble(study, patch, design, baseline, tmp_path / str(diameter), lambda *_: None)
        march = marching(system, observe, round(INTERVAL / study.step), add_up=running_totals)
        compiled: Any = march._advance
        assert compiled._cache_size() == 1, diameter
