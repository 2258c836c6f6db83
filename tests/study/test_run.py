"""The main job: a complete folder or none, the same bytes after a kill, the same numbers whatever the batch."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from skintwin.errors import PhotographError, RunError, SkintwinError
from skintwin.study import ensemble as ensemble_module
from skintwin.study import parts
from skintwin.study.baseline import make_baseline
from skintwin.study.design import make_design
from skintwin.study.ensemble import run_ensemble
from skintwin.study.keys import study_keys
from skintwin.study.patch import make_patch
from skintwin.study.simulate import simulate
from skintwin.study.system import make_system
from tests.study.small import small_study

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run that nobody disturbed."""
    return simulate(small_study(), tmp_path_factory.mktemp("whole") / "run")


def test_the_folder_describes_itself(finished):
    import pandas as pd
    import xarray as xr

    names = {path.name for path in finished.folder.iterdir()}
    assert names == {
        "run.json", "study.yaml", "fields.zarr", "endpoints.parquet", "summary.parquet", "draws.parquet",
        "durability.parquet", "burden.parquet", "harms.parquet",
        "citations.json", "pictures", "report.html", "report.th.html",
    }  # fmt: skip
    run = json.loads((finished.folder / "run.json").read_text())
    assert run["seed"] == 1
    assert set(run["libraries"]) >= {"jax", "numpy"}
    assert str(ROOT) not in (finished.folder / "run.json").read_text()
    summary = pd.read_parquet(finished.folder / "summary.parquet")
    table = pd.read_parquet(finished.folder / "endpoints.parquet")
    row = summary[(summary.arm == "cells and light") & (summary.endpoint == "melanin") & (summary.day == 56)].iloc[0]
    values = table[(table.arm == "cells and light") & (table.endpoint == "melanin") & (table.day == 56)].value
    assert row.q50 == pytest.approx(np.median(values))
    assert row.q05 <= row.q25 <= row.q50 <= row.q75 <= row.q95
    fields = xr.open_zarr(finished.folder / "fields.zarr", consolidated=False)
    assert fields.melanin.dims == ("arm", "role", "visit", "y", "x")
    assert fields.melanin.attrs["unit"] == "um"
    draws = pd.read_parquet(finished.folder / "draws.parquet")
    assert set(draws.kind) <= {"uncertainty", "variability"}
    cited = json.loads((finished.folder / "citations.json").read_text())
    assert all(source["key"] for source in cited)


def test_cells_come_and_go_and_only_where_they_are_given(finished):
    none, both = (finished.ensemble.arms[name].endpoints["cells"] for name in ("none", "cells and light"))
    assert none.max() == 0
    assert both[:, 3].min() > 0  # a week after the second session
    assert (both[:, -1] < 0.05 * both[:, 1:4].max(axis=1)).all()


def test_a_killed_run_goes_on_with_the_same_bytes(finished, tmp_path, monkeypatch):
    """Stopped twice, in mid-unit after a checkpoint and between units; then run to the end."""
    monkeypatch.setattr(ensemble_module, "PICTURE_EVERY", 4)
    for limit in (5, 11):
        seen = []

        def stop(done, total, label, seen=seen, limit=limit):
            seen.append(done)
            if len(seen) == limit:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            simulate(small_study(), tmp_path / "run", progress=stop)
        assert not (tmp_path / "run").exists()
    simulate(small_study(), tmp_path / "run")
    for name in ("endpoints.parquet", "summary.parquet", "draws.parquet", "run.json"):
        assert (tmp_path / "run" / name).read_bytes() == (finished.folder / name).read_bytes(), name
    for path in sorted((finished.folder / "pictures").iterdir()):
        assert (tmp_path / "run" / "pictures" / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_process_killed_outright_goes_on(finished, tmp_path):
    """SIGKILL gives no chance to tidy up."""
    code = f"""
        import os, signal
        from skintwin.study.simulate import simulate
        from tests.study.small import small_study
        count = []
        def die(done, total, label):
            count.append(done)
            if len(count) == 13:
                os.kill(os.getpid(), signal.SIGKILL)
        simulate(small_study(), {str(tmp_path / "run")!r}, progress=die)
    """
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT, capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    assert not (tmp_path / "run").exists()
    simulate(small_study(), tmp_path / "run")
    name = "endpoints.parquet"
    assert (tmp_path / "run" / name).read_bytes() == (finished.folder / name).read_bytes()


@pytest.mark.slow
def test_results_do_not_depend_on_the_batch(tmp_path):
    """Batches of 1, 3 and 8 of the same eight draws."""
    study = small_study()
    patch = make_patch(study)
    design = make_design(study_keys(study), study.draws, study.seed)
    baseline = make_baseline(study, patch, design, make_system(study, patch.grid))
    runs = [
        run_ensemble(study, patch, design, baseline, tmp_path / str(size), lambda *a: None, size) for size in (1, 3, 8)
    ]
    for arm in runs[0].arms:
        for name in ("melanin", "melanocytes", "msc"):
            one, *others = (run.arms[arm].maps.at(2)[name] for run in runs)
            scale = np.abs(one).max() + 1e-9
            for other in others:
                assert np.abs(one - other).max() / scale < 1e-5, (arm, name)


def test_a_changed_study_does_not_reuse_parts(tmp_path):
    def stop(done, total, label):
        if done >= 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(small_study(), tmp_path / "run", progress=stop)
    kept = list((tmp_path / "run.partial" / "parts").iterdir())
    assert kept
    with pytest.raises(KeyboardInterrupt):
        simulate(small_study(seed=2), tmp_path / "run", progress=stop)
    marks = {path.name: path.stat().st_mtime_ns for path in kept if path.exists()}
    assert all((tmp_path / "run.partial" / "parts" / name).stat().st_mtime_ns >= mark for name, mark in marks.items())
    assert len(list((tmp_path / "run.partial" / "parts").glob("*.npz"))) <= len(kept)


def test_a_full_disk_leaves_nothing_half_written(tmp_path, monkeypatch):
    """The disk fills while the second unit is written: the first stays whole, the run can go on."""
    real, written = np.savez, []

    def savez(stream, **arrays):
        written.append(stream.name)
        if len(written) > 2:
            stream.write(b"half a file")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(stream, **arrays)

    monkeypatch.setattr(parts.np, "savez", savez)
    with pytest.raises(RunError, match="No space left"):
        simulate(small_study(), tmp_path / "run")
    assert not (tmp_path / "run").exists()
    assert not list(tmp_path.rglob("*.tmp"))
    monkeypatch.setattr(parts.np, "savez", real)
    simulate(small_study(), tmp_path / "run")
    assert (tmp_path / "run" / "report.html").exists()


def test_an_output_that_cannot_be_written_is_refused_before_the_work(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be written"):
        simulate(small_study(), tmp_path / "file" / "run")


def test_a_finished_run_is_not_replaced_unasked(finished):
    with pytest.raises(RunError, match="--overwrite"):
        simulate(small_study(), finished.folder)


def test_a_part_that_is_damaged_is_made_again(tmp_path):
    path = tmp_path / "part.npz"
    parts.save_arrays(path, {"a": np.arange(3)})
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert parts.load_arrays(path) is None
    assert parts.load_arrays(tmp_path / "absent.npz") is None


def test_a_bad_photograph_leaves_no_folder(tmp_path):
    picture = tmp_path / "cut.png"
    picture.write_bytes((ROOT / "examples" / "photographs" / "halo_naevus.png").read_bytes()[:20000])
    study = small_study(lesion={"disorder": "halo_naevus", "photograph": str(picture)})
    with pytest.raises(PhotographError, match=r"cut\.png"):
        simulate(study, tmp_path / "run")
    assert [path.name for path in tmp_path.iterdir()] == ["cut.png"]


def test_a_folder_that_is_no_run_is_never_replaced(tmp_path):
    """Not even when asked: somebody's files are in it."""
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "run.json").write_text("{}")
    (folder / "thesis.txt").write_text("years of work")
    with pytest.raises(RunError, match="not a run folder"):
        simulate(small_study(), folder, overwrite=True)
    assert (folder / "thesis.txt").read_text() == "years of work"


def _drawn(diameter, patch, melanin):
    drawing = {"diameter": diameter, "patch": patch, "melanin": melanin}
    return {"disorder": "vitiligo", "synthetic": drawing}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lesion": _drawn("5 um", "9 um", 0.0)}, "um wide"),
        ({"lesion": _drawn("1 m", "2 m", 0.0)}, "mm wide"),
        ({"lesion": _drawn("5 mm", "9 mm", 3.0)}, "not lighter"),
        ({"mechanisms": {"sunlight": "prescribed"}}, "no time course is given for uv_dose"),
        ({"arms": [{"name": "a", "plan": [{"give": "nb_uvb", "until": "52 weeks"}]}]}, "goes on to day 364"),
        ({"arms": [{"name": "a", "plan": [{"give": "saline_injection", "volume": "5 mL"}]}]}, "0.5 mL"),
    ],
)  # fmt: skip
def test_what_cannot_be_run_is_refused_before_the_work(tmp_path, changes, words):
    with pytest.raises(SkintwinError, match=words):
        simulate(small_study(**changes), tmp_path / "run")
    assert not list(tmp_path.iterdir())
