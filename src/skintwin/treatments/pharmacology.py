"""The level of a medicine at its place of effect, from the calendar on which it is used.

    l̇ = (r − l)/τ₁ while it is used,   l̇ = −l/τ₂ afterwards

r is the regimen relative to that of the trials (1 = as there), τ₁ the time to steady state and τ₂ the washout. The
equation does not depend on the skin, so the course is found before the run, exactly at each step.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from pydantic import Field, model_validator

from skintwin.errors import ConfigError
from skintwin.evidence import ledger
from skintwin.quantities import Days
from skintwin.treatments.base import Contribution, Occasion, Treatment


def level_course(
    start: float, until: float, regimen: np.ndarray | float, onset: np.ndarray, washout: np.ndarray,
    steps: int, dt: float,
) -> np.ndarray:  # fmt: skip
    """Mean level over each step, (n, steps).

    start, until: days of use. regimen: (n,) or number. onset, washout: (n,) days, > 0. dt: days.
    """
    onset, washout = np.atleast_1d(onset)[:, None], np.atleast_1d(washout)[:, None]
    edges = np.arange(steps + 1) * dt
    used = np.clip(edges, start, until) - start
    after = np.clip(edges - until, 0.0, None)
    # Integrals of 1 − exp(−t/τ₁) up to each edge, and of the decay that follows.
    rising = used - onset * -np.expm1(-used / onset)
    top = -np.expm1(-(until - start) / onset)
    falling = top * washout * -np.expm1(-after / washout)
    level = np.diff(rising + falling, axis=1) / dt
    return np.asarray(np.reshape(regimen, (-1, 1)) * level)


class Medicine(Treatment):
    """A medicine used from ``start`` to ``until``, ``per_day`` times, with ``adherence`` (share of uses not missed).

    ``drug``: its name in the ledger group ``medicine``, which holds the regimen of the trials, how fast the level
    follows and the largest strength. ``acts_on``: input → ledger key of the level that the trial regimen reaches, in
    the input's unit.
    """

    drug: ClassVar[str] = ""
    acts_on: ClassVar[dict[str, str]] = {}
    topical: ClassVar[bool] = True
    amount: ClassVar[str] = "strength"
    unit: ClassVar[str] = "percent"

    start: Days = Field(default=0.0, ge=0)
    until: Days = Field(gt=0)
    strength: float | None = Field(default=None, gt=0)
    per_day: float | None = Field(default=None, gt=0, le=6)
    adherence: float = Field(default=1.0, gt=0, le=1)

    @model_validator(mode="after")
    def _possible(self) -> Any:
        if self.until <= self.start:
            raise ValueError(f"ends on day {self.until:g}, not after its start on day {self.start:g}")
        largest = self._number("largest")
        if self.strength is not None and self.strength > largest:
            raise ValueError(f"strength {self.strength:g} {self.unit} is above {largest:g}, the largest that exists")
        return self

    def _number(self, what: str) -> float:
        return ledger().parameter(f"medicine.{self.drug}_{what}").value

    def regimen(self) -> float:
        """Dose relative to that of the trials."""
        strength = self._number("strength") if self.strength is None else self.strength
        often = self._number("per_day") if self.per_day is None else self.per_day
        return self.adherence * strength * often / (self._number("strength") * self._number("per_day"))

    def contribute(self, at: Occasion) -> Contribution:
        """Levels of what it acts on; a cream covers the target only."""
        horizon = at.steps * at.dt
        if self.until > horizon + 1e-9:
            raise ConfigError(
                f"goes on to day {self.until:g}", where=self.name,
                expected=f"an end within the study of {horizon:g} days",
            )  # fmt: skip
        onset, washout = (at.draws[f"medicine.{self.drug}_{what}"] for what in ("onset", "washout"))
        level = level_course(self.start, self.until, self.regimen(), onset, washout, at.steps, at.dt)
        inputs = {name: at.draws[key][:, None] * level for name, key in self.acts_on.items()}
        return Contribution(inputs, {"topical_zone": at.target[None].astype(float)} if self.topical else {})

    def describe(self) -> str:
        """Strength, frequency, duration."""
        strength = self._number("strength") if self.strength is None else self.strength
        often = self._number("per_day") if self.per_day is None else self.per_day
        return f"{strength:g} {self.unit}, {often:g} times a day, day {self.start:g} to {self.until:g}"
