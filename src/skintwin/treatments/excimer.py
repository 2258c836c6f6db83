"""308 nm excimer light: as narrow-band ultraviolet B, on the lesion only, so that higher doses are borne."""

from __future__ import annotations

from skintwin.evidence import ledger
from skintwin.treatments.base import WHERE, Contribution, Occasion
from skintwin.treatments.narrowband_uvb import NarrowbandUVB
from skintwin.treatments.sessions import zone


class Excimer(NarrowbandUVB):
    """Targeted lamp: the skin around the lesion receives none."""

    name = "excimer_308"
    everywhere = ""
    title = "308 nm excimer light"

    per_week: int = 2
    """Sessions a week, spread evenly."""

    def gain(self) -> float:
        """Targeted lamps are dosed higher."""
        return ledger().value("phototherapy.excimer_gain", "1")

    def shares(self) -> dict[str, dict[str, object]]:
        """The field of the lamp: where the line is given."""
        return {"lamp": {"field": WHERE}}

    def contribute(self, at: Occasion) -> Contribution:
        """Lamp on the lesion."""
        given = super().contribute(at)
        return Contribution(given.inputs, {**given.maps, "lamp_zone": zone(at)})
