"""The lentiginous clone: keratinocytes that drive the melanocytes under them, for good.

    L̇ = r L (1 − L/L∞)

L is the extra production relative to the surrounding skin, L∞ what the clone had when it was seen. Nothing in it
decays: an age spot is stable for years. What a laser leaves of it grows back over years.
"""

from __future__ import annotations

import jax.numpy as jnp

from skintwin.engine.flows import Flow, lose, produce
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table


class Clone(Process):
    """Logistic regrowth to what was there."""

    name = "clone"
    title = "Lentiginous clone"
    limits = (
        "The clone neither spreads nor turns malignant; one rate stands for regrowth from the margin and from "
        "below."
    )
    quantities = table(
        """
        field|clone|L|1|0|extra production of the lentiginous clone, relative to the surrounding skin
        map|clone_full|L_inf|1|0|extra production of the full-grown clone
        """
    )
    parameters = ("regrowth_rate",)

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Growth and crowding."""
        full = jnp.where(s.clone_full > 0, s.clone_full, 1.0)
        return [
            produce("clone", p.regrowth_rate * s.clone),
            lose("clone", p.regrowth_rate * s.clone / full),
        ]
