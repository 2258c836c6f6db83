"""308 nm excimer light: as narrow-band ultraviolet B, on the lesion only, so that higher doses are borne."""

from __future__ import annotations

from skintwin.evidence import ledger
from skintwin.treatments.base import Contribution, Occasion
from skintwin.treatments.narrowband_uvb import NarrowbandUVB
from skintwin.treatments.sessions import zone


class Excimer(NarrowbandUVB):
    """Targeted lamp: the skin around the lesion receives none."""

    name = "excimer_308"
    title = "308 nm excimer light"

    per_week: int = 2

    def contribute(self, at: Occasion) -> Contribution:
        """Lamp on the lesion."""
        given = super().contribute(at)
        gain = ledger().value("phototherapy.excimer_gain", "1")
        lamp = {"lamp": gain * given.inputs["lamp"]}
        return Contribution(lamp, {**given.maps, "lamp_zone": zone(at)})
