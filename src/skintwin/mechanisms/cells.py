"""Injected mesenchymal stem cells: survival, movement, licensing, and the little that differentiates.

    Ṁ = (deposited) − (ln2/t_½)(1 + M/M_c)/(1 + g_p F) M − (k_m + k_k + k_f) M − ∇·(M v)
    v = χ ∇(I + N), |v| ≤ v_max                                              chemotaxis
    l = l₀ + (1 − l₀) (I + N)/(1 + I + N)                                     licensing
    Ȧ = … + k_m M                                                            differentiation into melanocytes

F is the effect of platelets given with them. k_m, k_k, k_f are separate rates of differentiation into melanocytes,
keratinocytes and fibroblasts; their priors lie near zero in vivo, so the claim that cells become melanocytes can be
tested, not assumed.
"""

from __future__ import annotations

import jax.numpy as jnp

from skintwin.engine.flows import Array, Climb, Flow, Movement, lose, transfer
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table


class Cells(Process):
    """Viable injected cells."""

    name = "cells"
    title = "Injected mesenchymal stem cells"
    limits = (
        "Cells neither divide nor are rejected by a memory of earlier sessions; depth in the dermis is not "
        "resolved."
    )
    idle_unless_given = True
    quantities = table(
        """
        field|msc|M|cells/mm^2|0|viable injected mesenchymal stem cells
        driver|licensing|l|1|0|licensed share of the injected cells' capacity to secrete
        """
    )
    parameters = (
        "half_life", "crowding_density", "to_melanocytes", "to_keratinocytes", "to_fibroblasts", "chemotaxis",
        "speed_limit", "licensing_floor", "platelet_gain",
    )  # fmt: skip

    def respond(self, s: View, p: View, c: Context) -> dict[str, Array]:
        """Licensing by interferon and inflammation."""
        x = s.ifn + s.inflammation
        return {"licensing": p.licensing_floor + (1.0 - p.licensing_floor) * x / (1.0 + x)}

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Death, crowding, differentiation."""
        life = p.half_life * (1.0 + p.platelet_gain * s.platelet_drive) / (1.0 + s.msc / p.crowding_density)
        death = jnp.log(2.0) / life
        return [
            lose("msc", death, "cells died"),
            lose("msc", p.to_keratinocytes + p.to_fibroblasts, "cells became other cells"),
            transfer("msc", "melanocytes", p.to_melanocytes, label="cells became melanocytes"),
        ]

    def movements(self, s: View, p: View, c: Context) -> list[Movement]:
        """Chemotaxis up the interferon and inflammation signals."""
        return [Climb("msc", s.ifn + s.inflammation, p.chemotaxis, p.speed_limit)]
