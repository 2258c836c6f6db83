"""Melanogenic signals from keratinocytes and their neighbours.

    ė₁ = (repaired damage) − e₁/τ₁   early response as damage is worked off (stem cell factor: peak near day 3)
    ė₂ = e₁/τ₁ − e₂/τ₂          late response (endothelin-1: days 5 to 10)
    p  = spread of (g₁ e₁ + g₂ e₂) over ℓ_p
    x  = (p + g_N π N + g_E (E + F))/(1 + k)      drive of growth; π pigment-dependent gain of inflammation
    P  = 1 + P_max x/(P_max + x)
    v  = g_v χ (visible dose)                     visible light, in skin that answers to it (χ)
    y  = ((p + v)(1 + g_σ σ h)/(1 + i_p + z i_p') + g_V (V − 1)₊ + g_w π W + g_N π N + g_E (E + F))/(1 + k)
    Q  = 1 + P_max y/(P_max + y)                  drive of melanin production
    q  = Q(y)/Q(y − g_w π W/(1 + k))              what the aftermath makes of it

P = Q = 1 is skin without light, inflammation or secretome; both saturate at 1 + P_max. P makes melanocytes grow and
move, Q makes them produce: a melasma (susceptibility σ, hormone h, vessels V) or the aftermath W of an inflammation
holds more melanin and hardly more cells. i_p inhibits plasmin, through which keratinocytes pass light and hormone on
to melanocytes (tranexamic acid). k is DKK1 of palms and soles. E is the secretome's trophic effect, F that of
platelets.
"""

from __future__ import annotations

import jax.numpy as jnp

from skintwin.engine.flows import Array, Emission, Flow, lose, produce_in_step, transfer
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table


class Paracrine(Process):
    """The melanogenic drive P."""

    name = "paracrine"
    title = "Paracrine melanogenic drive"
    needs = ("trophic", "platelet_drive")
    limits = (
        "Stem cell factor, endothelin-1, alpha-MSH and bFGF are one signal. Growth and production share one "
        "maximum. The hormone is a constant of the run, not a cycle or a pregnancy."
    )
    quantities = table(
        """
        field|uv_early|e1|MED|0|early keratinocyte response to ultraviolet light (stem cell factor)
        field|uv_late|e2|MED|0|late keratinocyte response to ultraviolet light (endothelin-1)
        signal|paracrine_uv|p|1|0|keratinocyte melanogenic signal from ultraviolet light
        driver|paracrine|P|1|1|melanogenic paracrine drive relative to unstimulated skin
        input|plasmin_block|i_p|1|0|plasmin inhibition from within, 1 = half inhibition
        input|plasmin_block_topical||1|0|plasmin inhibition on the treated area, 1 = half inhibition
        driver|melanogenic_drive|Q|1|1|drive of melanin production relative to unstimulated skin
        driver|aftermath_drive|q|1|1|drive of melanin production relative to the same skin without aftermath
        map|visible_response|chi|1|0|response of this phototype to visible light, 1 = phototype IV
        map|dkk1|k|1|0|DKK1 of palms and soles, 1 = half inhibition
        map|melasma_susceptibility|sigma|1|0|susceptibility to melasma, 1 = typical lesion
        map|hormone|h|1|0|hormonal drive, 1 = the state in which the melasma arose
        """
    )
    parameters = (
        "early_time", "late_time", "early_gain", "late_gain", "reach",
        "inflammation_gain", "trophic_gain", "maximum", "visible_gain", "melasma_gain", "vessel_gain", "aftermath_gain",
    )  # fmt: skip

    def emit(self, s: View, p: View, c: Context) -> dict[str, Emission]:
        """Keratinocyte signal, spread over ``reach``."""
        source = p.early_gain * s.uv_early + p.late_gain * s.uv_late
        return {"paracrine_uv": Emission(source, p.reach)}

    def respond(self, s: View, p: View, c: Context) -> dict[str, Array]:
        """Drives of growth and of production."""
        inflamed = p.inflammation_gain * s.inflammation_pigment_gain * s.inflammation
        common = inflamed + p.trophic_gain * (s.trophic + s.platelet_drive)
        visible = p.visible_gain * s.visible_response * s.visible_dose
        light = (s.paracrine_uv + visible) * (1.0 + p.melasma_gain * s.melasma_susceptibility * s.hormone)
        blocked = 1.0 + c.inputs.plasmin_block + s.topical_zone * c.inputs.plasmin_block_topical
        vessels = p.vessel_gain * jnp.maximum(s.vessels - 1.0, 0.0)
        after = p.aftermath_gain * s.inflammation_pigment_gain * s.aftermath_late
        x = (s.paracrine_uv + common) / (1.0 + s.dkk1)
        y = (light / blocked + vessels + after + common) / (1.0 + s.dkk1)
        drive = saturated(y, p.maximum)
        calm = saturated(y - after / (1.0 + s.dkk1), p.maximum)
        return {
            "paracrine": saturated(x, p.maximum), "melanogenic_drive": drive, "aftermath_drive": drive / calm,
        }  # fmt: skip

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Chain of responses."""
        return [
            produce_in_step("uv_early", s.uv_repaired),
            transfer("uv_early", "uv_late", 1.0 / p.early_time),
            lose("uv_late", 1.0 / p.late_time),
        ]


def saturated(x: Array, maximum: Array) -> Array:
    """1 + P_max x/(P_max + x)."""
    return 1.0 + maximum * x / (maximum + x)
