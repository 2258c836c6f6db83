"""Pigment laser: Q-switched or picosecond pulses on the lesion."""

from __future__ import annotations

from pydantic import Field

from skintwin.treatments.base import WHERE, Contribution, Occasion
from skintwin.treatments.harms import PIGMENT, Harm
from skintwin.treatments.sessions import Sessions, zone


class PigmentLaser(Sessions):
    """``end_point`` 1 is the immediate whitening of a clearing session; toning at low fluence is 0.1 to 0.3."""

    name = "pigment_laser"
    title = "Pigment laser (Q-switched or picosecond)"
    engages = ("laser",)
    amount = "end_point"
    harms = (
        Harm("site_reaction"), Harm("hypopigmentation", "harms.hypopigmentation_laser"),
        Harm(PIGMENT, "harms.pigment_laser"),
    )  # fmt: skip
    not_at = frozenset({"palm"})

    end_point: float = Field(default=1.0, gt=0, le=1.5)

    def shares(self) -> dict[str, dict[str, object]]:
        """The lasered area."""
        return {"lasered area": {"where": WHERE}}

    def contribute(self, at: Occasion) -> Contribution:
        """Sessions on the lesion."""
        return Contribution({"laser": self.impulses(at, self.end_point)}, {"laser_zone": zone(at)})

    def describe(self) -> str:
        """Adds the end point."""
        return f"{super().describe()}, {self.end_point:g} of a clearing session each"
