"""Running the ensemble: arms × batches of draws, with progress, checkpoints and resume.

The unit of work is one batch of draws in one arm. A finished unit is a file; an unfinished one leaves a
checkpoint after every interval. Both are found again, so a killed run continues with the same bytes: the state
is saved whole, and everything random is a function of seed, patient, purpose and step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from skintwin.engine.march import Batch, March
from skintwin.study.arms import ArmInputs, arm_inputs
from skintwin.study.baseline import Baseline
from skintwin.study.config import Study
from skintwin.study.design import Design
from skintwin.study.observe import MAPS, endpoints, observe
from skintwin.study.parts import load_arrays, save_arrays
from skintwin.study.patch import Patch
from skintwin.study.system import make_system

INTERVAL = 7.0
"""Days between observations of the endpoints."""
PICTURE_EVERY = 4
"""Observations between maps that are kept (four weeks: a visit)."""
BATCH = 8
"""Draws marched together: what fits the second-level cache on the machines measured (docs/performance.md)."""

Progress = Callable[[int, int, str], None]
"""Called with intervals done, intervals in all, and what is being worked on."""


@dataclass(frozen=True)
class ArmResult:
    """One arm: ``endpoints`` name → (n, times); ``maps`` name → (n, visits, ny, nx) float32."""

    endpoints: dict[str, np.ndarray]
    maps: dict[str, np.ndarray]


@dataclass(frozen=True)
class Ensemble:
    """All arms. ``days`` (times,) of the endpoints, ``visit_days`` (visits,) of the maps."""

    arms: dict[str, ArmResult]
    days: np.ndarray
    visit_days: np.ndarray


def run_ensemble(
    study: Study, patch: Patch, design: Design, baseline: Baseline, work: Path, progress: Progress, batch: int = BATCH
) -> Ensemble:
    """March every arm and batch; ``work`` is the folder of parts, created if absent."""
    work.mkdir(parents=True, exist_ok=True)
    system = make_system(study, patch.grid)
    interval = max(1, round(INTERVAL / study.step))
    march = March(system, observe, interval)
    starts = [*range(0, study.steps, interval)]
    days = np.array([*starts, study.steps]) * study.step
    visits = _visits(len(days))
    groups = [np.arange(i, min(i + batch, design.n)) for i in range(0, design.n, batch)]
    total, done = len(study.arms) * len(groups) * len(starts), 0
    results: dict[str, ArmResult] = {}
    for a, arm in enumerate(study.arms):
        inputs = arm_inputs(study, arm, patch, design)
        pieces = []
        for g, group in enumerate(groups):
            label = f"{arm.name}, draws {group[0] + 1}–{group[-1] + 1} of {design.n}"
            part = work / f"arm{a:02d}-batch{g:04d}.npz"
            piece = load_arrays(part)
            if piece is None:
                unit = _Unit(march, _slice(baseline, inputs, design, study.seed, group, batch), starts, visits)
                for count in unit.run(part.with_suffix(".checkpoint.npz")):
                    progress(done + count, total, label)
                piece = unit.result(patch, design.draws["inflammation.erythema_gain"][_padded(group, batch)])
                save_arrays(part, piece)
                part.with_suffix(".checkpoint.npz").unlink(missing_ok=True)
            pieces.append({name: value[: len(group)] for name, value in piece.items()})
            done += len(starts)
            progress(done, total, label)
        results[arm.name] = _join(pieces)
    return Ensemble(results, days, days[visits])


def _visits(times: int) -> np.ndarray:
    kept = [*range(0, times, PICTURE_EVERY)]
    return np.array(kept if kept[-1] == times - 1 else [*kept, times - 1])


def _padded(group: np.ndarray, batch: int) -> np.ndarray:
    """Indices of a full batch: the last draw repeated, so that every batch is compiled once."""
    return np.concatenate([group, np.full(batch - len(group), group[-1])])


def _slice(
    baseline: Baseline, arm: ArmInputs, design: Design, seed: int, group: np.ndarray, batch: int
) -> Batch:
    i = _padded(group, batch)
    return Batch(
        fields={name: value[i] for name, value in baseline.fields.items()},
        maps={name: value[i] for name, value in {**baseline.maps, **arm.maps}.items()},
        params={k: {s: v[i] for s, v in d.items()} for k, d in baseline.params.items()},
        inputs={name: value[i] for name, value in arm.inputs.items()},
        patients=design.patients[i].astype(np.int32),
        seed=seed,
    )


class _Unit:
    """One batch in one arm, with its checkpoint."""

    def __init__(self, march: March, batch: Batch, starts: list[int], visits: np.ndarray) -> None:
        self.march, self.batch, self.starts, self.visits = march, batch, starts, visits
        self.seen: list[dict[str, np.ndarray]] = []

    def run(self, checkpoint: Path) -> Iterator[int]:
        """March to the end, yielding the number of intervals done; observations are kept in ``seen``."""
        fields = dict(self.batch.fields)
        stored = load_arrays(checkpoint)
        begin = 0
        if stored is not None:
            begin = int(stored["done"])
            fields = {name: stored[f"field.{name}"] for name in fields}
            names = [*MAPS, "capacity"]
            self.seen = [{m: stored[f"seen.{m}"][k] for m in names} for k in range(begin)]
        for count, start in enumerate(self.starts):
            if count < begin:
                continue
            self.seen.append(self.march.look(self.batch, fields, start))
            fields, _ = self.march.advance(self.batch, fields, start)
            if (count + 1) % PICTURE_EVERY == 0 and count + 1 < len(self.starts):
                self._save(checkpoint, fields, count + 1)
            yield count + 1
        self.seen.append(self.march.look(self.batch, fields, self.batch.steps))

    def _save(self, checkpoint: Path, fields: dict[str, np.ndarray], done: int) -> None:
        seen = {f"seen.{m}": np.stack([moment[m] for moment in self.seen]) for m in [*MAPS, "capacity"]}
        whole = {f"field.{name}": np.asarray(value) for name, value in fields.items()}
        save_arrays(checkpoint, {"done": np.array(done), **whole, **seen})

    def result(self, patch: Patch, erythema_gain: np.ndarray) -> dict[str, np.ndarray]:
        """Endpoints of all moments, maps of the visits."""
        tables = [endpoints(moment, patch, erythema_gain) for moment in self.seen]
        out = {f"endpoint.{name}": np.stack([t[name] for t in tables], axis=1) for name in tables[0]}
        for name in MAPS:
            out[f"map.{name}"] = np.stack([self.seen[k][name] for k in self.visits], axis=1)
        return out


def _join(pieces: list[dict[str, np.ndarray]]) -> ArmResult:
    whole = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
    return ArmResult(
        {k.removeprefix("endpoint."): v for k, v in whole.items() if k.startswith("endpoint.")},
        {k.removeprefix("map."): v for k, v in whole.items() if k.startswith("map.")},
    )
