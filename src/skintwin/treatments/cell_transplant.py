"""Melanocyte–keratinocyte transplant: a suspension from the patient's own skin on a dermabraded lesion."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from skintwin.evidence import ledger
from skintwin.skin.site import site_keys
from skintwin.treatments.base import WHERE, Contribution, Occasion
from skintwin.treatments.harms import PIGMENT, Harm
from skintwin.treatments.sessions import Sessions, zone


class CellTransplant(Sessions):
    """``expansion``: recipient area over donor area; a donor holds the melanocytes of its own site."""

    name = "cell_transplant"
    title = "Melanocyte–keratinocyte transplant"
    engages = ("grafting",)
    amount = "expansion"
    harms = (Harm("site_reaction"), Harm("infection", "harms.infection_transplant"), Harm(PIGMENT))

    expansion: float = Field(default=5.0, ge=1, le=20)
    """Recipient area over donor area: the larger, the thinner the cells are spread."""

    def shares(self) -> dict[str, dict[str, object]]:
        """The grafted area."""
        return {"grafted area": {"where": WHERE}}

    def contribute(self, at: Occasion) -> Contribution:
        """Preparation and melanocytes."""
        held = ledger().value(site_keys("thigh")["melanocytes"], "cells/mm^2")
        session = self.impulses(at)
        inputs = {"graft": session * (held / self.expansion), "preparation": np.array(session)}
        return Contribution(inputs, {"graft_zone": zone(at)})

    def describe(self) -> str:
        """Adds the expansion."""
        return f"{super().describe()}, donor to recipient 1:{self.expansion:g}"
