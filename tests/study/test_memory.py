"""What is held in memory while a unit is marched does not grow with the length of the run; numbers in 64 bit."""

from __future__ import annotations

import gc
import tracemalloc

import jax
import numpy as np
import pytest

from skintwin.engine.march import March
from skintwin.study import simulate as whole
from skintwin.study.baseline import make_baseline
from skintwin.study.design import make_design
from skintwin.study.ensemble import run_ensemble
from skintwin.study.keys import study_keys
from skintwin.study.observe import MAPS
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


@pytest.mark.slow
def test_memory_does_not_grow_with_the_run(tmp_path):
    """Four times as long a run holds a table more, not maps: less than a tenth of one quantity's 24 weekly maps."""
    short, long = _held(8, tmp_path / "short"), _held(32, tmp_path / "long")
    weekly_maps = 24 * DRAWS * PIXELS**2 * 4
    assert long - short < weekly_maps / 10, (short, long, weekly_maps)


STAGES = ("run_ensemble", "write_results", "write_pictures")
"""What a study does after its first day is found."""


def _peaks(weeks, folder, monkeypatch):
    """Largest number of bytes that numpy and Python held at any moment of each stage, beyond those at its start."""
    peaks = {}

    def watched(name, stage):
        def run(*given):
            gc.collect()
            before = tracemalloc.get_traced_memory()[0]
            tracemalloc.reset_peak()
            result = stage(*given)
            peaks[name] = tracemalloc.get_traced_memory()[1] - before
            return result

        return run

    arms = [{"name": "light", "plan": [{"give": "nb_uvb", "until": "8 weeks"}]}]
    with monkeypatch.context() as patched:
        for name in STAGES:
            patched.setattr(whole, name, watched(name, getattr(whole, name)))
        tracemalloc.start()
        simulate(small_study(duration=f"{weeks} weeks", draws=DRAWS, pixels=PIXELS, arms=arms), folder)
        tracemalloc.stop()
    return peaks


@pytest.mark.slow
def test_no_stage_needs_the_whole_run(tmp_path, monkeypatch):
    """Not even for a moment: the peak of marching, of writing and of drawing does not grow from 32 to 96 weeks.

    Less than a third of the maps of the 16 visits between: zarr's threads alone make the peak of writing vary by a
    seventh of them. (The report holds a small picture for every visit and does grow.)
    """
    _peaks(8, tmp_path / "first", monkeypatch)  # tables and compiled programs that are kept from then on
    short, long = (_peaks(weeks, tmp_path / f"{weeks}", monkeypatch) for weeks in (32, 96))
    print(short, long)
    maps = len(MAPS) * 16 * DRAWS * PIXELS**2 * 4
    for name in STAGES:
        assert long[name] - short[name] < maps / 3, (name, short, long)


@pytest.mark.slow
def test_a_study_in_double_precision_marches_in_double_precision(tmp_path, monkeypatch):
    """What goes into every interval of the march, spin-up included, and what comes out: float64 only."""
    kinds, advance = set(), March.advance

    def spied(self, batch, fields, start):
        new, tallies = advance(self, batch, fields, start)
        numbers = (fields, batch.maps, batch.params, batch.inputs, new)
        kinds.update(np.asarray(leaf).dtype.name for leaf in jax.tree.leaves(numbers))
        return new, tallies

    monkeypatch.setattr(March, "advance", spied)
    study = small_study(precision="float64", draws=1, pixels=8, duration="2 weeks", arms=[{"name": "none"}])
    simulate(study, tmp_path / "run")
    assert kinds == {"float64"}


@pytest.mark.slow
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
