"""Vehicle and sham: what is given when nothing that acts is given.

An arm of vehicle or sham is bit for bit the arm without treatment: what an emollient does for the barrier, what rubbing
it in does, and what is seen because it is expected are not modelled, and a sham session breaks no skin. A difference to
such an arm is therefore a difference to no treatment; the response of a trial's vehicle arm is not predicted. Saline
injection and microneedling alone are arms of their own, because needles do act.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from skintwin.quantities import Days
from skintwin.treatments.base import Contribution, Occasion, Treatment
from skintwin.treatments.harms import Harm


class Vehicle(Treatment):
    """Cream without its active part."""

    name = "vehicle"
    title = "Vehicle cream"
    harms: ClassVar[tuple[Harm, ...]] = (Harm("irritation", "harms.irritation_vehicle"),)

    start: Days = Field(default=0.0, ge=0)
    """First day of use; or a rule."""
    until: Days = Field(gt=0)
    """Day on which use ends."""

    def contribute(self, at: Occasion) -> Contribution:
        """Nothing."""
        return Contribution()

    def describe(self) -> str:
        """Schedule."""
        return f"day {self.start:g} to {self.until:g}"


class Sham(Vehicle):
    """Session with the needle capped or the lamp off."""

    name = "sham"
    title = "Sham"
    harms = ()
