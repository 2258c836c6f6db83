"""Melanin production.

    q   = q₀ (c + L + φ p) A Q^e / (1 + G + G_p + z i_t)        µm of melanosome column per day
    f_e = 1 − (1 − f₀)/Q                                          share of eumelanin in what is made

q₀ is the patient's own rate, found at the start so that the surrounding skin keeps the colour it was photographed
with; c is what the place adds to it, L the lentiginous clone under it, φ p what a freckle adds with the ultraviolet
signal p of the season. G is the secretome's antimelanogenic effect, G_p that of platelets; the trophic effects arrive
through Q. Which of the two wins is not decided here. i_t is the level of tyrosinase inhibitors on the treated area z,
in half-inhibiting units: several add up as competitors for one enzyme.
"""

from __future__ import annotations

from skintwin.engine.elementary import power
from skintwin.engine.flows import Array, Flow, produce
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table


class Melanogenesis(Process):
    """Production of melanin by active melanocytes."""

    name = "melanogenesis"
    title = "Melanogenesis"
    limits = (
        "Inhibitors act at once on tyrosinase and kill no melanocyte; eumelanin and pheomelanin are made at one "
        "rate and their share is a read-out that neither the optics nor the protection uses."
    )
    quantities = table(
        """
        driver|melanin_production|q|um/day|0|melanin made per day
        driver|eumelanin_share|f_e|1|1|share of eumelanin in the melanin made
        map|melanogenic_capacity|c|1|1|local melanin production per melanocyte relative to the surrounding skin
        map|melanogenesis_rate|q0|um/day|-|melanin production per unstimulated melanocyte and mm^2 of this patient
        map|freckle|phi|1|0|production of the place per ultraviolet signal, relative to the surrounding skin
        input|tyrosinase_inhibitor|i_t|1|0|tyrosinase inhibitors on the treated area, 1 = half inhibition
        """
    )
    needs = ("melanogenic_drive", "antimelanogenic", "platelet_tgf")
    parameters = ("drive_exponent", "eumelanin_rest")

    def respond(self, s: View, p: View, c: Context) -> dict[str, Array]:
        """Rate of production and its kind."""
        place = s.melanogenic_capacity + s.clone + s.freckle * s.paracrine_uv
        made = s.melanogenesis_rate * place * s.melanocytes * power(s.melanogenic_drive, p.drive_exponent)
        held = 1.0 + s.antimelanogenic + s.platelet_tgf + s.topical_zone * c.inputs.tyrosinase_inhibitor
        return {
            "melanin_production": made / held,
            "eumelanin_share": 1.0 - (1.0 - p.eumelanin_rest) / s.melanogenic_drive,
        }

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Production into the basal layer."""
        return [produce("melanin_basal", s.melanin_production, label="melanin made")]
