"""Microvessels of the upper dermis."""

from __future__ import annotations

from skintwin.engine.process import Process
from skintwin.engine.quantities import table


class Vasculature(Process):
    """Microvessels of the upper dermis."""

    name = "vasculature"
    title = "Microvessels"
    idle_unless_given = False
    quantities = table(
        """
        field|vessels|V|1|1|microvessels of the upper dermis, relative to the surrounding skin at the start
        """
    )
