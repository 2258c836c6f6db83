"""Cell transplant: melanocytes and keratinocytes on prepared skin.

    Ȧ = … + τ n_g z(x) (1 − (A+B)/K)₊     τ share that takes, n_g melanocytes per mm² put on the prepared zone z,
                                       τ n_g z no more than the capacity K
    J̇ = … + j n_s z(x)               the preparation (dermabrasion or laser) is a wound
    Ḣ = n_s z(x) − H/τ_H             healing: skin that closes, and keratinocytes of the graft, call for melanocytes;
                                     their growth feels G = g_H H for weeks

What T cells kill of the graft, ``autoimmunity`` decides: a transplant does well where disease is quiet.
"""

from __future__ import annotations

import jax.numpy as jnp

from skintwin.engine.flows import Array, Flow, lose, produce
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table


class Grafting(Process):
    """Take and wound."""

    name = "grafting"
    title = "Cell transplant"
    idle_unless_given = True
    limits = (
        "Keratinocytes of the graft are one signal that fades; pigment of the first weeks, often too dark, and the "
        "healing of the donor site are not modelled."
    )
    quantities = table(
        """
        field|graft_healing|H|1|0|healing after a transplant, 1 = just grafted
        driver|graft_drive|G|1|0|drive of melanocyte growth by healing grafted skin
        input|graft|n_g|cells/mm^2|0|melanocytes put on the prepared skin in this step
        input|preparation|n_s|1|0|preparations of the recipient site in this step
        place|graft_zone|z|1|0|share of the pixel that is prepared and covered
        """
    )
    parameters = ("take", "preparation_injury", "healing_gain", "healing_time")

    def drive(self, s: View, p: View, c: Context) -> dict[str, Array]:
        """What healing adds to the stimulus of growth."""
        return {"graft_drive": p.healing_gain * s.graft_healing}

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Melanocytes, where there is room for them, wound and healing."""
        filled = (s.melanocytes + s.melanoblasts) / jnp.where(s.capacity > 0, s.capacity, 1.0)
        room = jnp.where(s.capacity > 0, jnp.maximum(1.0 - filled, 0.0), 0.0)
        put = jnp.minimum(p.take * c.inputs.graft * s.graft_zone, s.capacity) * room / c.dt
        return [
            produce("melanocytes", put, label="melanocytes grafted"),
            produce("infiltrate", p.preparation_injury * c.inputs.preparation * s.graft_zone / c.dt),
            produce("graft_healing", c.inputs.preparation * s.graft_zone / c.dt),
            lose("graft_healing", 1.0 / p.healing_time),
        ]
