"""Vesicles (exosomes) of umbilical-cord cells by intradermal injection, alone or in platelet-rich plasma.

The same needles and wheals as saline. A dose is 1e9 particles per cm² of skin, as on the skin: what a point gives is
spread over its wheal. No product is approved for this route; necrosis and granulomas after it are in print
(tawanwongsri2024, nahm2024).
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from skintwin.treatments.base import Contribution, Occasion
from skintwin.treatments.harms import PIGMENT, Harm
from skintwin.treatments.injection import Injection, InPlasma


class VesicleInjection(Injection):
    """``doses`` of 1e9 particles in a mL of the syringe. ``lot`` multiplies the strength of the lot drawn."""

    name = "vesicle_injection"
    title = "UC-MSC vesicle injection"
    parameters = (*Injection.parameters, "secretome.lot_strength")
    engages: ClassVar[tuple[str, ...]] = ("delivery", "secretome")
    amount = "doses"
    harms = (
        Harm("site_reaction", "harms.site_reaction_vesicles"), Harm("infection", "harms.infection_vesicles"),
        Harm("fever"), Harm("granuloma", "harms.granuloma_vesicles"), Harm("necrosis", "harms.necrosis_vesicles"),
        Harm(PIGMENT),
    )  # fmt: skip

    doses: float = Field(default=5.0, gt=0, le=1000)
    """Vesicles in a mL of the syringe, in doses of 1e9 particles."""
    lot: float = Field(default=1.0, ge=0, le=10)
    """Strength of the lot over that of a median lot; multiplies what is drawn."""

    def contribute(self, at: Occasion) -> Contribution:
        """As saline, with vesicles in the syringe."""
        given = super().contribute(at)
        strength = self.lot * at.draws["secretome.lot_strength"][:, None]
        vesicles = self.volume * self.doses * strength * given.inputs["needles"]
        return Contribution({**given.inputs, "vesicles": vesicles}, given.maps)

    def describe(self) -> str:
        """Adds the vesicles."""
        return f"{super().describe()}, {self.doses:g}e9 vesicles a mL"


class VesiclesInPlasma(InPlasma, VesicleInjection):
    """Vesicles in platelet-rich plasma."""

    name = "vesicle_prp_injection"
    title = "UC-MSC vesicles in platelet-rich plasma, injected"
    engages = ("delivery", "secretome", "platelets")
