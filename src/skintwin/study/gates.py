"""Which lines of a plan are given to which draw at present: the state of the rules.

A line has begun when its start rule has held once (at once without one); then it is open until its stop rule holds,
and open again when its resume rule holds. What it gives at step t to a draw in which it began at step b is what it was
planned to give at step t − b.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from skintwin.evidence import ledger
from skintwin.study.endpoint_names import held
from skintwin.study.lines import Line
from skintwin.study.rules import RELAPSE, Rule

NOT_YET = -1


@dataclass
class Gates:
    """State of the rules of an arm: ``began`` (lines, n) step or ``NOT_YET``; ``open`` (lines, n) bool; ``gain``
    (lines, n): best since the line was last stopped of what a relapse is read from (``endpoint_names.held``), nan
    before."""

    lines: Sequence[Line]
    main: str
    began: np.ndarray
    open: np.ndarray
    gain: np.ndarray

    @classmethod
    def at_start(cls, lines: Sequence[Line], main: str, n: int) -> Gates:
        """Before the first observation."""
        waiting = np.array([[line.begin is not None] for line in lines], bool).reshape(len(lines), 1)
        waiting = np.broadcast_to(waiting, (len(lines), n))
        return cls(lines, main, np.where(waiting, NOT_YET, 0), ~waiting, np.full(waiting.shape, np.nan))

    def observe(self, endpoints: Mapping[str, np.ndarray], step: int) -> None:
        """Move on with the endpoints of this moment, name → (n,)."""
        main = held(endpoints, self.main)
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

    def _seen(self, rule: Rule, endpoints: Mapping[str, np.ndarray], k: int) -> np.ndarray:
        if rule.endpoint != RELAPSE:
            return np.asarray(endpoints[rule.endpoint])
        least = 100.0 * ledger().value("study.least_gain", "1")
        gain = np.where(self.gain[k] >= least, self.gain[k], np.nan)
        return np.asarray(100.0 * (1.0 - held(endpoints, self.main) / gain))

    def window(self, k: int, values: np.ndarray, start: int, stop: int) -> np.ndarray:
        """What line ``k`` gives in steps ``start`` to ``stop``, (n, stop − start), from its plan (n or 1, steps)."""
        began, shape = self.began[k], (len(self.began[k]), stop - start)
        if not began.any():
            return np.asarray(np.broadcast_to(values[:, start:stop], shape) * self.open[k][:, None])
        at = np.arange(start, stop)[None, :] - began[:, None]
        planned = np.broadcast_to(values, (shape[0], values.shape[1]))
        taken: np.ndarray = np.take_along_axis(planned, np.clip(at, 0, values.shape[1] - 1), axis=1)
        return np.asarray(taken * ((began != NOT_YET) & self.open[k])[:, None])

    def state(self) -> dict[str, np.ndarray]:
        """For a checkpoint."""
        return {"gates.began": self.began, "gates.open": self.open, "gates.gain": self.gain}

    def restore(self, stored: Mapping[str, np.ndarray]) -> None:
        """Back to the state of a checkpoint."""
        self.began, self.open, self.gain = (stored[f"gates.{name}"] for name in ("began", "open", "gain"))
