"""Melanogenic signals from keratinocytes and their neighbours.

    ė₁ = (repaired damage) − e₁/τ₁   early response as damage is worked off (stem cell factor: peak near day 3)
    ė₂ = e₁/τ₁ − e₂/τ₂          late response (endothelin-1: days 5 to 10)
    p  = spread of (g₁ e₁ + g₂ e₂) over ℓ_p
    x  = p + g_N π N + g_E E    with π the pigment-dependent gain of inflammation
    P  = 1 + P_max x/(P_max + x)

P = 1 is skin without ultraviolet light, inflammation or secretome; P saturates at 1 + P_max.
"""

from __future__ import annotations

from skintwin.engine.flows import Array, Emission, Flow, lose, produce, transfer
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table


class Paracrine(Process):
    """The melanogenic drive P."""

    name = "paracrine"
    title = "Paracrine melanogenic drive"
    needs = ("trophic",)
    quantities = table(
        """
        field|uv_early|e1|MED|0|early keratinocyte response to ultraviolet light (stem cell factor)
        field|uv_late|e2|MED|0|late keratinocyte response to ultraviolet light (endothelin-1)
        signal|paracrine_uv|p|1|0|keratinocyte melanogenic signal from ultraviolet light
        driver|paracrine|P|1|1|melanogenic paracrine drive relative to unstimulated skin
        input|plasmin_block|i_p|1|0|plasmin inhibition from within, 1 = half inhibition
        input|plasmin_block_topical||1|0|plasmin inhibition on the treated area, 1 = half inhibition
        map|melasma_susceptibility|sigma|1|0|susceptibility to melasma, 1 = typical lesion
        map|hormone|h|1|0|hormonal drive, 1 = the state in which the melasma arose
        """
    )
    parameters = (
        "early_time", "late_time", "early_gain", "late_gain", "reach",
        "inflammation_gain", "trophic_gain", "maximum",
    )  # fmt: skip

    def emit(self, s: View, p: View, c: Context) -> dict[str, Emission]:
        """Keratinocyte signal, spread over ``reach``."""
        source = p.early_gain * s.uv_early + p.late_gain * s.uv_late
        return {"paracrine_uv": Emission(source, p.reach)}

    def respond(self, s: View, p: View, c: Context) -> dict[str, Array]:
        """Total drive."""
        x = (
            s.paracrine_uv
            + p.inflammation_gain * s.inflammation_pigment_gain * s.inflammation
            + p.trophic_gain * s.trophic
        )
        return {"paracrine": 1.0 + p.maximum * x / (p.maximum + x)}

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Chain of responses."""
        return [
            produce("uv_early", s.uv_repaired),
            transfer("uv_early", "uv_late", 1.0 / p.early_time),
            lose("uv_late", 1.0 / p.late_time),
        ]
