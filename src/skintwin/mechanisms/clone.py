"""The lentiginous clone of keratinocytes and the pigment laser that destroys it."""

from __future__ import annotations

from skintwin.engine.process import Process
from skintwin.engine.quantities import table


class Clone(Process):
    """The lentiginous clone of keratinocytes and the pigment laser that destroys it."""

    name = "clone"
    title = "Lentiginous clone"
    idle_unless_given = False
    quantities = table(
        """
        field|clone|L|1|0|extra production of the lentiginous clone, relative to the surrounding skin
        input|laser|f|1|0|pigment laser sessions in this step, 1 = clinical end point reached in the treated area
        map|laser_zone|z_l|1|0|share of the pixel that a laser session covers
        """
    )
