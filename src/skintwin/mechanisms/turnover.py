"""Melanin carried outwards with the keratinocytes, partly degraded on the way, and shed.

    ṁ₁ = q − (k_v + k_d) m₁;   ṁ₂ = k_v m₁ − (k_v + k_d) m₂;   ṁ₃ = k_v m₂ − (k_v + k_d) m₃
    ṁ₄ = k_v m₃ − k_c m₄
    k_v = 3 a/T_v,  k_c = a/T_c,  a = 1 + g_N N + g_r z r

Inflammation N and a retinoid r on the treated area z speed the transit. T_v is the transit time of the living
epidermis, T_c that of the stratum corneum, both of site and age.
"""

from __future__ import annotations

from itertools import pairwise

from skintwin.engine.flows import Flow, lose, transfer
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table
from skintwin.skin.fields import MELANIN_STAGES

LIVING_STAGES = len(MELANIN_STAGES) - 1


class Turnover(Process):
    """The transit chain."""

    name = "turnover"
    title = "Epidermal turnover"
    limits = (
        "Four stages stand for all layers; the speed-up acts on all of them alike, and thickness does not change."
    )
    quantities = table(
        """
        field|melanin_basal|m1|um|0|melanin in basal keratinocytes, as a column of melanosome volume per area
        field|melanin_spinous|m2|um|0|melanin in spinous keratinocytes
        field|melanin_granular|m3|um|0|melanin in granular keratinocytes
        field|melanin_cornified|m4|um|0|melanin in corneocytes
        map|melanin_offset|mo|um|0|photographed melanin that the model does not explain, kept constant
        map|viable_transit|T_v|day|-|transit time of the living epidermis
        map|cornified_transit|T_c|day|-|transit time of the stratum corneum
        input|retinoid|r|1|0|retinoid on the treated area, 1 = tretinoin 0.05 % nightly
        """
    )
    parameters = ("degradation_rate", "inflammation_gain", "retinoid_gain")

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Transit, degradation, shedding."""
        speed = 1.0 + p.inflammation_gain * s.inflammation + p.retinoid_gain * s.topical_zone * c.inputs.retinoid
        living = LIVING_STAGES * speed / s.viable_transit
        chain = [
            transfer(a, b, living) for a, b in pairwise(MELANIN_STAGES)
        ]
        degraded = [lose(name, p.degradation_rate, "melanin degraded") for name in MELANIN_STAGES[:-1]]
        shed = lose(MELANIN_STAGES[-1], speed / s.cornified_transit, "melanin shed")
        return [*chain, *degraded, shed]
