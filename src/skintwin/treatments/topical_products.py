"""Products of umbilical-cord cells put on the skin: live cells, vesicles, growth factors; serum, cream or gel.

Each use is one thin dose of which the formulation lets go a share. With ``microneedling`` each use follows a needling
session in the same sitting; without it the barrier decides, and no cell crosses it. Platelet-rich plasma may be put
on needled skin in the same way.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from skintwin.mechanisms.delivery import viability
from skintwin.quantities import Concentration, Hours
from skintwin.treatments.base import Contribution, Occasion
from skintwin.treatments.harms import NEEDLING, Harm
from skintwin.treatments.sessions import Sessions, zone

PARAMETERS = (
    "topical.release_serum", "topical.release_gel", "topical.release_cream", "topical.film",
    "secretome.lot_strength",
)  # fmt: skip


class Product(Sessions):
    """``sessions`` uses, ``every`` so many days, of a formulation. ``lot`` multiplies the strength of the lot drawn."""

    parameters: ClassVar[tuple[str, ...]] = PARAMETERS
    engages: ClassVar[tuple[str, ...]] = ("delivery", "secretome")
    harms: ClassVar[tuple[Harm, ...]] = (
        Harm("irritation"), *(replace(harm, when="microneedling") for harm in NEEDLING),
    )  # fmt: skip

    formulation: Literal["serum", "gel", "cream"] = "serum"
    microneedling: bool = False
    lot: float = Field(default=1.0, ge=0, le=10)

    def released(self, at: Occasion) -> np.ndarray:
        """Share that the formulation lets go, (n,)."""
        return at.draws[f"topical.release_{self.formulation}"]

    def put_on(self, at: Occasion, name: str, amount: np.ndarray) -> Contribution:
        """``amount`` (n,) of input ``name`` at each use, with its needling."""
        inputs = {name: amount[:, None] * self.impulses(at)}
        strength = self.lot * at.draws["secretome.lot_strength"][:, None, None]
        maps = {"topical_zone": zone(at), "lot_strength": strength}
        if self.microneedling:
            inputs["microneedling"] = self.impulses(at)
            maps["needling_zone"] = zone(at)
        return Contribution(inputs, maps)

    def describe(self) -> str:
        """Schedule, formulation, needling."""
        return f"{super().describe()}, {self.formulation}{', after microneedling' if self.microneedling else ''}"


class TopicalCells(Product):
    """Live cells."""

    name = "uc_msc_topical"
    title = "UC-MSC, live, on the skin"
    parameters = (*PARAMETERS, "delivery.viability_thaw", "delivery.viability_loss")
    engages = ("delivery", "cells", "secretome")
    harms = (*Product.harms, Harm("fever", when="microneedling"))
    amount = "concentration"

    concentration: Concentration = Field(default=2e6, gt=0, le=1e8)
    since_thaw: Hours = Field(default=1.0, ge=0, le=72)

    def contribute(self, at: Occasion) -> Contribution:
        """Viable cells per area of a film."""
        alive = viability(self.since_thaw, at.draws["delivery.viability_thaw"], at.draws["delivery.viability_loss"])
        film = at.draws["topical.film"] / 1000.0  # mm thick, so mL per mm² is a thousandth
        return self.put_on(at, "topical_cells", self.concentration * film * alive * self.released(at))


class TopicalVesicles(Product):
    """Vesicles (exosomes); ``doses`` of 1e9 particles per cm² each use."""

    name = "vesicles_topical"
    title = "UC-MSC vesicles on the skin"
    amount = "doses"

    doses: float = Field(default=1.0, gt=0, le=1000)

    def contribute(self, at: Occasion) -> Contribution:
        """Doses."""
        return self.put_on(at, "topical_vesicles", self.doses * self.released(at))


class TopicalFactors(Product):
    """Growth factors or conditioned medium; ``doses`` relative to the undiluted medium."""

    name = "growth_factors_topical"
    title = "UC-MSC growth factors on the skin"
    amount = "doses"

    doses: float = Field(default=1.0, gt=0, le=1000)

    def contribute(self, at: Occasion) -> Contribution:
        """Doses."""
        return self.put_on(at, "topical_factors", self.doses * self.released(at))


class TopicalPlatelets(Product):
    """Platelet-rich plasma on needled skin; ``fold`` over whole blood."""

    name = "prp_topical"
    title = "Platelet-rich plasma on the skin"
    engages = ("delivery", "platelets")
    amount = "fold"

    fold: float = Field(default=5.0, ge=1, le=15)

    def contribute(self, at: Occasion) -> Contribution:
        """Fold over blood."""
        return self.put_on(at, "topical_platelets", self.fold * self.released(at))
