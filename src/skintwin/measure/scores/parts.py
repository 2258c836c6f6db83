"""What a score is put together from: one value per region and field, with where it comes from and its error.

An error is a standard deviation, or for a value on steps the chance of each step. The error that a total takes from
a part is about the value that was given: v = Σ p (step − mean)², bias = mean − value.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from skintwin.errors import ConfigError
from skintwin.measure.scores.moments import Moments

Origin = Literal["rated", "measured", "proposed", "assumed"]
ORIGINS: tuple[str, ...] = get_args(Origin)
"""rated: by a person. measured: a physical quantity by skintwin. proposed: a grade that a person would give, guessed by
skintwin. assumed: neither."""


@dataclass(frozen=True)
class Part:
    """A value of one field in one region.

    value: in the field's unit. origin: see ``ORIGINS``. error: standard deviation, None when it is not known.
    chances: (step, probability) of a value on steps; replaces ``error``. shared: relative sd of a factor that all
    measured areas of the patient have in common (scale of the picture, area of the hand). by: rater or method.
    """

    value: float
    origin: Origin = "rated"
    error: float | None = None
    chances: tuple[tuple[float, float], ...] = ()
    shared: float = 0.0
    by: str = ""

    @property
    def known_error(self) -> bool:
        """Whether an error came with the value."""
        return self.error is not None or bool(self.chances)

    @property
    def moments(self) -> Moments:
        """Mean and variance; without an error the value counts as exact and the total says so."""
        shared = self.shared * self.value
        if self.chances:
            mean = sum(p * step for step, p in self.chances)
            return Moments(mean, sum(p * (step - mean) ** 2 for step, p in self.chances), shared)
        return Moments(self.value, (self.error or 0.0) ** 2, shared)


@dataclass(frozen=True)
class Field:
    """What a part must be.

    name, meaning, unit. steps: the only values that a rater may give; () for any number from ``low`` to ``high``.
    who: who gives it. photograph: what skintwin can do towards it, and with which error.
    """

    name: str
    meaning: str
    unit: str
    who: str
    photograph: str
    steps: tuple[float, ...] = ()
    low: float = 0.0
    high: float = math.inf

    @property
    def allowed(self) -> str:
        """The values a rater may give, in words."""
        if self.steps:
            return ", ".join(f"{step:g}" for step in self.steps)
        return f"{self.low:g} or more" if math.isinf(self.high) else f"{self.low:g} to {self.high:g}"

    def check(self, part: Part, where: str) -> Part:
        """The part itself; ConfigError that names region, field and allowed values.

        A measured value may lie between steps; rated, proposed and assumed ones may not.
        """
        low, high = (self.steps[0], self.steps[-1]) if self.steps else (self.low, self.high)
        free = not self.steps or part.origin == "measured"
        fits = math.isfinite(part.value) and low <= part.value <= high and (free or part.value in self.steps)
        if not fits:
            between = f"a measured value from {low:g} to {high:g}" if self.steps and free else self.allowed
            raise ConfigError(f"{part.value:g} is no {self.name} of this score", where=where, expected=between)
        if part.error is not None and not (math.isfinite(part.error) and part.error >= 0):
            raise ConfigError(f"an error of {part.error:g}", where=where, expected="0 or more")
        if not (math.isfinite(part.shared) and part.shared >= 0):
            raise ConfigError(f"a shared error of {part.shared:g}", where=where, expected="0 or more")
        if part.chances:
            self._check_chances(part, where)
        if part.origin not in ORIGINS:
            raise ConfigError(f"no origin {part.origin!r}", where=where, expected=", ".join(ORIGINS))
        return part

    def _check_chances(self, part: Part, where: str) -> None:
        total = sum(p for _, p in part.chances)
        good = all(p >= 0 and (not self.steps or step in self.steps) for step, p in part.chances)
        if not good or not math.isclose(total, 1.0, abs_tol=1e-6):
            raise ConfigError(f"chances that add up to {total:g} or are not on the steps", where=where,
                              expected=f"chances of {self.allowed} that add up to 1")


def graded(value: float, error: float, limits: Sequence[float], origin: Origin, by: str) -> Part:
    """A grade 0, 1, 2, … from a measured value with a normal error: grade k lies from limits[k − 1] to limits[k].

    The part holds the grade of ``value`` and the chance of every grade. limits: ascending; a value on a limit has the
    higher grade.
    """
    edges = [-math.inf, *limits, math.inf]
    grade = float(sum(value >= limit for limit in limits))
    if error <= 0:
        return Part(grade, origin, 0.0, by=by)
    below = [0.5 * (1 + math.erf((edge - value) / error / math.sqrt(2))) for edge in edges]
    chances = tuple((float(k), below[k + 1] - below[k]) for k in range(len(limits) + 1))
    return Part(grade, origin, chances=chances, by=by)
