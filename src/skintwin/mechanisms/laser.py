"""Pigment laser: pulses short enough to burst melanosomes and the cells that hold many of them.

    share lost in f sessions     κ_f = 1 − (1 − κ)^f   where the laser went, so z κ_f of a pixel covered to the share z
    J̇ = j f z m/(m + m_½)

with κ = κ_L for the clone L, κ_m for m₁…m₄, κ_D for D, κ_A for A. A pulse lasts nanoseconds: the share is taken at
once, so that it does not depend on the step. Injury J rises with the melanin that absorbs: the price, post-
inflammatory pigment, follows from ``inflammation`` and is higher in darker skin.
"""

from __future__ import annotations

from skintwin.engine.elementary import power
from skintwin.engine.flows import Array, Flow, produce, take
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table
from skintwin.mechanisms.sunlight import melanin_column
from skintwin.skin.fields import MELANIN_STAGES


class Laser(Process):
    """Selective photothermolysis and its injury."""

    name = "laser"
    title = "Pigment laser"
    idle_unless_given = True
    limits = (
        "Wavelength, pulse and fluence are folded into one number, the share of a full clearing session; "
        "blisters, scars and mottled hypopigmentation are not made."
    )
    quantities = table(
        """
        input|laser|f|1|0|pigment laser sessions in this step, 1 = clinical end point reached
        place|laser_zone|z|1|0|share of the pixel that the laser covers
        """
    )
    parameters = ("clone_kill", "melanin_share", "dermal_share", "melanocyte_kill", "injury", "half_melanin")

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Losses and injury of the session in this step."""
        part = c.inputs.laser * s.laser_zone

        def lost(share: Array) -> Array:
            return s.laser_zone * (1.0 - power(1.0 - share, c.inputs.laser))

        melanin = melanin_column(s)
        return [
            take("clone", lost(p.clone_kill)),
            *(take(stage, lost(p.melanin_share), "melanin burst") for stage in MELANIN_STAGES),
            take("melanin_dermal", lost(p.dermal_share)),
            take("melanocytes", lost(p.melanocyte_kill)),
            produce("infiltrate", p.injury * part / c.dt * melanin / (melanin + p.half_melanin)),
        ]
