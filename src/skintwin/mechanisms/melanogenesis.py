"""Melanin production.

    q = q₀ c A P / (1 + G)          µm of melanosome column per day

q₀ is the patient's own rate, found at the start so that the surrounding skin keeps the colour it was
photographed with; c is what the place adds to it (a lentigo, a freckle); G is the secretome's
antimelanogenic effect, its trophic effect arrives through P. Which of the two wins is not decided here.
"""

from __future__ import annotations

from skintwin.engine.flows import Array, Flow, produce
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table


class Melanogenesis(Process):
    """Production of melanin by active melanocytes."""

    name = "melanogenesis"
    title = "Melanogenesis"
    needs = ("paracrine", "antimelanogenic")
    quantities = table(
        """
        driver|melanin_production|q|um/day|0|melanin made per day
        map|melanogenic_capacity|c|1|1|local melanin production per melanocyte relative to the surrounding skin
        map|melanogenesis_rate|q0|um/day per cell/mm^2|-|melanin production per unstimulated melanocyte of this patient
        input|tyrosinase_inhibitor|i_t|1|0|tyrosinase inhibitors on the treated area, 1 = half inhibition
        map|freckle|phi|1|0|production of the place that follows ultraviolet light, relative to the surrounding skin
        """
    )
    parameters = ("drive_exponent",)

    def respond(self, s: View, p: View, c: Context) -> dict[str, Array]:
        """Rate of production."""
        drive = s.paracrine**p.drive_exponent
        made = s.melanogenesis_rate * s.melanogenic_capacity * s.melanocytes * drive
        return {"melanin_production": made / (1.0 + s.antimelanogenic)}

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Production into the basal layer."""
        return [produce("melanin_basal", s.melanin_production, label="melanin made")]
