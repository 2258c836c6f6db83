"""Innate inflammation: from burns, needles and other injury, resolving in days.

    J̇  = b (d − 1)₊ + i_r z r + (injury, by needles, lasers, grafts) − (1 + g_U U + g_s z c) J/τ_J
    N   = spread of J over ℓ_N
    Ẇ₁ = N² − W₁/τ₁;   Ẇ₂ = W₁/τ₁ − W₂/τ₂            aftermath, which melanin production feels through W₂

d is unrepaired ultraviolet damage in MED: above one it burns. A retinoid r irritates the treated area z. U and a
corticosteroid c speed resolution. The aftermath is what makes post-inflammatory pigment come late, and a strong
inflammation more than several weak ones: after one short inflammation W₂ peaks after weeks and is felt for months;
how strongly, depends on the skin's pigment (``paracrine``).
"""

from __future__ import annotations

from skintwin.engine.flows import Emission, Flow, lose, produce, produce_in_step, transfer
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table


class Inflammation(Process):
    """Infiltrate and its signal."""

    name = "inflammation"
    title = "Innate inflammation"
    quantities = table(
        """
        field|infiltrate|J|1|0|innate inflammatory infiltrate, 1 = half-maximal effect
        field|aftermath_early|W1|day|0|aftermath of inflammation, first stage
        field|aftermath_late|W2|day|0|aftermath of inflammation that melanin production feels
        signal|inflammation|N|1|0|innate inflammatory signal, 1 = half-maximal effect
        map|inflammation_pigment_gain|pi|1|-|gain of inflammation on pigment of this phototype
        input|steroid|g|1|0|topical corticosteroid on the treated area, 1 = half effect of a potent one
        """
    )
    parameters = (
        "burn_gain", "resolution_time", "immunomodulation_gain", "reach", "steroid_gain", "retinoid_irritation",
        "aftermath_onset", "aftermath_time",
    )  # fmt: skip
    limits = (
        "Tumour necrosis factor, interleukin-1, prostaglandins and leukotrienes are one infiltrate and one "
        "signal; pain, itch and swelling are not made."
    )

    def emit(self, s: View, p: View, c: Context) -> dict[str, Emission]:
        """Signal N."""
        return {"inflammation": Emission(s.infiltrate, p.reach)}

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Burn and resolution."""
        damping = p.immunomodulation_gain * s.immunomodulation + p.steroid_gain * s.topical_zone * c.inputs.steroid
        return [
            produce_in_step("infiltrate", p.burn_gain * s.burn),
            produce("infiltrate", p.retinoid_irritation * s.topical_zone * c.inputs.retinoid),
            lose("infiltrate", (1.0 + damping) / p.resolution_time),
            produce("aftermath_early", s.inflammation**2),
            transfer("aftermath_early", "aftermath_late", 1.0 / p.aftermath_onset),
            lose("aftermath_late", 1.0 / p.aftermath_time),
        ]
