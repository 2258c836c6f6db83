"""Platelet growth factors: a burst, then a slower release from fibrin.

    ṗ₁ = φ (deposit) − p₁/τ₁;   ṗ₂ = (1 − φ)(deposit) − p₂/τ₂       1 = undiluted blood in the tissue
    b  = (p₁ + p₂)/(p_½ + p₁ + p₂)
    F  = f b;   G_p = g b

F acts wherever growth factors do: on melanocytes and melanin (``paracrine``), on injected cells (``cells``) and on
fibroblasts (``dermis``); G_p is the opposite arm, TGF-β1, which lowers melanin production. f and g are independent
and uncertain: trials of platelet-rich plasma disagree in vitiligo and in melasma.
"""

from __future__ import annotations

from skintwin.engine.flows import Array, Flow, lose, produce
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table


class Platelets(Process):
    """Two pools and two effects."""

    name = "platelets"
    title = "Platelets"
    idle_unless_given = True
    limits = "PDGF, EGF, IGF-1 and VEGF are one effect; leukocytes in the plasma are not modelled."
    quantities = table(
        """
        field|platelets_early|p1|1|0|platelet factors released at once, 1 = undiluted blood in the tissue
        field|platelets_late|p2|1|0|platelet factors bound to fibrin, released over days, same unit
        driver|platelet_drive|F|1|0|trophic effect of platelet growth factors
        driver|platelet_tgf|G_p|1|0|antimelanogenic effect of platelet TGF-beta1, added to that of the secretome
        input|platelets|n_p|mL|0|platelet concentrate given per needle point in this step, volume times fold over blood
        input|topical_platelets|F|mm|0|platelets put on the skin in this step, film thickness times fold over blood
        """
    )
    parameters = ("early_share", "early_time", "late_time", "half_level", "trophic_maximum", "antimelanogenic_maximum")

    def drive(self, s: View, p: View, c: Context) -> dict[str, Array]:
        """Effects of the pools."""
        level = s.platelets_early + s.platelets_late
        bound = level / (p.half_level + level)
        return {"platelet_drive": p.trophic_maximum * bound, "platelet_tgf": p.antimelanogenic_maximum * bound}

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Deposit and release."""
        return [
            produce("platelets_early", p.early_share * s.platelet_deposit),
            lose("platelets_early", 1.0 / p.early_time),
            produce("platelets_late", (1.0 - p.early_share) * s.platelet_deposit),
            lose("platelets_late", 1.0 / p.late_time),
        ]
