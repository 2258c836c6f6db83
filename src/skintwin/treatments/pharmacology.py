"""The level of a medicine at its place of effect, from the calendar on which it is used.

    l̇ = (g − l)/τ₁ while it is used,   l̇ = −l/τ₂ afterwards
    g = a (1 + r_½) r/(r_½ + r)

r is the regimen relative to that of the trials (1 = as there, where g = 1), r_½ that of half the largest level, so that
twice the dose gives less than twice the level; a the share of the uses that are not missed; τ₁ the time to steady state
and τ₂ the washout. The equation does not depend on the skin, so the course is found before the run, exactly at each
step; where a rule interrupts it, it is found as the run goes on (``reactions``). Lines of one arm that give one drug
have one level of it (``joint_levels``).
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from pydantic import Field, model_validator

from skintwin.errors import ConfigError
from skintwin.evidence import ledger
from skintwin.quantities import Days
from skintwin.treatments.base import WHERE, Contribution, FromLedger, Occasion, Treatment
from skintwin.treatments.reactions import Level, Planned

HALF = "medicine.half_saturation"
ROUNDING = 1e-9


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


def saturated(regimen: float | np.ndarray, half: np.ndarray) -> np.ndarray:
    """Level (n,) that a regimen reaches, 1 for that of the trials (``regimen`` 1); half: (n,), regimen of half the
    largest level."""
    return np.asarray(regimen * (1.0 + half) / (half + regimen))


class Medicine(Treatment):
    """A medicine used from ``start`` to ``until``, ``per_day`` times, with ``adherence`` (share of uses not missed).

    ``drug``: its name in the ledger group ``medicine``, which holds the regimen of the trials, how fast the level
    follows and the largest strength, in one use and in a day. ``acts_on``: input → ledger key of the level that the
    trial regimen reaches, in the input's unit. ``contains``: other drugs in it → their strength where its own is that
    of the trials.
    """

    drug: ClassVar[str] = ""
    acts_on: ClassVar[dict[str, str]] = {}
    topical: ClassVar[bool] = True
    amount: ClassVar[str] = "strength"
    unit: ClassVar[str] = "percent"
    contains: ClassVar[dict[str, float]] = {}

    start: Days = Field(default=0.0, ge=0)
    """First day of use; or a rule."""
    until: Days = Field(gt=0)
    """Day on which use ends."""
    strength: float | None = Field(default=None, gt=0)
    """Strength of one use."""
    per_day: float | None = Field(default=None, gt=0, le=6)
    """Uses a day; 0.5 is every other day."""
    adherence: float = Field(default=1.0, gt=0, le=1)
    """Share of the uses that are not missed, 0.8 or 80 %."""

    @model_validator(mode="after")
    def _possible(self) -> Any:
        largest, daily = self._number("largest"), self._number("largest_daily")
        if self.strength is not None and self.strength > largest:
            raise ValueError(f"strength {self.strength:g} {self.unit} is above {largest:g}, the largest that exists")
        strength, often = self.used()
        if strength * often > daily * (1 + ROUNDING):
            raise ValueError(
                f"{strength:g} {self.unit} {often:g} times a day is {strength * often:g} a day, above {daily:g}, the "
                f"largest in a day; give a smaller strength or per_day of {daily / strength:g} at most"
            )
        return self

    @classmethod
    def from_ledger(cls) -> dict[str, FromLedger]:
        """Regimen of the trials, and the most that is used."""
        keys = {what: f"medicine.{cls.drug}_{what}" for what in ("strength", "per_day", "largest", "largest_daily")}
        return {
            "strength": FromLedger(keys["strength"], largest=keys["largest"], also=(keys["largest_daily"],)),
            "per_day": FromLedger(keys["per_day"], also=(keys["largest_daily"],)),
        }

    @classmethod
    def _number(cls, what: str) -> float:
        return ledger().parameter(f"medicine.{cls.drug}_{what}").value

    def used(self) -> tuple[float, float]:
        """Strength of a use, and uses in a day."""
        strength = self._number("strength") if self.strength is None else self.strength
        return strength, self._number("per_day") if self.per_day is None else self.per_day

    def daily(self) -> dict[str, float]:
        """Drug → strength times uses in a day, in the unit of the drug; what is in a combination included."""
        strength, often = self.used()
        share = strength / self._number("strength")
        return {self.drug: strength * often} | {drug: share * often * part for drug, part in self.contains.items()}

    def regimen(self) -> float:
        """Dose on a day without a missed use relative to that of the trials."""
        strength, often = self.used()
        return strength * often / (self._number("strength") * self._number("per_day"))

    def shares(self) -> dict[str, dict[str, object]]:
        """A medicine on the skin shares the area of all of them; one by mouth nothing."""
        return {"area of medicines on the skin": {"where": WHERE}} if self.topical else {}

    def contribute(self, at: Occasion) -> Contribution:
        """Levels of what it acts on; a cream covers the target only."""
        horizon = at.steps * at.dt
        if self.until > horizon + 1e-9:
            raise ConfigError(
                f"goes on to day {self.until:g}", where=self.name,
                expected=f"an end within the study of {horizon:g} days",
            )  # fmt: skip
        onset, washout = (at.draws[f"medicine.{self.drug}_{what}"] for what in ("onset", "washout"))
        reached = self.adherence * saturated(self.regimen(), at.draws[HALF])
        level = level_course(self.start, self.until, reached, onset, washout, at.steps, at.dt)
        answer = Level(self.start, self.until, reached, onset, washout, at.dt)
        inputs = {
            name: Planned.of(at.draws[key][:, None] * level, answer, at.draws[key])
            for name, key in self.acts_on.items()
        }
        return Contribution(inputs, {"topical_zone": at.target[None].astype(float)} if self.topical else {})

    def describe(self) -> str:
        """Strength, frequency, duration."""
        strength, often = self.used()
        return f"{strength:g} {self.unit}, {often:g} times a day, day {self.start:g} to {self.until:g}"
