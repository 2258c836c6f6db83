"""Products of umbilical-cord cells put on the skin: live cells, vesicles, growth factors; serum, cream or gel.

Each use is one thin dose of which the formulation lets go a share. With ``microneedling`` each use follows a needling
session in the same sitting; without it the barrier decides, and no cell crosses it. Platelet-rich plasma may be put
on needled skin in the same way. ``occluded``: the needled skin is covered until the next day, which keeps its channels
open for days instead of an hour or two.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from skintwin.mechanisms.delivery import MM3_PER_ML, viability
from skintwin.quantities import Concentration, Hours
from skintwin.treatments.base import WHERE, Contribution, Occasion
from skintwin.treatments.harms import NEEDLING, Harm
from skintwin.treatments.injection import lot_of_cells
from skintwin.treatments.microneedling import NEEDLED, needled
from skintwin.treatments.sessions import Sessions, zone

RELEASE = ("topical.release_serum", "topical.release_gel", "topical.release_cream")
PARAMETERS = (*RELEASE, "secretome.lot_strength")


class Product(Sessions):
    """``sessions`` uses, ``every`` so many days, of a formulation."""

    parameters: ClassVar[tuple[str, ...]] = PARAMETERS
    engages: ClassVar[tuple[str, ...]] = ("delivery", "secretome")
    harms: ClassVar[tuple[Harm, ...]] = (
        Harm("irritation"), *(replace(harm, when="microneedling") for harm in NEEDLING),
    )  # fmt: skip

    formulation: Literal["serum", "gel", "cream"] = "serum"
    """What it is mixed into; decides which share is let go."""
    microneedling: bool = False
    """True if each use follows needling in the same sitting."""
    occluded: bool = False
    """True if the needled skin is covered until the next day, which keeps its channels open; needs microneedling."""

    @model_validator(mode="after")
    def _cover(self) -> Any:
        if self.occluded and not self.microneedling:
            raise ValueError("occluded: a cover acts on microchannels; it needs microneedling: true")
        return self

    def shares(self) -> dict[str, dict[str, object]]:
        """The area of products, and that of needling."""
        return {"area of products on the skin": {"where": WHERE}, **(NEEDLED if self.microneedling else {})}

    def released(self, at: Occasion) -> np.ndarray:
        """Share that the formulation lets go, (n,)."""
        return at.draws[f"topical.release_{self.formulation}"]

    def film(self, at: Occasion) -> np.ndarray:
        """Thickness of a use, mm, (n,)."""
        return at.draws["topical.film"]

    def put_on(self, at: Occasion, name: str, amount: np.ndarray) -> Contribution:
        """``amount`` (n,) of input ``name`` at each use, with its needling."""
        given = needled(self, at) if self.microneedling else Contribution()
        return Contribution(
            {name: amount[:, None] * self.impulses(at), **given.inputs}, {"product_zone": zone(at), **given.maps}
        )

    def describe(self) -> str:
        """Schedule, formulation, needling."""
        needling = f", after microneedling{', covered' if self.occluded else ''}" if self.microneedling else ""
        return f"{super().describe()}, {self.formulation}{needling}"


class CordProduct(Product):
    """A product of umbilical-cord cells. ``lot`` multiplies the strength of the lot drawn."""

    lot: float = Field(default=1.0, ge=0, le=10)
    """Strength of the lot over that of a median lot; multiplies what is drawn."""

    def strength(self, at: Occasion) -> np.ndarray:
        """Strength of the lot relative to the median lot, (n,)."""
        return self.lot * at.draws["secretome.lot_strength"]


class TopicalCells(CordProduct):
    """Live cells."""

    name = "uc_msc_topical"
    title = "UC-MSC, live, on the skin"
    parameters = (*PARAMETERS, "topical.film", "delivery.viability_thaw", "delivery.viability_loss")
    engages = ("delivery", "cells", "secretome")
    harms = (*Product.harms, Harm("fever", when="microneedling"))
    amount = "concentration"

    concentration: Concentration = Field(default=2e6, gt=0, le=1e8)
    """Cells in a mL of the product, before losses."""
    since_thaw: Hours = Field(default=1.0, ge=0, le=72)
    """Time from thawing to use; cells die meanwhile."""

    def shares(self) -> dict[str, dict[str, object]]:
        """Adds the lot."""
        return {**super().shares(), **lot_of_cells(self.lot)}

    def contribute(self, at: Occasion) -> Contribution:
        """Viable cells per area of a film."""
        alive = viability(self.since_thaw, at.draws["delivery.viability_thaw"], at.draws["delivery.viability_loss"])
        film = self.film(at) / MM3_PER_ML  # mL on a mm²
        given = self.put_on(at, "topical_cells", self.concentration * film * alive * self.released(at))
        return Contribution(given.inputs, {**given.maps, "lot_strength": self.strength(at)[:, None, None]})


class TopicalVesicles(CordProduct):
    """Vesicles (exosomes); ``doses`` of 1e9 particles per cm² each use."""

    name = "vesicles_topical"
    title = "UC-MSC vesicles on the skin"
    amount = "doses"

    doses: float = Field(default=1.0, gt=0, le=1000)
    """Particles on the skin at each use, in doses of 1e9 per cm²."""

    def contribute(self, at: Occasion) -> Contribution:
        """Doses of median strength."""
        return self.put_on(at, "topical_vesicles", self.doses * self.strength(at) * self.released(at))


class TopicalFactors(CordProduct):
    """Growth factors or conditioned medium; ``doses`` relative to the undiluted medium."""

    name = "growth_factors_topical"
    title = "UC-MSC growth factors on the skin"
    amount = "doses"

    doses: float = Field(default=1.0, gt=0, le=1000)
    """Growth factors at each use, relative to undiluted medium."""

    def contribute(self, at: Occasion) -> Contribution:
        """Doses of median strength."""
        return self.put_on(at, "topical_factors", self.doses * self.strength(at) * self.released(at))


class TopicalPlatelets(Product):
    """Platelet-rich plasma on needled skin; ``fold`` over whole blood."""

    name = "prp_topical"
    title = "Platelet-rich plasma on the skin"
    parameters = (*RELEASE, "topical.film")
    engages = ("delivery", "platelets")
    amount = "fold"

    fold: float = Field(default=5.0, ge=1, le=15)
    """Platelets in the plasma, in times of whole blood."""

    def contribute(self, at: Occasion) -> Contribution:
        """Thickness of the film times fold over blood."""
        return self.put_on(at, "topical_platelets", self.fold * self.film(at) * self.released(at))
