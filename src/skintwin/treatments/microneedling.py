"""Microneedling alone: opens the barrier for hours and injures. The control for all that is put on needled skin."""

from __future__ import annotations

from skintwin.treatments.base import Contribution, Occasion
from skintwin.treatments.harms import NEEDLING
from skintwin.treatments.sessions import Sessions, zone


class Microneedling(Sessions):
    """Roller or pen over the lesion, nothing put on."""

    name = "microneedling"
    title = "Microneedling alone"
    engages = ("delivery",)
    harms = NEEDLING

    def contribute(self, at: Occasion) -> Contribution:
        """Sessions."""
        return Contribution({"microneedling": self.impulses(at)}, {"needling_zone": zone(at)})
