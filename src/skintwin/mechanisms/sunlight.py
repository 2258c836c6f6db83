"""Ultraviolet light at the basal layer: the sun of the place and season, and phototherapy lamps.

    u  = (h_sun/MED + θ h_lamp/MED_lamp) · exp(−κ (m/m₀ − 1)) / (1 + w)        effective dose, MED/day
    ẇ  = a u − w/τ_w                                                            epidermal thickening
    ḋ  = u − d/τ_d                                                              damage and its repair

The phototype's MED already contains its constitutive melanin m₀; the exponential carries only the change from
it: a tan protects (self-limiting), depigmented skin receives more. θ ≤ 1 is the therapist's rule: a session is
held back so that the most sensitive pixel receives no more than the plan's limit. Damage above one MED burns;
what a burn does is in ``inflammation``.
"""

from __future__ import annotations

from typing import ClassVar

import jax.numpy as jnp

from skintwin.engine.flows import Array, Flow, lose, produce
from skintwin.engine.process import Context, Process, View
from skintwin.skin.fields import MELANIN_STAGES

SESSION_DAYS = 0.5
"""A session at the lamp is given evenly over this time, so that its dose does not depend on the step."""


def session_steps(dt: float) -> int:
    """Number of steps of ``dt`` days over which one session is given."""
    return max(1, round(SESSION_DAYS / dt))


def melanin_column(s: View) -> Array:
    """Melanin of the four stages together, µm."""
    return sum(getattr(s, name) for name in MELANIN_STAGES)


class Sunlight(Process):
    """Ultraviolet dose, damage, repair and thickening."""

    name = "sunlight"
    title = "Sunlight and lamps"
    fields = ("uv_damage", "uv_adaptation")
    outputs: ClassVar = {"uv_dose": 0.0, "uv_repaired": 0.0}
    parameters = ("melanin_shielding", "repair_time", "thickening_gain", "thickening_time")

    def drive(self, s: View, p: View, c: Context) -> dict[str, Array]:
        """Dose in MED/day: inputs ``sun`` and ``lamp`` are erythemal J/m² in this step."""
        shield = jnp.exp(-p.melanin_shielding * (melanin_column(s) / s.reference_melanin - 1.0))
        reaching = shield / (1.0 + s.uv_adaptation)
        lamp = c.inputs.lamp / s.med_lamp
        session = lamp * jnp.max(reaching, axis=(-2, -1), keepdims=True) * session_steps(c.dt)
        held = jnp.minimum(1.0, s.lamp_limit / jnp.maximum(session, 1e-6))
        dose = (c.inputs.sun / s.med_sun + held * lamp) / c.dt * reaching
        return {"uv_dose": dose, "uv_repaired": s.uv_damage / p.repair_time}

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Damage and thickening."""
        return [
            produce("uv_damage", s.uv_dose),
            lose("uv_damage", 1.0 / p.repair_time),
            produce("uv_adaptation", p.thickening_gain * s.uv_dose),
            lose("uv_adaptation", 1.0 / p.thickening_time),
        ]
