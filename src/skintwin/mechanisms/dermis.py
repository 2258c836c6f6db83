"""Fibroblasts, collagen, hydration and barrier: what skin quality is read from.

    Ṡ = k_b (d − 1)₊ − S/τ_S                                     senescence and photo-damage, above this skin's own
    Ḟ = ((1 + g_E E + g_p F_p)/((1 + S)(1 + g_N N)) − F)/τ_F      fibroblast function
    Ċ = (F/(1 + g_s z c) − (1 + m_N N) C)/τ_C                     collagen; half-life of years
    Ḣ = (F Q − H)/τ_H                                             hydration (hyaluronan turns over in a day)
    Q̇ = (1 − Q)/τ_Q − (q_N N + q_r z r + q_m n_m z_n) Q           barrier
    R2 = R2₀ (1 − e (1 − C)),  moisture = M₀ H,  water loss = W₀ (1 + w (1 − Q))
    collagen = 100 C/C₀,  hydration = 100 H/H₀                   endpoints of a study, percent of day 0

All are relative to this skin without sunburn, which is the fixed point; slow ageing is left to the patient's age. Burns
of the years before day 0 have moved some skin away from it: C₀ and H₀ are what day 0 has. E is the secretome's trophic
effect, F_p that of platelets, c a corticosteroid (atrophy), r a retinoid, n_m microneedling.
"""

from __future__ import annotations

from skintwin.engine.flows import Array, Flow, lose, produce, produce_in_step
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table


class Dermis(Process):
    """Skin quality."""

    name = "dermis"
    title = "Dermis and barrier"
    limits = (
        "Elastin, wrinkles and thickness are not modelled; read-outs are linear around this skin; new collagen is "
        "counted like old, so a scar would count as a gain."
    )
    quantities = table(
        """
        field|fibroblasts|F|1|1|fibroblast function relative to this skin without sunburn
        field|senescence|S|1|0|photo-damage and senescence above this skin without sunburn
        field|collagen|C|1|1|collagen relative to this skin without sunburn
        field|hydration|H|1|1|hydration relative to this skin without sunburn
        field|barrier|Q|1|1|barrier integrity, 1 = intact
        map|collagen_start|C_0|1|1|collagen of day 0
        map|hydration_start|H_0|1|1|hydration of day 0
        driver|elasticity|R2|1|0.7|gross elasticity as a Cutometer reads it (R2)
        driver|moisture||1|45|hydration as a Corneometer reads it, arbitrary units
        driver|water_loss||g/m^2/hour|10|transepidermal water loss
        """
    )
    needs = ("trophic",)
    parameters = (
        "burn_senescence", "senescence_time", "trophic_gain", "platelet_gain", "inflammation_loss", "fibroblast_time",
        "steroid_atrophy", "collagen_degradation", "collagen_time", "hydration_time", "barrier_time",
        "barrier_inflammation", "barrier_retinoid", "barrier_needling", "elasticity_rest", "elasticity_collagen",
        "moisture_rest", "water_loss_rest", "water_loss_gain",
    )  # fmt: skip

    def drive(self, s: View, p: View, c: Context) -> dict[str, Array]:
        """Read-outs of the instruments."""
        return {
            "elasticity": p.elasticity_rest * (1.0 - p.elasticity_collagen * (1.0 - s.collagen)),
            "moisture": p.moisture_rest * s.hydration,
            "water_loss": p.water_loss_rest * (1.0 + p.water_loss_gain * (1.0 - s.barrier)),
        }

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Turnover of each."""
        growth = 1.0 + p.trophic_gain * s.trophic + p.platelet_gain * s.platelet_drive
        held = (1.0 + s.senescence) * (1.0 + p.inflammation_loss * s.inflammation)
        atrophy = 1.0 + p.steroid_atrophy * s.topical_zone * c.inputs.steroid
        opened = p.barrier_needling * c.inputs.microneedling * s.needling_zone / c.dt
        worn = p.barrier_inflammation * s.inflammation + p.barrier_retinoid * s.topical_zone * c.inputs.retinoid
        return [
            produce_in_step("senescence", p.burn_senescence * s.burn),
            lose("senescence", 1.0 / p.senescence_time),
            produce("fibroblasts", growth / held / p.fibroblast_time),
            lose("fibroblasts", 1.0 / p.fibroblast_time),
            produce("collagen", s.fibroblasts / atrophy / p.collagen_time),
            lose("collagen", (1.0 + p.collagen_degradation * s.inflammation) / p.collagen_time),
            produce("hydration", s.fibroblasts * s.barrier / p.hydration_time),
            lose("hydration", 1.0 / p.hydration_time),
            produce("barrier", 1.0 / p.barrier_time),
            lose("barrier", 1.0 / p.barrier_time + worn + opened),
        ]
