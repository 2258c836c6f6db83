"""Microvessels of the upper dermis: they feed melanocytes and colour the skin.

    V̇ = (1 + g_N N + g_E E + g_σ σ h p/(1 + i_p + z i_p') − V)/τ_V

V = 1 is the skin as it was. Inflammation and the secretome's growth factors raise it; so does light where skin is
susceptible to melasma (σ, hormone h), unless plasmin is inhibited. V feeds the melanogenic drive (``paracrine``) and
the blood that the camera sees.
"""

from __future__ import annotations

from skintwin.engine.flows import Flow, lose, produce
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table


class Vasculature(Process):
    """Growth and regression."""

    name = "vasculature"
    title = "Microvessels"
    limits = (
        "Number and width of vessels are one quantity; heat is not modelled; vessels do not spread across the "
        "patch."
    )
    quantities = table(
        """
        field|vessels|V|1|1|microvessels of the upper dermis, relative to the skin as it was
        map|vessels_start|V_0|1|1|blood of day 0 as microvessels, with what inflammation widened: the photograph has it
        map|erythema_gain||1|1|rise of the blood by widening at half-maximal inflammation
        """
    )
    parameters = ("inflammation_gain", "trophic_gain", "melasma_gain", "regression_time")

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Towards what the signals hold."""
        blocked = 1.0 + c.inputs.plasmin_block + s.topical_zone * c.inputs.plasmin_block_topical
        susceptible = s.melasma_susceptibility * s.hormone * s.paracrine_uv / blocked
        held = p.inflammation_gain * s.inflammation + p.trophic_gain * s.trophic + p.melasma_gain * susceptible
        return [
            produce("vessels", (1.0 + held) / p.regression_time),
            lose("vessels", 1.0 / p.regression_time),
        ]
