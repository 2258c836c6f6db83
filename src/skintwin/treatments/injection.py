"""Injections into the lesion on a grid of needle points: saline, cells of the umbilical cord, platelets, or both."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from skintwin.errors import ConfigError
from skintwin.evidence import ledger
from skintwin.mechanisms.delivery import discs, needle_grid, over_session, viability, wheal_diameter
from skintwin.quantities import Concentration, Days, Hours, Length, Volume
from skintwin.treatments.base import WHERE, Contribution, FromLedger, Occasion, Treatment, session_days
from skintwin.treatments.harms import NEEDLE, PIGMENT, Harm


class Injection(Treatment):
    """A needle session: points at ``spacing`` over the lesion, ``volume`` at each."""

    parameters: ClassVar[tuple[str, ...]] = ("delivery.wheal_diameter", "delivery.injury_diameter")
    engages: ClassVar[tuple[str, ...]] = ("delivery",)
    amount: ClassVar[str] = "volume"
    harms: ClassVar[tuple[Harm, ...]] = (*NEEDLE, Harm(PIGMENT))

    start: Days = Field(default=0.0, ge=0)
    """Day of the first session; or a rule."""
    every: Days = Field(default=28.0, gt=0)
    """Time from one session to the next."""
    sessions: int = Field(default=1, ge=1, le=500)
    """Number of sessions."""
    spacing: Length = Field(default=10.0, gt=0)
    """Distance between needle points."""
    volume: Volume = Field(default=0.1, gt=0)
    """Volume at each point."""

    @classmethod
    def from_ledger(cls) -> dict[str, FromLedger]:
        """What skin takes, and what a needle can do."""
        layer = ("delivery.largest_volume_per_area",)
        return {
            "spacing": FromLedger(least="delivery.least_spacing", largest="delivery.largest_spacing", also=layer),
            "volume": FromLedger(largest="delivery.largest_volume", also=layer),
        }

    def points(self, at: Occasion) -> np.ndarray:
        """Needle points (k, 2), mm."""
        return needle_grid(at.target, at.grid, self.spacing)

    def shares(self) -> dict[str, dict[str, object]]:
        """One needle grid serves all injections of an arm."""
        return {"needle grid": {"where": WHERE, "spacing": self.spacing, "volume": self.volume}}

    def contribute(self, at: Occasion) -> Contribution:
        """Needles and wheals; the maps are per draw, since the wheal's size is uncertain."""
        self._possible()
        days = session_days(self.start, self.every, self.sessions, at.steps * at.dt, self.name)
        points = self.points(at)
        reference = ledger().value("delivery.wheal_reference_volume", "mL")
        wide = wheal_diameter(self.volume, at.draws["delivery.wheal_diameter"], reference)
        wheals, cover = discs(points, wide, at.grid)
        _, dots = discs(points, at.draws["delivery.injury_diameter"], at.grid)
        needles = np.broadcast_to(over_session(days, np.ones(len(days)), at.steps, at.dt), (at.n, at.steps))
        return Contribution(
            inputs={"needles": needles},
            maps={"wheals": wheals, "wheal_cover": cover, "needle_dots": dots},
        )

    def _possible(self) -> None:
        """ConfigError for what skin cannot take or a needle cannot do."""
        value = ledger().value
        largest = value("delivery.largest_volume", "mL")
        if self.volume > largest:
            raise ConfigError(
                f"volume {self.volume:g} mL per point", where=self.name,
                expected=f"at most {largest:g} mL in one intradermal point", do="use more points",
            )  # fmt: skip
        least, widest = value("delivery.least_spacing", "mm"), value("delivery.largest_spacing", "mm")
        if not least <= self.spacing <= widest:
            raise ConfigError(
                f"points {self.spacing:g} mm apart", where=self.name,
                expected=f"a spacing of {least:g} to {widest:g} mm", do="look at the unit",
            )  # fmt: skip
        layer, most = self.volume / (self.spacing / 10) ** 2, value("delivery.largest_volume_per_area", "mL/cm^2")
        if layer > most * (1 + 1e-9):
            raise ConfigError(
                f"{self.volume:g} mL every {self.spacing:g} mm is {layer:.3g} mL/cm^2", where=self.name,
                expected=f"at most {most:g} mL/cm^2 in a session", do="give a wider spacing or a smaller volume",
            )  # fmt: skip

    def describe(self) -> str:
        """Points, volume, sessions."""
        return (
            f"{self.sessions} session(s) every {self.every:g} days from day {self.start:g}, "
            f"{self.volume:g} mL a point, points {self.spacing:g} mm apart"
        )


def lot_of_cells(lot: float) -> dict[str, dict[str, object]]:
    """What lines with live cells share: cells of two lots cannot be told apart in the tissue."""
    return {"lot of live cells": {"lot": lot}}


class Saline(Injection):
    """Saline through the same needles: the control for needle and volume."""

    name = "saline_injection"
    title = "Saline injection"


class CordCells(Injection):
    """Umbilical-cord mesenchymal stem cells, injected."""

    name = "uc_msc_injection"
    title = "UC-MSC injection"
    parameters = (*Injection.parameters, "delivery.viability_thaw", "delivery.viability_loss", "secretome.lot_strength")
    engages: ClassVar[tuple[str, ...]] = ("delivery", "cells", "secretome")
    amount = "concentration"
    harms = (
        Harm("site_reaction", "harms.site_reaction_cells"), Harm("infection", "harms.infection_needle"),
        Harm("fever", "harms.fever_cells"), Harm(PIGMENT),
    )  # fmt: skip

    concentration: Concentration = Field(default=2e6, gt=0, le=1e9)
    """Cells in a mL of the syringe, before losses."""
    since_thaw: Hours = Field(default=1.0, ge=0, le=72)
    """Time from thawing to injection; cells die meanwhile."""
    lot: float = Field(default=1.0, ge=0, le=10)
    """Strength of the lot of cells over that of a median lot; multiplies what is drawn."""

    def shares(self) -> dict[str, dict[str, object]]:
        """Adds the lot."""
        return {**super().shares(), **lot_of_cells(self.lot)}

    def contribute(self, at: Occasion) -> Contribution:
        """As saline, with viable cells in the syringe."""
        needles = super().contribute(at)
        alive = viability(self.since_thaw, at.draws["delivery.viability_thaw"], at.draws["delivery.viability_loss"])
        per_point = self.concentration * self.volume * alive
        days = session_days(self.start, self.every, self.sessions, at.steps * at.dt, self.name)
        share = over_session(days, np.ones(len(days)), at.steps, at.dt)
        strength = self.lot * at.draws["secretome.lot_strength"][:, None, None]
        maps = {**needles.maps, "lot_strength": strength}
        return Contribution({**needles.inputs, "cells": per_point[:, None] * share}, maps)

    def describe(self) -> str:
        """Adds the cells."""
        return (
            f"{super().describe()}, {self.concentration * self.volume:.3g} cells a point "
            f"({self.concentration:.3g} cells/mL), {self.since_thaw:g} h since thaw"
        )


class InPlasma(Injection):
    """What is injected comes in platelet-rich plasma of ``fold`` times blood. Named before the product
    among the bases of a class: one session, one needle grid, both products."""

    carrier: ClassVar[str] = "in plasma with platelets"
    fold: float = Field(default=5.0, ge=1, le=15)
    """Platelets in the plasma, in times of whole blood."""

    def contribute(self, at: Occasion) -> Contribution:
        """As the product alone, with platelets in the same syringe."""
        given = super().contribute(at)
        platelets = self.volume * self.fold * given.inputs["needles"]
        return Contribution({**given.inputs, "platelets": platelets}, given.maps)

    def describe(self) -> str:
        """Adds the platelets."""
        return f"{super().describe()}, {self.carrier} {self.fold:g} times blood"


class PlateletPlasma(InPlasma):
    """Platelet-rich plasma through the same needles."""

    name = "prp_injection"
    title = "Platelet-rich plasma injection"
    engages = ("delivery", "platelets")
    amount = "fold"
    carrier = "platelets"


class CordCellsInPlasma(InPlasma, CordCells):
    """Cells suspended in platelet-rich plasma."""

    name = "uc_msc_prp_injection"
    title = "UC-MSC in platelet-rich plasma, injected"
    engages = ("delivery", "cells", "secretome", "platelets")
