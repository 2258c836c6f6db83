"""Ultraviolet light at the basal layer: the sun of the place and season, and phototherapy lamps.

    u  = ((1 − f) h_sun/MED + θ z h_lamp/MED_lamp) · exp(−κ (m/m₀ − 1)) / (1 + w)   effective dose, MED/day
    v  = ρ (1 − f_v) h_sun                                                      visible light, J/cm² per day
    ẇ  = a u − w/τ_w                                                            epidermal thickening
    ḋ  = u − d/τ_d                                                              damage and its repair

The phototype's MED already contains its constitutive melanin m₀; the exponential carries only the change from
it: a tan protects (self-limiting), depigmented skin receives more. θ ≤ 1 is the therapist's rule: a session is
held back so that the most sensitive pixel receives no more than the plan's limit. Damage above one MED burns;
what a burn does is in ``inflammation``. f and f_v are what sunscreen keeps off; only a tinted one keeps off visible
light. z is the field of a targeted lamp (308 nm): the skin around the lesion gets none.
"""

from __future__ import annotations

import jax.numpy as jnp

from skintwin.engine.flows import Array, Flow, lose, produce
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table
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
    limits = (
        "Dose is even over the patch and the day; UVA has no damage of its own; visible light is proportional to "
        "the erythemal dose although its share rises in winter and at low sun."
    )
    quantities = table(
        """
        field|uv_damage|d|MED|0|unrepaired ultraviolet damage at the basal layer
        field|uv_adaptation|w|1|0|epidermal thickening after ultraviolet light, as relative loss of transmission
        driver|uv_dose|u|MED/day|0|effective ultraviolet dose at the basal layer
        driver|uv_repaired|d/tau_d|MED/day|0|damage worked off per day, which starts the keratinocyte response
        driver|visible_dose|v|J/cm^2/day|0|visible light that reaches the skin
        map|lamp_zone|z|1|1|share of the pixel in the field of the lamp
        map|reference_melanin|m0|um|-|melanin column of the surrounding skin at the start
        map|med_sun|MED|J/m^2|-|minimal erythema dose of this patient, sunlight
        map|med_lamp|MED_lamp|J/m^2|-|minimal erythema dose of this patient, narrow-band ultraviolet B
        map|lamp_limit|d_max|MED|1e9|largest dose of a session that the therapist lets any pixel receive
        input|sun|h_sun|J/m^2|0|erythemal dose of sunlight at the site in this step
        input|lamp|h_lamp|J/m^2|0|dose of the lamp in this step
        input|uv_filter||1|0|share of the ultraviolet dose that sunscreen keeps off
        input|visible_filter||1|0|share of visible light that sunscreen keeps off
        """
    )
    parameters = ("melanin_shielding", "repair_time", "thickening_gain", "thickening_time", "visible_per_erythemal")

    def drive(self, s: View, p: View, c: Context) -> dict[str, Array]:
        """Dose in MED/day: inputs ``sun`` and ``lamp`` are erythemal J/m² in this step."""
        shield = jnp.exp(-p.melanin_shielding * (melanin_column(s) / s.reference_melanin - 1.0))
        reaching = shield / (1.0 + s.uv_adaptation)
        lamp = s.lamp_zone * c.inputs.lamp / s.med_lamp
        session = jnp.max(lamp * reaching, axis=(-2, -1), keepdims=True) * session_steps(c.dt)
        held = jnp.minimum(1.0, s.lamp_limit / jnp.maximum(session, 1e-6))
        sun = (1.0 - jnp.minimum(c.inputs.uv_filter, 1.0)) * c.inputs.sun / s.med_sun
        visible = p.visible_per_erythemal * (1.0 - jnp.minimum(c.inputs.visible_filter, 1.0)) * c.inputs.sun / c.dt
        return {
            "uv_dose": (sun + held * lamp) / c.dt * reaching,
            "uv_repaired": s.uv_damage / p.repair_time,
            "visible_dose": visible,
        }

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Damage and thickening."""
        return [
            produce("uv_damage", s.uv_dose),
            lose("uv_damage", 1.0 / p.repair_time),
            produce("uv_adaptation", p.thickening_gain * s.uv_dose),
            lose("uv_adaptation", 1.0 / p.thickening_time),
        ]
