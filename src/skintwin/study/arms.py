"""What each arm of a study gives: maps of the run, and inputs interval by interval, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from skintwin.disorders import disorders
from skintwin.errors import ConfigError
from skintwin.measure.repigmentation import has_contrast
from skintwin.mechanisms import neutral
from skintwin.study.config import Arm, Study
from skintwin.study.design import Design
from skintwin.study.endpoint_names import main_endpoint
from skintwin.study.gates import Gates
from skintwin.study.patch import Patch
from skintwin.study.sun_course import sun_course
from skintwin.treatments.base import Contribution, Occasion, combine, with_line
from skintwin.treatments.injection import Injection
from skintwin.treatments.joint_levels import JointLevel, joint_levels


@dataclass(frozen=True)
class ArmInputs:
    """``inputs`` name → (n, steps); ``maps``: every place, name → (n, ny, nx), so that one compiled march serves
    all arms, and what else the plan sets, also (n, 1, 1)."""

    inputs: dict[str, np.ndarray]
    maps: dict[str, np.ndarray]


@dataclass(frozen=True)
class Course:
    """The plan of one arm for some draws: ``given`` is what each line adds, kept apart so that rules can hold it
    back. ``maps`` as in :class:`ArmInputs`. ``points``: needle points of a session of each line. ``levels``: of drugs
    that several lines give, in place of what each of them adds."""

    study: Study
    arm: Arm
    draws: dict[str, np.ndarray]
    given: tuple[Contribution, ...]
    maps: dict[str, np.ndarray]
    points: tuple[int, ...]
    n: int
    levels: tuple[JointLevel, ...] = ()

    def gates(self, kind: str) -> Gates:
        """Rules before the first observation, for a lesion of this kind."""
        return Gates.at_start(self.arm.plan, main_endpoint(kind), self.n)

    def inputs(self, gates: Gates, start: int, stop: int) -> dict[str, np.ndarray]:
        """Inputs of the steps ``start`` to ``stop``, name → (n, stop − start), sun included."""
        study, length = self.study, stop - start
        inputs = {name: np.full((self.n, length), rest) for name, rest in neutral("input").items()}
        joint = {(k, level.input) for level in self.levels for k in level.members}
        for k, part in enumerate(self.given):
            for name, values in part.inputs.items():
                if (k, name) not in joint:
                    inputs[name] = with_line(name, inputs[name], gates.window(k, values, start, stop))
        for level in self.levels:
            inputs[level.input] = inputs[level.input] + gates.together(level, start, stop)
        day = start * study.step
        sun = sun_course(study.patient, self.draws, study.start, day, length, study.step)
        inputs["sun"] = inputs["sun"] + sun
        return {name: value.astype(study.dtype) for name, value in inputs.items()}

    def gives(self, gates: Gates, start: int, stop: int) -> np.ndarray:
        """Last step before ``stop`` (counted from 1) at which a line is given from ``start`` on; (n,), 0 for none.

        A line is given between its first and last day on the calendar, whatever its level does afterwards.
        """
        last = np.zeros(self.n, int)
        for k, line in enumerate(self.arm.plan):
            first, end = _calendar(dict(line.treatment), self.study.steps * self.study.step)
            steps = np.arange(self.study.steps) * self.study.step
            within = ((steps >= first) & (steps < end))[None, :]
            if not _daily(dict(line.treatment)):  # between sessions nothing is given
                days = line.treatment.begins()[:, None]
                within = within & ((steps >= days) & (steps < days + 1.0)).any(axis=0)
            some = gates.window(k, within, start, stop)
            last = np.maximum(last, np.where(some, np.arange(start, stop) + 1, 0).max(axis=1))
        return last

    def pricks(self, gates: Gates, start: int, stop: int) -> np.ndarray:
        """Needle points given in the steps ``start`` to ``stop``, (n,). All injections of an arm have one grid."""
        given = np.zeros((self.n, stop - start))
        for k, (part, count) in enumerate(zip(self.given, self.points, strict=True)):
            if count:
                given = with_line("needles", given, count * gates.window(k, part.inputs["needles"], start, stop))
        return np.asarray(given.sum(axis=1))

    def begins(self, gates: Gates, start: int, stop: int) -> np.ndarray:
        """Sessions that each line begins in the steps ``start`` to ``stop``, (n, lines).

        Daily use begins once: on the first step of its calendar on which it is really given.
        """
        whole = np.zeros((self.n, len(self.arm.plan)))
        for k, line in enumerate(self.arm.plan):
            if _daily(dict(line.treatment)):
                whole[:, k] = self._first_use(k, gates, start, stop)
                continue
            marks = np.zeros((1, self.study.steps))
            steps = np.round(line.treatment.begins() / self.study.step).astype(int)
            np.add.at(marks[0], np.minimum(steps, self.study.steps - 1), 1.0)
            whole[:, k] = gates.window(k, marks, start, stop).sum(axis=1)
        return whole


    def _first_use(self, k: int, gates: Gates, start: int, stop: int) -> np.ndarray:
        """1 where daily use ``k`` is given in the steps ``start`` to ``stop`` and was not before, (n,)."""
        steps = np.arange(self.study.steps) * self.study.step
        first, end = _calendar(dict(self.arm.plan[k].treatment), self.study.steps * self.study.step)
        opened, begun = gates.opened(k, stop)
        at = np.clip(np.arange(stop)[None, :] - gates.began[k][:, None], 0, len(steps) - 1)
        given = opened & begun & ((steps >= first) & (steps < end))[at]
        return np.asarray(given[:, start:].any(axis=1) & ~given[:, :start].any(axis=1), np.float64)


def _daily(fields: dict[str, Any]) -> bool:
    """Whether a treatment is used from a day to a day, and not in sessions that are counted."""
    return "until" in fields and not isinstance(fields.get("sessions"), int)


def _calendar(fields: dict[str, Any], duration: float) -> tuple[float, float]:
    """First and last day of a treatment's calendar."""
    first = float(fields.get("start") or 0.0)
    if isinstance(fields.get("until"), float):
        return first, fields["until"]
    if isinstance(fields.get("sessions"), int):
        return first, first + float(fields.get("every", 0.0)) * (fields["sessions"] - 1) + 1.0
    return first, duration if fields.get("until", "") is None else first + 1.0


def _lesion_to_treat(study: Study, patch: Patch) -> None:
    """Refuse a lesion that cannot be told from the skin around it; healthy skin has none."""
    seen = patch.melanin if patch.dermal is None else patch.melanin + patch.dermal
    if disorders()[study.lesion.disorder].kind != "none" and not has_contrast(seen, patch.target, patch.skin):
        raise ConfigError(
            "the lesion does not differ from its surroundings", where="lesion",
            expected="a lesion lighter or darker than the skin around it, or disorder: healthy",
            do="check the outline, or synthetic.melanin",
        )  # fmt: skip


def course(study: Study, arm: Arm, patch: Patch, design: Design, group: Sequence[int] | np.ndarray) -> Course:
    """Plan of an arm for the draws ``group``. ConfigError names arm and line of what cannot be given."""
    _lesion_to_treat(study, patch)
    rows = np.asarray(group)
    draws = {key: values[rows] for key, values in design.draws.items()}
    parts, points = [], []
    for number, line in enumerate(arm.plan, start=1):
        occasion = Occasion(
            grid=patch.grid, steps=study.steps, dt=study.step,
            target=line.target(patch.target, patch.core, patch.grid.pixel), site=study.patient.site, draws=draws,
            n=len(rows),
        )  # fmt: skip
        try:
            parts.append(line.treatment.contribute(occasion))
            points.append(len(line.treatment.points(occasion)) if isinstance(line.treatment, Injection) else 0)
        except ConfigError as error:
            where = f"arm {arm.name!r}, line {number}, {error.where or line.give}"
            raise ConfigError(error.what, where=where, expected=error.expected, do=error.do) from None
    everywhere = Occasion(patch.grid, 1, study.step, patch.target, study.patient.site, draws, len(rows))
    try:
        maps = combine([Contribution({}, part.maps) for part in parts], everywhere).maps
    except ConfigError as error:
        raise ConfigError(error.what, where=f"arm {arm.name!r}", expected=error.expected, do=error.do) from None
    rest = {name: np.full((1, *patch.grid.shape), value) for name, value in neutral("place").items()}
    whole = {
        name: np.broadcast_to(value, (len(rows), *value.shape[1:])).astype(study.dtype)
        for name, value in {**rest, **maps}.items()
    }
    levels = joint_levels([line.treatment for line in arm.plan], draws, study.step)
    return Course(study, arm, draws, tuple(parts), whole, tuple(points), len(rows), levels)


def arm_inputs(study: Study, arm: Arm, patch: Patch, design: Design) -> ArmInputs:
    """Inputs and maps of a whole run as planned, every rule left aside."""
    given = course(study, arm, patch, design, np.arange(design.n))
    open_loop = Gates(arm.plan, "", *(np.zeros((len(arm.plan), design.n), kind) for kind in (int, bool, float)))
    open_loop.open[:] = True
    return ArmInputs(given.inputs(open_loop, 0, study.steps), given.maps)
