"""Fibroblasts, collagen, hydration and barrier."""

from __future__ import annotations

from skintwin.engine.process import Process
from skintwin.engine.quantities import table


class Dermis(Process):
    """Fibroblasts, collagen, hydration and barrier."""

    name = "dermis"
    title = "Dermis and barrier"
    idle_unless_given = False
    quantities = table(
        """
        field|fibroblasts|F|1|1|fibroblast function relative to this skin at the start
        field|senescence|S|1|0|photo-damage and senescence above this skin at the start
        field|collagen|C|1|1|collagen relative to this skin at the start
        field|hydration|H|1|1|hydration relative to this skin at the start
        field|barrier|Q|1|1|barrier integrity, 1 = intact
        """
    )
