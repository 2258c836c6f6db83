"""10,000 well-mixed patient-years in skintwin and in libroadrunner, one core each, at matched error.

Every patient has parameters of its own, drawn from the priors. libroadrunner runs the exported SBML patient by patient;
skintwin marches batches of patients. Run as a script this file is the child that is held to one core and prints JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

PATIENTS, BATCH = 10_000, 2_000
"""A batch of this size stays near the second-level cache: 10,000 at once take a twelfth longer, 1,000 a tenth."""
JUDGED, TIMED = 32, 96
"""Patients whose error is measured; patients on whom libroadrunner is timed."""
DAYS, EVERY = 364, 7
PLANS = {
    "sun only": [],
    "narrow-band UVB for half a year": [{"give": "nb_uvb", "until": "26 weeks"}],
}
TOLERANCES = (1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 1e-5)
"""libroadrunner's relative tolerances; absolute is a hundredth. The fastest whose error is within ours is taken."""
STEPS = (1.0, 0.5, 0.25)
"""skintwin's steps, days; half a day is the default of a study."""
TARGET = 20.0
ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def race() -> dict[str, Any]:
    """Rows of the table, made by a child process with one thread on one core."""
    environment = {**os.environ, "XLA_FLAGS": ONE_THREAD, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, str(Path(__file__).resolve())], env=environment, capture_output=True, text=True, check=True
    )
    rows = json.loads(done.stdout.splitlines()[-1])
    return {
        "rows": rows, "patients": PATIENTS, "batch": BATCH, "judged": JUDGED, "timed": TIMED, "target": TARGET,
    }  # fmt: skip


def compare(plan: str) -> list[dict[str, Any]]:
    """One row for each step."""
    from skintwin.engine.reference import Reference
    from skintwin.export.well_mixed import well_mixed
    from skintwin.mechanisms import amounts

    study = _study(PLANS[plan])
    model = well_mixed(study, "arm")
    few = people(study, model, JUDGED)
    sun = model.season
    smooth = lambda now: {"sun": few.inputs["sun"][:, 0] * 0 + sun.at(now)}  # noqa: E731
    every = round(EVERY / model.system.dt)
    truth = table(Reference(model.system, amounts(), smooth=smooth).run(few, every))
    march = {step: _marcher(model.system, step) for step in STEPS}
    rival, rows = Rival(model, few), []
    tried = [(tolerance, *rival.judge(few, truth, tolerance)) for tolerance in TOLERANCES]
    for step in STEPS:
        error = _error(march[step](few), truth)
        batches = [people(study, model, BATCH, seed) for seed in range(1, PATIENTS // BATCH + 1)]
        seconds = _ours(march[step], batches) / PATIENTS
        tolerance, theirs, _ = min((t for t in tried if t[1] <= error), key=lambda t: t[2])
        other = rival.seconds(people(study, model, TIMED), tolerance)
        rows.append({
            "plan": plan, "step": step, "error": error, "ms": 1e3 * seconds, "tolerance": tolerance,
            "their_error": theirs, "their_ms": 1e3 * other, "ratio": other / seconds,
            "whole": PATIENTS * seconds, "their_whole": PATIENTS * other,
        })  # fmt: skip
    return rows


def _study(plan: list[dict[str, str]]) -> Any:
    from skintwin.study.config import study_from

    return study_from({
        "title": "Race", "duration": f"{DAYS} days", "draws": 1, "pixels": 8, "arms": [{"name": "arm", "plan": plan}],
        "patient": {"age": "34 years", "phototype": "III", "site": "forearm", "latitude": "40 degrees"},
        "lesion": {"disorder": "vitiligo", "synthetic": {"diameter": "5 mm", "patch": "9 mm", "melanin": 0.0}},
    })  # fmt: skip


def people(study: Any, model: Any, n: int, seed: int = 1) -> Any:
    """Batch of ``n`` patients: half of the melanocytes left, some T cells, everything else as drawn."""
    import jax

    from skintwin.evidence import ledger
    from skintwin.study.design import KINDS
    from skintwin.study.keys import mechanism_params, patient_maps, study_keys

    draws = ledger().draw(study_keys(study), n, seed, kinds=KINDS)
    fields, maps = jax.tree.map(lambda x: np.repeat(x, n, axis=0), (model.batch.fields, model.batch.maps))
    inputs = {name: np.broadcast_to(value, (n, value.shape[1])) for name, value in model.batch.inputs.items()}
    maps |= {k: v[:, None, None] for k, v in patient_maps(study.patient, draws).items() if k in maps}
    fields |= {"melanocytes": 0.5 * maps["melanocyte_capacity"], "cd8": fields["cd8"] + 5.0}
    params = mechanism_params(study.patient, draws, np.float64)
    return replace(
        model.batch, fields=fields, maps=maps, params=params, inputs=inputs, patients=np.arange(n, dtype=np.int32)
    )


def table(seen: list[Any]) -> np.ndarray:
    """(weeks, 2, patients): melanin column and melanocytes."""
    from skintwin.skin.fields import MELANIN_STAGES

    columns = [sum(np.asarray(fields[name], float) for name in MELANIN_STAGES).ravel() for fields in seen]
    return np.stack([columns, [np.asarray(fields["melanocytes"], float).ravel() for fields in seen]], axis=1)


def _error(found: np.ndarray, truth: np.ndarray) -> float:
    """Root mean square over weeks, the two quantities and patients, relative to each patient's largest value."""
    return float(np.sqrt((((found - truth) / np.abs(truth).max(axis=0)) ** 2).mean()))


def _marcher(system: Any, step: float) -> Callable[[Any], np.ndarray]:
    """The engine at a step of ``step`` days, float32."""
    import jax

    from skintwin.engine.march import March

    machine = March(replace(system, dt=step), lambda view: {}, round(EVERY / step))

    def march(batch: Any) -> np.ndarray:
        # One plan for all: its inputs are held once and broadcast.
        inputs = {name: _stepped(name, value[:1], system.dt, step) for name, value in batch.inputs.items()}
        given = (batch.fields, batch.maps, batch.params, inputs)
        parts = jax.device_put(jax.tree.map(lambda x: np.asarray(x, np.float32), given))
        ready = replace(batch, **dict(zip(("fields", "maps", "params", "inputs"), parts, strict=True)))
        seen = [dict(ready.fields)]
        for start in range(0, ready.steps, machine.interval):
            seen.append(machine.advance(ready, seen[-1], start)[0])
        return table(seen)

    return march


def _stepped(name: str, values: np.ndarray, old: float, new: float) -> np.ndarray:
    """Inputs (n, steps) of steps ``old`` for steps ``new``: amounts shared out or added up, levels held or averaged."""
    from skintwin.mechanisms import amounts

    parts = round(max(old, new) / min(old, new))
    if new <= old:
        return np.repeat(values, parts, axis=1) / (parts if name in amounts() else 1)
    grouped = values.reshape(len(values), -1, parts)
    return grouped.sum(axis=2) if name in amounts() else grouped.mean(axis=2)


def _ours(march: Callable[[Any], np.ndarray], batches: list[Any]) -> float:
    """Processor seconds of all batches, the least of three; compiled beforehand."""
    march(batches[0])
    found = []
    for _ in range(3):
        start = time.process_time()
        for batch in batches:
            march(batch)
        found.append(time.process_time() - start)
    return min(found)


class Rival:
    """libroadrunner with the exported file: parameters, maps and initial state set anew for every patient."""

    def __init__(self, model: Any, batch: Any) -> None:
        import roadrunner

        from skintwin.export.equations import COLUMN, identifiers
        from skintwin.export.sbml import to_sbml

        roadrunner.Logger.setLevel(roadrunner.Logger.LOG_FATAL)
        self.runner, ids = roadrunner.RoadRunner(to_sbml(model)), identifiers()
        self.runner.timeCourseSelections = [COLUMN, ids["melanocytes"]]
        # Adams steps: the model is not stiff, and the backward ones stop at the moment a follicle starts.
        self.runner.integrator.stiff = False
        names = [ids[k] for k in (*batch.fields, *batch.maps)]
        names += [ids[k, s] for k, d in batch.params.items() for s in d]
        known = list(self.runner.model.getGlobalParameterIds())
        self.index = [known.index(name) for name in names]

    def course(self, batch: Any, tolerance: float) -> tuple[np.ndarray, float]:
        """(weeks, 2, patients) and processor seconds per patient."""
        parts = [*batch.fields.values(), *batch.maps.values(), *(v for d in batch.params.values() for v in d.values())]
        values = np.array([np.reshape(part, -1) for part in parts]).T.copy()
        self.runner.integrator.relative_tolerance = tolerance
        self.runner.integrator.absolute_tolerance = 0.01 * tolerance
        found, start = [], time.process_time()
        for row in values:
            self.runner.resetAll()
            self.runner.model.setGlobalParameterValues(self.index, row)
            found.append(np.array(self.runner.simulate(0, DAYS, DAYS // EVERY + 1)))
        seconds = (time.process_time() - start) / len(values)
        return np.array(found).transpose(1, 2, 0), seconds

    def judge(self, batch: Any, truth: np.ndarray, tolerance: float) -> tuple[float, float]:
        """Error and processor seconds per patient; infinite when it gives up."""
        try:
            found, seconds = self.course(batch, tolerance)
        except RuntimeError:
            return np.inf, np.inf
        return _error(found, truth), seconds

    def seconds(self, batch: Any, tolerance: float) -> float:
        """Processor seconds per patient, the least of three."""
        return min(self.course(batch, tolerance)[1] for _ in range(3))


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print(json.dumps([row for plan in PLANS for row in compare(plan)]))
