"""Innate inflammation: from burns, needles and other injury, resolving in days.

    J̇ = b (d − 1)₊ + (injury, by ``delivery``) − (1 + g_U U) J/τ_J
    N  = spread of J over ℓ_N

d is unrepaired ultraviolet damage in MED: above one it burns. U speeds resolution.
"""

from __future__ import annotations

import jax.numpy as jnp

from skintwin.engine.flows import Emission, Flow, lose, produce
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table


class Inflammation(Process):
    """Infiltrate and its signal."""

    name = "inflammation"
    title = "Innate inflammation"
    quantities = table(
        """
        field|infiltrate|J|1|0|innate inflammatory infiltrate, 1 = half-maximal effect
        signal|inflammation|N|1|0|innate inflammatory signal, 1 = half-maximal effect
        map|inflammation_pigment_gain|pi|1|-|gain of inflammation on pigment of this phototype
        input|steroid|g|1|0|topical corticosteroid on the treated area, 1 = half effect of a potent one
        """
    )
    parameters = ("burn_gain", "resolution_time", "immunomodulation_gain", "reach")

    def emit(self, s: View, p: View, c: Context) -> dict[str, Emission]:
        """Signal N."""
        return {"inflammation": Emission(s.infiltrate, p.reach)}

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Burn and resolution."""
        return [
            produce("infiltrate", p.burn_gain * jnp.maximum(s.uv_damage - 1.0, 0.0)),
            lose("infiltrate", (1.0 + p.immunomodulation_gain * s.immunomodulation) / p.resolution_time),
        ]
