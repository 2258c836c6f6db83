"""The main job: a study in, a run folder out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from skintwin.errors import SkintwinError
from skintwin.study.arms import course
from skintwin.study.baseline import make_baseline
from skintwin.study.config import Study, read_study
from skintwin.study.design import Design, make_design
from skintwin.study.ensemble import Ensemble, Progress, run_ensemble, started
from skintwin.study.folder import discard_if_empty, fingerprint, prepare, publish, write_results
from skintwin.study.keys import idle_keys, study_keys
from skintwin.study.patch import Patch, make_patch
from skintwin.study.pictures import write_pictures
from skintwin.study.system import make_system
from skintwin.study.views import write_views

CONTINUING = "continuing what an earlier run left"
"""Label of the progress when parts of a killed run are found."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """A finished run: where it lies, and its parts for those who go on in Python. Maps are in the folder."""

    folder: Path
    study: Study
    patch: Patch
    design: Design
    ensemble: Ensemble


def _silent(done: int, total: int, label: str) -> None:
    """No progress shown."""


def simulate(
    study: Study | str | Path, out: str | Path, *, overwrite: bool = False, progress: Progress = _silent
) -> Outcome:
    """Run a study and write its folder.

    Parameters
    ----------
    study: a Study, or the path of a study file. out: folder to make; what a killed run of the same study left
    beside it (``OUT.partial``) is continued. overwrite: replace a finished folder.

    Raises
    ------
    ConfigError, PhotographError, RunError: each says what, where and what to do. Nothing is left half written.
    """
    study = study if isinstance(study, Study) else read_study(study)
    import jax

    from skintwin.engine.compiled import keep_compiled

    keep_compiled()
    with jax.enable_x64(study.precision == "float64"):
        return _run(study, Path(out).resolve(), overwrite, progress)


def _run(study: Study, out: Path, overwrite: bool, progress: Progress) -> Outcome:
    from skintwin.report import write_report

    partial = prepare(out, overwrite=overwrite)
    try:
        patch = make_patch(study)
        system = make_system(study, patch.grid)
        design = make_design(study_keys(study), study.draws, study.seed, idle_keys(study))
        for arm in study.arms:
            course(study, arm, patch, design, [0])  # a plan that cannot be given is refused before the work
    except SkintwinError:
        discard_if_empty(partial)
        raise
    fingerprint(study, partial)
    if started(partial / "parts"):
        progress(0, 0, CONTINUING)
    baseline = make_baseline(study, patch, design, system)
    ensemble = run_ensemble(study, patch, design, baseline, partial / "parts", progress)
    write_results(partial, study, patch, design, ensemble)
    write_pictures(partial, patch, design, ensemble)
    if study.views:
        write_views(partial, study, patch, design, ensemble)
    write_report(partial)
    publish(partial, out)
    return Outcome(out, study, patch, design, ensemble)
