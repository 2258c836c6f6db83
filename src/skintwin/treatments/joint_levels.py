"""One level of a drug from all lines of an arm that give it.

    l̇ = (a S(r) − l)/τ₁ while r > 0,   l̇ = −l/τ₂ else        r = Σ r_k of the lines in use, a = Σ a_k r_k / r

S is the saturating dose-response of ``pharmacology``: a day's dose is one dose, however it is written down, and a line
that follows another of the drug goes on from the level that is there. What a combination contains is the same drug as
that drug alone; the level then follows with the times of the drug alone. One line keeps the closed form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from skintwin.treatments.base import Treatment
from skintwin.treatments.pharmacology import HALF, Medicine, saturated


@dataclass(frozen=True, eq=False)
class JointLevel:
    """Level that ``members``, lines of an arm counted from 0, give to ``input`` together; ``scale`` (n,) turns it into
    the input.

    starts, untils, regimens, adherence: (lines, 1), as in ``Medicine``. half, onset, washout: (n,). dt: days.
    """

    input: str
    members: tuple[int, ...]
    starts: np.ndarray
    untils: np.ndarray
    regimens: np.ndarray
    adherence: np.ndarray
    half: np.ndarray
    onset: np.ndarray
    washout: np.ndarray
    scale: np.ndarray
    dt: float

    def given(self, opened: np.ndarray, began: np.ndarray, start: int, stop: int, memo: dict[str, Any]) -> np.ndarray:
        """Input in the steps ``start`` to ``stop``, (n, stop − start), exactly in each step.

        opened: (lines, n, stop) bool, begun and not stopped. began: (lines, n) step at which the calendar starts. memo:
        empty at first; the level at ``start`` is kept in it.
        """
        n = began.shape[1]
        first, level = memo.get("level", (0, np.zeros(n)))
        if first > start:
            first, level = 0, np.zeros(n)
        means = np.zeros((n, stop - start))
        for step in range(first, stop):
            if step == start:
                memo["level"] = (start, level)
            level, mean = self._step(level, (step - began) * self.dt, opened[:, :, step])
            if step >= start:
                means[:, step - start] = mean
        return np.asarray(self.scale[:, None] * means)

    def _step(self, level: np.ndarray, day: np.ndarray, opened: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Level after a step that begins on ``day`` of each calendar (lines, n), and its mean: piece by piece between
        the days on which a line begins or ends."""
        begin, end = (np.clip(edge - day, 0.0, self.dt) for edge in (self.starts, self.untils))
        whole = np.zeros((1, len(level)))
        cuts = np.sort(np.concatenate([whole, begin, end, whole + self.dt]), axis=0)
        area = np.zeros(len(level))
        for left, right in pairwise(cuts):
            length = right - left
            if not length.any():
                continue
            middle = 0.5 * (left + right)
            doses = np.where(opened & (begin <= middle) & (middle < end), self.regimens, 0.0)
            dose = doses.sum(axis=0)
            used = dose > 0
            kept = (doses * self.adherence).sum(axis=0) / np.where(used, dose, 1.0)
            target, time = kept * saturated(dose, self.half), np.where(used, self.onset, self.washout)
            gone = -np.expm1(-length / time)
            area = area + target * length + (level - target) * time * gone
            level = level + (target - level) * gone
        return level, area / self.dt


def joint_levels(
    treatments: Sequence[Treatment], draws: Mapping[str, np.ndarray], dt: float
) -> tuple[JointLevel, ...]:  # fmt: skip
    """What two or more lines of an arm give together, input by input; nothing for a drug that one line gives."""
    groups: dict[tuple[str, str], list[tuple[int, Medicine]]] = {}
    for k, treatment in enumerate(treatments):
        if isinstance(treatment, Medicine):
            for what in treatment.acts_on.items():
                groups.setdefault(what, []).append((k, treatment))
    return tuple(
        _joint(name, key, lines, draws, dt) for (name, key), lines in groups.items() if len(lines) > 1
    )  # fmt: skip


def _joint(
    name: str, key: str, lines: Sequence[tuple[int, Medicine]], draws: Mapping[str, np.ndarray], dt: float
) -> JointLevel:
    drugs = {medicine.drug for _, medicine in lines}
    drug = drugs.pop() if len(drugs) == 1 else key.removeprefix("medicine.").removesuffix("_effect")
    columns = np.array([[m.start, m.until, m.regimen(), m.adherence] for _, m in lines]).T[:, :, None]
    onset, washout = (draws[f"medicine.{drug}_{what}"] for what in ("onset", "washout"))
    starts, untils, regimens, adherence = columns
    return JointLevel(
        name, tuple(k for k, _ in lines), starts, untils, regimens, adherence, draws[HALF], onset, washout, draws[key],
        dt,
    )  # fmt: skip
