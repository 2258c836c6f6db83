"""Running the ensemble: arms × batches of draws, with progress, checkpoints and resume.

The unit of work is one batch of draws in one arm. A finished unit is a file; an unfinished one leaves a
checkpoint every few intervals. Both are found again, so a killed run continues with the same bytes: the state
is saved whole (rules included), and everything random is a function of seed, patient, purpose and step.

A unit keeps numbers only: endpoints are computed when they are observed, maps go to disk at the visits, and inputs
are made interval by interval. Memory does not grow with the length of the run, but for the plan's own calendar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from skintwin.engine.march import Batch, March, marching
from skintwin.study.arms import Course, course
from skintwin.study.baseline import Baseline
from skintwin.study.config import Study
from skintwin.study.design import Design
from skintwin.study.endpoint_names import ENDPOINTS
from skintwin.study.observe import MAPS, endpoints, observe, running_totals
from skintwin.study.parts import load_arrays, save_arrays
from skintwin.study.patch import Patch
from skintwin.study.system import make_system
from skintwin.study.visits import VisitMaps, visit_file

INTERVAL = 7.0
"""Days between observations of the endpoints."""
PICTURE_EVERY = 4
"""Observations between maps that are kept (four weeks: a visit)."""
BATCH = 8
"""Draws marched together: what fits the second-level cache on the machines measured (docs/performance.md)."""

COUNTED = ("points", "needles", "microneedling", "laser", "preparation")
"""What is counted over the run: needle points, and inputs that count sessions."""
RUNNING = ("red_days", "inflammation_days")
"""Endpoints that are added up from step to step."""
INJURED = ("needle_dots", "needling_zone", "laser_zone", "graft_zone")
"""Maps whose area a session injures."""

Progress = Callable[[int, int, str], None]
"""Called with intervals done, intervals in all, and what is being worked on."""


@dataclass(frozen=True)
class ArmResult:
    """One arm: ``endpoints`` name → (n, times); ``maps`` at the visits, on disk; ``given_until`` (n,): day up to which
    anything was given, 0 for nothing. ``totals``: input → (n,) sum of what was given, and ``points`` of needles;
    ``areas``: map of an injury → (n,) mm². ``sessions``: (n, lines of the plan) that were begun."""

    endpoints: dict[str, np.ndarray]
    maps: VisitMaps
    given_until: np.ndarray
    totals: dict[str, np.ndarray]
    areas: dict[str, np.ndarray]
    sessions: np.ndarray


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
    march = marching(system, observe, interval, add_up=running_totals)
    starts = [*range(0, study.steps, interval)]
    days = np.array([*starts, study.steps]) * study.step
    visits = _visits(len(days))
    groups = [np.arange(i, min(i + batch, design.n)) for i in range(0, design.n, batch)]
    total, done = len(study.arms) * len(groups) * len(starts), 0
    results: dict[str, ArmResult] = {}
    for a, arm in enumerate(study.arms):
        pieces, folders = [], []
        for g, group in enumerate(groups):
            label = f"{arm.name}, draws {group[0] + 1}–{group[-1] + 1} of {design.n}"
            part = work / f"arm{a:02d}-batch{g:04d}.npz"
            folders.append(part.with_suffix(""))
            piece = load_arrays(part)
            if piece is None:
                rows = _padded(group, batch)
                unit = _Unit(march, course(study, arm, patch, design, rows), baseline, patch, design.patients, rows,
                             starts, visits, folders[-1])  # fmt: skip
                for count in unit.run():
                    progress(done + count, total, label)
                piece = unit.result()
                save_arrays(part, piece)
                unit.checkpoint.unlink(missing_ok=True)
            pieces.append({name: value[: len(group)] for name, value in piece.items()})
            done += len(starts)
            progress(done, total, label)
        maps = VisitMaps(folders, [len(group) for group in groups], len(visits))
        results[arm.name] = _join(pieces, maps, days, study.step)
    return Ensemble(results, days, days[visits])


def started(work: Path) -> bool:
    """Whether a folder of parts holds work that a run can go on from."""
    return work.is_dir() and any(work.glob("*.npz"))


def _visits(times: int) -> np.ndarray:
    kept = [*range(0, times, PICTURE_EVERY)]
    return np.array(kept if kept[-1] == times - 1 else [*kept, times - 1])


def _padded(group: np.ndarray, batch: int) -> np.ndarray:
    """Indices of a full batch: the last draw repeated, so that every batch is compiled once."""
    return np.concatenate([group, np.full(batch - len(group), group[-1])])


class _Unit:
    """One batch in one arm, with its checkpoint; maps of the visits go to ``folder`` as they come."""

    def __init__(
        self, march: March, plan: Course, baseline: Baseline, patch: Patch, patients: np.ndarray, rows: np.ndarray,
        starts: list[int], visits: np.ndarray, folder: Path,
    ) -> None:  # fmt: skip
        self.march, self.plan, self.patch, self.starts, self.folder = march, plan, patch, starts, folder
        self.place = {int(moment): number for number, moment in enumerate(visits)}
        self.checkpoint = folder.with_suffix(".checkpoint.npz")
        self.state = {name: value[rows] for name, value in baseline.fields.items()}
        self.maps = {name: value[rows] for name, value in baseline.maps.items()} | plan.maps
        self.params = {k: {s: v[rows] for s, v in d.items()} for k, d in baseline.params.items()}
        self.patients = patients[rows].astype(np.int32)
        self.gates = plan.gates(patch.kind)
        self.seen: list[dict[str, np.ndarray]] = []
        self.given = np.zeros(len(rows), int)
        self.totals = {name: np.zeros(len(rows)) for name in COUNTED}
        self.running = {name: np.zeros(len(rows)) for name in RUNNING}
        self.begun = np.zeros((len(rows), len(plan.arm.plan)))

    def run(self) -> Iterator[int]:
        """March to the end, yielding the number of intervals done."""
        self.folder.mkdir(exist_ok=True)
        ends = [*self.starts[1:], self.plan.study.steps]
        begin = self._resume()
        for count, (start, stop) in enumerate(zip(self.starts, ends, strict=True)):
            if count < begin:
                continue
            self._look(self._batch(start, stop), start, count)
            self.gates.observe(self.seen[-1], start)
            batch = self._batch(start, stop)
            self._count(batch, start, stop)
            self.state, added = self.march.advance(batch, self.state, start)
            self.running = {name: total + added[name] for name, total in self.running.items()}
            if (count + 1) % PICTURE_EVERY == 0 and count + 1 < len(self.starts):
                self._save(count + 1)
            yield count + 1
        self._look(self._batch(self.starts[-1], ends[-1]), ends[-1], len(self.starts))

    def _batch(self, start: int, stop: int) -> Batch:
        inputs = self.plan.inputs(self.gates, start, stop)
        return Batch(self.state, self.maps, self.params, inputs, self.patients, self.plan.study.seed, start)

    def _count(self, batch: Batch, start: int, stop: int) -> None:
        self.given = np.maximum(self.given, self.plan.gives(self.gates, start, stop))
        self.begun += self.plan.begins(self.gates, start, stop)
        self.totals["points"] += self.plan.pricks(self.gates, start, stop)
        for name in COUNTED:
            if name in batch.inputs:
                self.totals[name] += np.asarray(batch.inputs[name], np.float64).sum(axis=1)

    def _look(self, batch: Batch, step: int, moment: int) -> None:
        maps = self.march.look(batch, self.state, step)
        gain = self.plan.draws["inflammation.erythema_gain"]
        self.seen.append(endpoints(maps, self.patch, gain) | self.running)
        if moment in self.place:
            kept = {name: np.asarray(maps[name], np.float32) for name in MAPS}
            save_arrays(self.folder / visit_file(self.place[moment]), kept)

    def _resume(self) -> int:
        """Intervals done by a run that was killed."""
        stored = load_arrays(self.checkpoint)
        if stored is None:
            return 0
        done = int(stored["done"])
        self.state = {k.removeprefix("state."): v for k, v in stored.items() if k.startswith("state.")}
        self.gates.restore(stored)
        self.given, self.begun = stored["given"], stored["begun"]
        self.totals = {name: stored[f"total.{name}"] for name in COUNTED}
        self.running = {name: stored[f"running.{name}"] for name in RUNNING}
        names = [name.removeprefix("seen.") for name in stored if name.startswith("seen.")]
        self.seen = [{name: stored[f"seen.{name}"][:, k] for name in names} for k in range(done)]
        return done

    def _save(self, done: int) -> None:
        whole = {f"state.{name}": np.asarray(value) for name, value in self.state.items()}
        seen = {f"seen.{name}": values for name, values in self._table().items()}
        totals = {f"total.{name}": values for name, values in self.totals.items()}
        totals |= {f"running.{name}": values for name, values in self.running.items()}
        plan = {"done": np.array(done), "given": self.given, "begun": self.begun, **totals, **self.gates.state()}
        save_arrays(self.checkpoint, {**plan, **whole, **seen})

    def _table(self) -> dict[str, np.ndarray]:
        return {name: np.stack([moment[name] for moment in self.seen], axis=1) for name in self.seen[0]}

    def result(self) -> dict[str, np.ndarray]:
        """Endpoints of all moments, how long something was given, and how much."""
        pixel = self.patch.grid.pixel_area
        shape = (len(self.given), *self.patch.grid.shape)
        areas = {name: np.broadcast_to(self.maps[name], shape).sum(axis=(1, 2)) * pixel for name in INJURED}
        return {
            **{f"endpoint.{name}": values for name, values in self._table().items()}, "given": self.given,
            "begun": self.begun,
            **{f"total.{name}": values for name, values in self.totals.items()},
            **{f"area.{name}": values for name, values in areas.items()},
        }  # fmt: skip


def _join(pieces: list[dict[str, np.ndarray]], maps: VisitMaps, days: np.ndarray, step: float) -> ArmResult:
    whole = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
    seen = {k.removeprefix("endpoint."): v for k, v in whole.items() if k.startswith("endpoint.")}
    totals = {k.removeprefix("total."): v for k, v in whole.items() if k.startswith("total.")}
    areas = {k.removeprefix("area."): v for k, v in whole.items() if k.startswith("area.")}
    seen = {info.name: seen[info.name] for info in ENDPOINTS if info.name in seen}
    return ArmResult(seen, maps, whole["given"] * step, totals, areas, whole["begun"])
