"""Sunscreen, with or without cover of visible light (iron oxides).

    f   = 1 − SPF^{−a}                share of erythemal dose kept off; a share of the tested thickness that is put on
    f_v = 1 − T^a  if tinted          T visible transmission at the tested thickness

Absorbance is in proportion to thickness, so the protection of a thin layer is the label's to the power a.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

from skintwin.quantities import Days
from skintwin.treatments.base import Contribution, Occasion, Treatment


class Sunscreen(Treatment):
    """Daily sunscreen of a labelled ``spf``, ``tinted`` or not, on the whole patch."""

    name = "sunscreen"
    title = "Sunscreen"
    parameters = ("sunscreen.applied_share", "sunscreen.tint_transmission")
    amount = "spf"
    everywhere = "sunscreen is put on the whole patch"

    start: Days = Field(default=0.0, ge=0)
    """First day of use; or a rule."""
    until: Days = Field(gt=0)
    """Day on which use ends."""
    spf: float = Field(default=50.0, ge=2, le=110)
    """Sun protection factor on the label; less is put on than in the test, so less protects."""
    tinted: bool = False
    """True if it keeps off visible light too (iron oxides)."""
    adherence: float = Field(default=1.0, gt=0, le=1)
    """Share of the days on which it is used, 0.8 or 80 %."""

    def contribute(self, at: Occasion) -> Contribution:
        """Shares of light kept off on the days of use."""
        middle = (np.arange(at.steps) + 0.5) * at.dt
        used = self.adherence * ((middle >= self.start) & (middle < self.until))
        applied = at.draws["sunscreen.applied_share"]
        inputs = {"uv_filter": (1.0 - self.spf**-applied)[:, None] * used}
        if self.tinted:
            inputs["visible_filter"] = (1.0 - at.draws["sunscreen.tint_transmission"] ** applied)[:, None] * used
        return Contribution(inputs)

    def describe(self) -> str:
        """Label and schedule."""
        return f"SPF {self.spf:g}{', tinted' if self.tinted else ''}, day {self.start:g} to {self.until:g}"
