"""Cell transplant: melanocytes and keratinocytes on prepared skin.

    Ȧ = … + τ n_g z(x) (1 − (A+B)/K)₊     τ share that takes, n_g melanocytes per mm² put on the prepared zone z,
                                       τ n_g z no more than the capacity K
    J̇ = … + j n_s z(x)               the preparation (dermabrasion or laser) is a wound

What T cells kill of the graft, ``autoimmunity`` decides: a transplant does well where disease is quiet.
"""

from __future__ import annotations

import jax.numpy as jnp

from skintwin.engine.flows import Flow, produce
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table


class Grafting(Process):
    """Take and wound."""

    name = "grafting"
    title = "Cell transplant"
    idle_unless_given = True
    limits = "Keratinocytes of the graft and the healing of the donor site are not modelled."
    quantities = table(
        """
        input|graft|n_g|cells/mm^2|0|melanocytes put on the prepared skin in this step
        input|preparation|n_s|1|0|preparations of the recipient site in this step
        map|graft_zone|z|1|0|share of the pixel that is prepared and covered
        """
    )
    parameters = ("take", "preparation_injury")

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Melanocytes, where there is room for them, and wound."""
        filled = (s.melanocytes + s.melanoblasts) / jnp.where(s.capacity > 0, s.capacity, 1.0)
        room = jnp.where(s.capacity > 0, jnp.maximum(1.0 - filled, 0.0), 0.0)
        put = jnp.minimum(p.take * c.inputs.graft * s.graft_zone, s.capacity) * room / c.dt
        return [
            produce("melanocytes", put, label="melanocytes grafted"),
            produce("infiltrate", p.preparation_injury * c.inputs.preparation * s.graft_zone / c.dt),
        ]
