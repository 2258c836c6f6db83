"""Pigment laser: Q-switched or picosecond pulses on the lesion."""

from __future__ import annotations

from pydantic import Field

from skintwin.treatments.base import WHERE, Contribution, Occasion
from skintwin.treatments.harms import PIGMENT, Harm
from skintwin.treatments.sessions import Sessions, zone

CLEARING, MILD, TONING = 0.9, 0.5, 0.3
"""End points: a clearing session from, a mild one from, toning up to."""
TONING_COURSE = 5
"""Sessions of toning from which on mottled hypopigmentation was counted (wattanakrai2010, wang2017mottled)."""


class PigmentLaser(Sessions):
    """``end_point`` 1 is the immediate whitening of a clearing session; toning at low fluence is 0.1 to 0.3. A rate of
    harm is used for the end point at which it was counted; for others it is not known."""

    name = "pigment_laser"
    title = "Pigment laser (Q-switched or picosecond)"
    engages = ("laser",)
    amount = "end_point"
    harms = (
        Harm("site_reaction"),
        Harm("hypopigmentation", "harms.hypopigmentation_laser", when="toning", least=TONING_COURSE),
        Harm("hypopigmentation", when="no_toning"),
        Harm(PIGMENT, "harms.pigment_laser", when="clearing"),
        Harm(PIGMENT, "harms.pigment_laser_mild", when="mild"),
        Harm(PIGMENT, when="low"),
    )  # fmt: skip
    not_at = frozenset({"palm"})

    end_point: float = Field(default=1.0, gt=0, le=1.5)
    """How far a session goes: 1 is the immediate whitening of a clearing session, 0.1 to 0.3 toning at low fluence."""

    @property
    def clearing(self) -> bool:
        """A session to the clearing end point."""
        return self.end_point >= CLEARING

    @property
    def mild(self) -> bool:
        """A session to a mild end point."""
        return MILD <= self.end_point < CLEARING

    @property
    def low(self) -> bool:
        """Below a mild end point."""
        return self.end_point < MILD

    @property
    def toning(self) -> bool:
        """Toning at low fluence."""
        return self.end_point <= TONING

    @property
    def no_toning(self) -> bool:
        """Anything else."""
        return not self.toning

    def shares(self) -> dict[str, dict[str, object]]:
        """The lasered area."""
        return {"lasered area": {"where": WHERE}}

    def contribute(self, at: Occasion) -> Contribution:
        """Sessions on the lesion."""
        return Contribution({"laser": self.impulses(at, self.end_point)}, {"laser_zone": zone(at)})

    def describe(self) -> str:
        """Adds the end point."""
        return f"{super().describe()}, {self.end_point:g} of a clearing session each"
