"""Transplanted melanocytes and keratinocytes."""

from __future__ import annotations

from skintwin.engine.process import Process
from skintwin.engine.quantities import table


class Grafting(Process):
    """Transplanted melanocytes and keratinocytes."""

    name = "grafting"
    title = "Cell transplant"
    idle_unless_given = True
    quantities = table(
        """
        input|graft|n_g|cells/mm^2|0|melanocytes put on the prepared skin in this step
        map|graft_zone|z_g|1|0|share of the pixel that is prepared and covered
        """
    )
