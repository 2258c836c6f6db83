"""What is held in memory while a unit is marched does not grow with the length of the run; numbers in 64 bit."""

from __future__ import annotations

import gc
import tracemalloc

import jax
import numpy as np
import pytest

from skintwin.study.baseline import make_baseline
from skintwin.study.design import make_design
from skintwin.study.ensemble import run_ensemble
from skintwin.study.keys import study_keys
from skintwin.study.patch import make_patch
from skintwin.study.simulate import simulate
from skintwin.study.system import make_system
from tests.study.small import small_study

PIXELS, DRAWS = 64, 4


def _held(weeks, folder):
    """Largest number of bytes held at the end of an interval, beyond those at the first one."""
    arms = [{"name": "light", "plan": [{"give": "nb_uvb", "until": "8 weeks"}]}]
    study = small_study(duration=f"{weeks} weeks", draws=DRAWS, pixels=PIXELS, arms=arms)
    patch = make_patch(study)
    design = make_design(study_keys(study), study.draws, study.seed)
    baseline = make_baseline(study, patch, design, make_system(study, patch.grid))
    held = []

    def measure(done, total, label):
        gc.collect()
        held.append(tracemalloc.get_traced_memory()[0] + sum(array.nbytes for array in jax.live_arrays()))

    tracemalloc.start()
    run_ensemble(study, patch, design, baseline, folder, measure, DRAWS)
    tracemalloc.stop()
    return max(held) - held[0]


def test_memory_does_not_grow_with_the_run(tmp_path):
    """Four times as long a run holds a table more, not maps: less than a tenth of one quantity's 24 weekly maps."""
    short, long = _held(8, tmp_path / "short"), _held(32, tmp_path / "long")
    weekly_maps = 24 * DRAWS * PIXELS**2 * 4
    assert long - short < weekly_maps / 10, (short, long, weekly_maps)


def test_double_precision_agrees_with_single(tmp_path):
    """The same study in 64 bit: the same answer to single precision, without leaving 64 bit switched on."""
    arms = [{"name": "light", "plan": [{"give": "nb_uvb", "until": "4 weeks"}]}]
    changes = {"draws": 2, "pixels": 12, "duration": "4 weeks", "arms": arms}
    single, double = (
        simulate(small_study(precision=name, **changes), tmp_path / name).ensemble.arms["light"].endpoints
        for name in ("float32", "float64")
    )
    assert not jax.config.jax_enable_x64
    for name in ("melanocytes", "ita", "inflammation"):
        assert double[name] == pytest.approx(single[name], rel=2e-4, abs=1e-4)
        assert not np.array_equal(double[name][:, -1], single[name][:, -1]), name
