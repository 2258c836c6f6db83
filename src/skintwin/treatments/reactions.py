"""How a line answers when a rule interrupts it: a medicine washes out and builds up, a lamp starts again lower.

A planned course of an input (``Planned``) is what is given when no rule closes the line. For the draws in which one
has, the course is found again from the record of when the line was open, step by step from the first, so that it
depends neither on where the run was cut into windows nor on a restart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from skintwin.evidence import ledger
from skintwin.mechanisms.sunlight import session_steps


class Reaction(Protocol):
    """What a line gives when it is not open all the time."""

    def given(
        self, opened: np.ndarray, began: np.ndarray, start: int, stop: int, memo: dict[str, Any]
    ) -> np.ndarray:  # fmt: skip
        """Given in the steps ``start`` to ``stop``, (n, stop − start).

        opened: (n, stop) bool, begun and not stopped. began: (n,) step at which the calendar starts. memo: empty at
        first; what may be kept from one window to the next.
        """


class Planned(np.ndarray):
    """Planned course of an input, (n or 1, steps), with the ``reaction`` of its line; ``scale`` (n,) or (1,) turns what
    the reaction gives into the input. What is computed from it has no reaction."""

    reaction: Reaction | None
    scale: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, reaction: Reaction, scale: np.ndarray | float = 1.0) -> Planned:
        """``values`` with a reaction."""
        made = np.asarray(values).view(cls)
        made.reaction, made.scale = reaction, np.atleast_1d(np.asarray(scale, float))
        return made

    def __array_finalize__(self, parent: Any) -> None:
        self.reaction, self.scale = None, np.ones(1)


@dataclass(frozen=True, eq=False)
class Level:
    """Level of a medicine: l̇ = (g − l)/τ₁ while it is used, −l/τ₂ else, exactly in each step.

    start, until: days of use, from where the calendar starts. reached g, onset τ₁, washout τ₂: (n,) or (1,). dt: days.
    """

    start: float
    until: float
    reached: np.ndarray
    onset: np.ndarray
    washout: np.ndarray
    dt: float

    def given(
        self, opened: np.ndarray, began: np.ndarray, start: int, stop: int, memo: dict[str, Any]
    ) -> np.ndarray:  # fmt: skip
        """Mean level of each step. The level at ``start`` is kept in the memo."""
        first, level = memo.get("level", (0, np.zeros(len(began))))
        if first > start:
            first, level = 0, np.zeros(len(began))
        means = np.zeros((len(began), stop - start))
        for step in range(first, stop):
            if step == start:
                memo["level"] = (start, level)
            level, mean = self._step(level, (step - began) * self.dt, opened[:, step])
            if step >= start:
                means[:, step - start] = mean
        return means

    def _step(self, level: np.ndarray, day: np.ndarray, opened: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Level after a step that begins on ``day`` of the calendar (n,), and its mean: washout, use, washout."""
        begin, end = (np.clip(edge - day, 0.0, self.dt) for edge in (self.start, self.until))
        used = np.where(opened, np.maximum(end - begin, 0.0), 0.0)
        before = np.where(used > 0, begin, self.dt)
        area = np.zeros(len(level))
        for length, target, time in (
            (before, 0.0, self.washout), (used, self.reached, self.onset), (self.dt - before - used, 0.0, self.washout),
        ):  # fmt: skip
            gone = -np.expm1(-length / time)
            area = area + target * length + (level - target) * time * gone
            level = level + (target - level) * gone
        return level, area / self.dt


@dataclass(frozen=True, eq=False)
class LampSessions:
    """Sessions of a lamp, the dose raised from one that is given to the next.

    A session is given if the line is open in its first step. After missed sessions the dose depends on the days since
    the last one: up to ``phototherapy.pause_quarter`` it is held, then ``kept_quarter`` of it is given, from
    ``pause_half`` on ``kept_half``, and from ``pause_restart`` on the first dose again; never below the first.

    days: (k,) of the sessions on the calendar. first, largest: J/m². step: increase, 1 for twice. dt: days. steps: of
    the study. gain: of the lamp.
    """

    days: np.ndarray
    first: float
    step: float
    largest: float
    dt: float
    steps: int
    gain: float = 1.0

    def given(
        self, opened: np.ndarray, began: np.ndarray, start: int, stop: int, memo: dict[str, Any]
    ) -> np.ndarray:  # fmt: skip
        """Dose in each step, J/m². What was given in sessions that are over at ``start`` is kept in the memo."""
        spread, n = session_steps(self.dt), len(began)
        course, rows = np.zeros((n, stop + spread)), np.arange(n)
        done, last, day_of, missed = 0, np.zeros(n), np.full(n, -np.inf), np.zeros(n, bool)
        if "lamp" in memo and memo["start"] <= start and np.array_equal(memo["began"], began):
            done, last, day_of, missed = memo["lamp"]
        for number, day in enumerate(self.days[done:], start=done + 1):
            begin = began + max(0, min(round(float(day) / self.dt), self.steps - spread))
            reached = begin < stop
            if not reached.any():
                break
            now = np.where(reached, begin, 0)
            gives = reached & opened[rows, now]
            dose = self._dose(last, day - day_of, missed)
            for j in range(spread):
                course[rows[gives], now[gives] + j] += self.gain * dose[gives] / spread
            last, day_of = np.where(gives, dose, last), np.where(gives, day, day_of)
            missed = np.where(gives, False, missed | reached)
            if np.all(begin + spread <= start):
                memo |= {"lamp": (number, last, day_of, missed), "start": start, "began": began.copy()}
        return course[:, start:stop]

    def _dose(self, last: np.ndarray, pause: np.ndarray, missed: np.ndarray) -> np.ndarray:
        """Dose (n,) of the next session, after the dose ``last`` (0 for none) given ``pause`` days ago."""
        value = ledger().value
        quarter, half, restart = (value(f"phototherapy.pause_{name}", "day") for name in ("quarter", "half", "restart"))
        shares = [1.0, *(value(f"phototherapy.kept_{name}", "1") for name in ("quarter", "half"))]
        kept = np.select([pause <= quarter, pause <= half, pause <= restart], shares, 0.0)
        raised = np.where(missed, kept, 1.0 + self.step) * last
        return np.asarray(np.minimum(np.maximum(raised, self.first), self.largest))
