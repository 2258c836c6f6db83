"""Narrow-band ultraviolet B phototherapy: doses raised from session to session, held when the lesion is pink.

After a pause the dose follows the sessions that were given: held, lowered, or begun again, by the length of the pause.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

from skintwin.errors import ConfigError
from skintwin.evidence import ledger
from skintwin.mechanisms.delivery import over_session
from skintwin.quantities import Days, LightDose
from skintwin.skin.site import FACE
from skintwin.treatments.base import Contribution, FromLedger, Occasion, Treatment
from skintwin.treatments.reactions import LampSessions, Planned

J_PER_CM2 = 1e4
"""J/m² of one J/cm²."""


class NarrowbandUVB(Treatment):
    """``per_week`` sessions from ``start`` to ``until``; doses default to the expert recommendation mohammad2017."""

    name = "nb_uvb"
    title = "Narrow-band UVB"
    amount = "first_dose"
    everywhere = "this lamp lights the whole patch (excimer_308 has a field)"

    start: Days = Field(default=0.0, ge=0)
    """First day; or a rule."""
    until: Days = Field(gt=0)
    """Day before which the last session falls."""
    per_week: int = Field(default=3, ge=1, le=7)
    """Sessions a week, spread evenly."""
    first_dose: LightDose | None = Field(default=None, gt=0)
    """Dose of the first session."""
    increment: float | None = Field(default=None, ge=0, le=1)
    """Share by which the dose is raised from session to session, 0.1 or 10 %."""
    largest_dose: LightDose | None = Field(default=None, gt=0)
    """Dose at which it is held."""

    @classmethod
    def from_ledger(cls) -> dict[str, FromLedger]:
        """The scheme that is used where a line gives none, and the most that is taken."""
        return {
            "first_dose": FromLedger("phototherapy.first_dose", largest="phototherapy.possible_dose"),
            "increment": FromLedger("phototherapy.increment"),
            "largest_dose": FromLedger(
                "phototherapy.largest_dose", largest="phototherapy.possible_dose",
                also=("phototherapy.largest_dose_face",),
            ),
        }

    def days(self) -> np.ndarray:
        """Days of the sessions."""
        within = np.floor(np.arange(self.per_week) * 7 / self.per_week)
        weeks = np.arange(int(np.ceil((self.until - self.start) / 7)))
        days: np.ndarray = (self.start + 7 * weeks[:, None] + within).ravel()
        return days[days < self.until]

    def scheme(self, site: str) -> tuple[float, float, float]:
        """First dose (J/m²), increase from session to session, and largest dose (J/m²)."""
        value = ledger().value
        first = self.first_dose or value("phototherapy.first_dose", "J/m^2")
        step = value("phototherapy.increment", "1") if self.increment is None else self.increment
        body = value("phototherapy.largest_dose", "J/m^2")
        face = value("phototherapy.largest_dose_face", "J/m^2")
        return first, step, self.largest_dose or (face if site in FACE else body)

    def doses(self, site: str) -> tuple[np.ndarray, np.ndarray]:
        """Days and doses (J/m²) of the sessions, before they are held back."""
        days, (first, step, largest) = self.days(), self.scheme(site)
        return days, np.minimum(first * (1 + step) ** np.arange(len(days)), largest)

    def gain(self) -> float:
        """Dose of the lamp relative to narrow-band ultraviolet B."""
        return 1.0

    def shares(self) -> dict[str, dict[str, object]]:
        """The field of the lamp: all of the patch."""
        return {"lamp": {"field": "the whole patch"}}

    def contribute(self, at: Occasion) -> Contribution:
        """Lamp doses and the therapist's limit."""
        if self.until > at.steps * at.dt:
            raise ConfigError(
                f"goes on to day {self.until:g}", where=self.name,
                expected=f"an end within the study of {at.steps * at.dt:g} days",
            )  # fmt: skip
        self._possible(at.site)
        days, doses = self.doses(at.site)
        lamp = self.gain() * np.broadcast_to(over_session(days, doses, at.steps, at.dt), (at.n, at.steps))
        answer = LampSessions(days, *self.scheme(at.site), at.dt, at.steps, self.gain())
        limit = ledger().value("phototherapy.burn_limit", "1")
        whole = np.ones((1, *at.grid.shape))
        return Contribution(
            {"lamp": Planned.of(lamp, answer)}, {"lamp_limit": np.full((1, 1, 1), limit), "lamp_zone": whole}
        )

    def _possible(self, site: str) -> None:
        """ConfigError for a dose that no lamp session has, or a first dose above the largest."""
        first, _, largest = self.scheme(site)
        bound = ledger().value("phototherapy.possible_dose", "J/m^2")
        for name, dose in (("first_dose", first), ("largest_dose", largest)):
            if dose > bound:
                raise ConfigError(
                    f"{name} {dose / J_PER_CM2:g} J/cm^2", where=self.name,
                    expected=f"at most {bound / J_PER_CM2:g} J/cm^2 in a session", do="look at the unit",
                )  # fmt: skip
        if first > largest:
            raise ConfigError(
                f"first_dose {first / J_PER_CM2:g} J/cm^2 is above the largest dose, {largest / J_PER_CM2:g} J/cm^2",
                where=self.name, expected="a first dose up to the largest",
                do="give largest_dose too, or a smaller first dose",
            )  # fmt: skip

    def describe(self) -> str:
        """Schedule and doses."""
        text = f"{self.per_week} sessions a week from day {self.start:g} to day {self.until:g}, dose raised stepwise"
        for name, dose in (("first", self.first_dose), ("largest", self.largest_dose)):
            text += f", {name} dose {dose / J_PER_CM2:g} J/cm²" if dose else ""
        return text
