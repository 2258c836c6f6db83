"""Which lines of a plan are given to which draw at present: the state of the rules.

A line has begun when its start rule has held once (at once without one); then it is open until its stop rule holds,
and open again when its resume rule holds. What it gives at step t to a draw in which it began at step b is what it was
planned to give at step t − b. Once a draw has been stopped, the line answers in its own way (``treatments.reactions``):
a medicine washes out and builds up again, a lamp goes on lower; sessions of other treatments that fall while it is
stopped are not given, and what is used day by day without a level stops and goes on at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from skintwin.evidence import ledger
from skintwin.study.endpoint_names import held
from skintwin.study.lines import Line
from skintwin.study.rules import RELAPSE, Rule
from skintwin.treatments.joint_levels import JointLevel
from skintwin.treatments.reactions import Planned, Reaction

NOT_YET = -1


@dataclass
class Gates:
    """State of the rules of an arm: ``began`` (lines, n) step or ``NOT_YET``; ``open`` (lines, n) bool; ``gain``
    (lines, n): best since the line was last stopped of what a relapse is read from (``endpoint_names.held``), nan
    before. ``past``: (step, open) from each look on."""

    lines: Sequence[Line]
    main: str
    began: np.ndarray
    open: np.ndarray
    gain: np.ndarray
    past: list[tuple[int, np.ndarray]] = field(default_factory=list, init=False)
    _memo: dict[int, tuple[Reaction, dict[str, Any]]] = field(default_factory=dict, init=False, repr=False)
    _joint: dict[int, tuple[JointLevel, dict[str, Any]]] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def at_start(cls, lines: Sequence[Line], main: str, n: int) -> Gates:
        """Before the first observation."""
        waiting = np.array([[line.begin is not None] for line in lines], bool).reshape(len(lines), 1)
        waiting = np.broadcast_to(waiting, (len(lines), n))
        return cls(lines, main, np.where(waiting, NOT_YET, 0), ~waiting, np.full(waiting.shape, np.nan))

    def observe(self, endpoints: Mapping[str, np.ndarray], step: int) -> None:
        """Move on with the endpoints of this moment, name → (n,)."""
        main, before = held(endpoints, self.main), self.open.copy()
        for k, line in enumerate(self.lines):
            if line.begin is not None:
                now = (self.began[k] == NOT_YET) & line.begin.holds(endpoints[line.begin.endpoint])
                self.began[k, now] = step
                self.open[k, now] = True
            resumes = np.zeros_like(self.open[k])
            if line.resume is not None:
                stopped = ~self.open[k] & (self.began[k] != NOT_YET)
                self.gain[k] = np.where(stopped, np.fmax(self.gain[k], main), self.gain[k])
                resumes = stopped & line.resume.holds(self._seen(line.resume, endpoints, k))
            if line.stop is not None:
                stops = self.open[k] & line.stop.holds(endpoints[line.stop.endpoint])
                self.gain[k, stops] = main[stops]
                self.open[k, stops] = False
            self.open[k, resumes] = True
        if not self.past:
            self.past.append((0, before))
        self.past = [*(moment for moment in self.past if moment[0] < step), (step, self.open.copy())]

    def _seen(self, rule: Rule, endpoints: Mapping[str, np.ndarray], k: int) -> np.ndarray:
        if rule.endpoint != RELAPSE:
            return np.asarray(endpoints[rule.endpoint])
        least = 100.0 * ledger().value("study.least_gain", "1")
        gain = np.where(self.gain[k] >= least, self.gain[k], np.nan)
        return np.asarray(100.0 * (1.0 - held(endpoints, self.main) / gain))

    def window(self, k: int, values: np.ndarray, start: int, stop: int) -> np.ndarray:
        """What line ``k`` gives in steps ``start`` to ``stop``, (n, stop − start), from its plan (n or 1, steps)."""
        plain = self._as_planned(k, values, start, stop)
        if not isinstance(values, Planned) or values.reaction is None:
            return plain
        reaction = values.reaction
        opened, begun = self.opened(k, stop)
        stopped = (begun & ~opened).any(axis=1)
        if not stopped.any():
            return plain
        kept, memo = self._memo.get(k, (reaction, {}))
        self._memo[k] = (reaction, memo if kept is reaction else {})
        answered = reaction.given(opened & begun, self.began[k], start, stop, self._memo[k][1])
        return np.where(stopped[:, None], values.scale[:, None] * answered, plain)

    def together(self, level: JointLevel, start: int, stop: int) -> np.ndarray:
        """What lines that give one drug give together in steps ``start`` to ``stop``, (n, stop − start)."""
        record = [np.logical_and(*self.opened(k, stop)) for k in level.members]
        _, memo = self._joint.setdefault(id(level), (level, {}))
        return level.given(np.stack(record), self.began[list(level.members)], start, stop, memo)

    def _as_planned(self, k: int, values: np.ndarray, start: int, stop: int) -> np.ndarray:
        """The plan, from where the draw began, while the line is open."""
        values = np.asarray(values)
        began, shape = self.began[k], (len(self.began[k]), stop - start)
        if not began.any():
            return np.asarray(np.broadcast_to(values[:, start:stop], shape) * self.open[k][:, None])
        at = np.arange(start, stop)[None, :] - began[:, None]
        planned = np.broadcast_to(values, (shape[0], values.shape[1]))
        taken: np.ndarray = np.take_along_axis(planned, np.clip(at, 0, values.shape[1] - 1), axis=1)
        return np.asarray(taken * ((began != NOT_YET) & self.open[k])[:, None])

    def opened(self, k: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
        """Whether line ``k`` was open, and whether it had begun, in each step before ``stop``; (n, stop) bool."""
        opened = np.zeros((len(self.open[k]), stop), bool)
        for step, was in self.past or [(0, self.open)]:
            opened[:, step:] = was[k][:, None]
        began = self.began[k][:, None]
        return opened, (began != NOT_YET) & (np.arange(stop)[None, :] >= began)

    def state(self) -> dict[str, np.ndarray]:
        """For a checkpoint."""
        return {
            "gates.began": self.began, "gates.open": self.open, "gates.gain": self.gain,
            "gates.steps": np.array([step for step, _ in self.past], int),
            "gates.past": np.array([was for _, was in self.past], bool).reshape(len(self.past), *self.open.shape),
        }  # fmt: skip

    def restore(self, stored: Mapping[str, np.ndarray]) -> None:
        """Back to the state of a checkpoint."""
        self.began, self.open, self.gain = (stored[f"gates.{name}"] for name in ("began", "open", "gain"))
        steps, past = stored["gates.steps"], stored["gates.past"]
        self.past = [(int(step), was) for step, was in zip(steps, past, strict=True)]
        self._memo, self._joint = {}, {}
