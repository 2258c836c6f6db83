"""Ultraviolet light at the basal layer: the sun of the place and season, and phototherapy lamps.

    u  = min((1 − f) S h_sun/MED, u_max) + θ z S h_lamp/MED_lamp                 effective dose, MED/day
    S  = exp(−κ (m/m₀ − 1)) / (1 + w)                                           what reaches the basal layer
    v  = ρ (1 − f_v) h_sun                                                      visible light, J/cm² per day
    ḋ  = u − d/τ_d                                                              damage and its repair
    ẇ  = a d/τ_d − w/τ_w                                                        epidermal thickening

The phototype's MED already contains its constitutive melanin m₀; the exponential carries only the change from it: a
tan protects (self-limiting), depigmented skin receives more. Skin thickens as damage is worked off, so not within the
session that causes it. u_max is the everyday sun that people let happen: who burns protects himself, so that no place
is held above the brink of a burn. θ ≤ 1 is the therapist's rule: a session is held back so that the most sensitive
pixel receives no more than the plan's limit. Damage above one MED burns; what a burn does is in ``inflammation``. f
and f_v are what sunscreen keeps off; only a tinted one keeps off visible light. z is the field of a targeted lamp
(308 nm): the skin around the lesion gets none.

Damage rises and falls within a step or two, and a burn is the little of it that passes the threshold: d, d/τ_d and
(d − 1)₊ are therefore integrated exactly over a step under its even dose, not sampled.
"""

from __future__ import annotations

import jax.numpy as jnp

from skintwin.engine.elementary import gone, largest
from skintwin.engine.flows import Array, Flow, lose, lose_in_step, produce, produce_in_step
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
        driver|uv_repaired|d/tau_d|MED/day|0|damage worked off per day, which starts responses
        driver|burn|(d - 1)_+|MED|0|damage above the burn threshold, mean over the step
        driver|visible_dose|v|J/cm^2/day|0|visible light that reaches the skin
        place|lamp_zone|z|1|1|share of the pixel in the field of the lamp
        map|reference_melanin|m0|um|-|melanin column of the surrounding skin at the start
        map|med_sun|MED|J/m^2|-|minimal erythema dose of this patient, sunlight
        map|med_lamp|MED_lamp|J/m^2|-|minimal erythema dose of this patient, narrow-band ultraviolet B
        map|sun_limit|u_max|MED/day|1e9|largest everyday dose of sun that the owner of this skin lets happen
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
        session = largest(lamp * reaching) * session_steps(c.dt)
        held = jnp.minimum(1.0, s.lamp_limit / jnp.maximum(session, 1e-6))
        sun = (1.0 - jnp.minimum(c.inputs.uv_filter, 1.0)) * c.inputs.sun / s.med_sun / c.dt * reaching
        visible = p.visible_per_erythemal * (1.0 - jnp.minimum(c.inputs.visible_filter, 1.0)) * c.inputs.sun / c.dt
        dose = jnp.minimum(sun, s.sun_limit) + held * lamp / c.dt * reaching
        return {
            "uv_dose": dose,
            "burn": above_threshold(s.uv_damage, dose, p.repair_time, c.span),
            "uv_repaired": mean_damage(s.uv_damage, dose, p.repair_time, c.span) / p.repair_time,
            "visible_dose": visible,
        }

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Damage and thickening.

        Repair is nearly as fast as the step, and a burn is the little that passes a threshold: damage is therefore
        integrated exactly under the dose of the step.
        """
        days = abs(c.span) / p.repair_time
        stretch = jnp.expm1(days) / days if c.span else 1.0
        return [
            produce("uv_damage", s.uv_dose * stretch),
            lose_in_step("uv_damage", stretch / p.repair_time),
            produce_in_step("uv_adaptation", p.thickening_gain * s.uv_repaired),
            lose("uv_adaptation", 1.0 / p.thickening_time),
        ]


def mean_damage(damage: Array, dose: Array, repair_time: Array, span: float) -> Array:
    """Mean of d over ``span`` days from now, or the −``span`` days before now, under an even dose; d now for 0.

    d(t) = q + (d₀ − q) e^{−t/τ}, q = u τ. damage d: MED. dose u: MED/day. repair_time τ: days.
    """
    if span == 0.0:
        return damage
    days, level = span / repair_time, dose * repair_time
    return jnp.maximum(level + (damage - level) * -jnp.expm1(-days) / days, 0.0)


def above_threshold(damage: Array, dose: Array, repair_time: Array, span: float) -> Array:
    """Mean of (d − 1)₊, otherwise as :func:`mean_damage`. d(t) goes one way, so it is above 1 from a to b:

    ∫(d − 1) dt = (q − 1)(b − a) + (d₀ − q) τ (e^{−a/τ} − e^{−b/τ}).
    """
    if span == 0.0:
        return jnp.maximum(damage - 1.0, 0.0)
    dt, level = abs(span), dose * repair_time
    other = jnp.maximum(level + (damage - level) * jnp.exp(-span / repair_time), 0.0)
    first, last = (damage, other) if span > 0 else (other, damage)
    apart = jnp.where(level == 1.0, 1.0, 1.0 - level)
    crossing = jnp.clip(repair_time * jnp.log(jnp.maximum((first - level) / apart, 1e-6)), 0.0, dt)
    begin = jnp.where(first > 1.0, 0.0, jnp.where(last > 1.0, crossing, dt))
    end = jnp.where(last > 1.0, dt, jnp.where(first > 1.0, crossing, dt))
    apart_then = jnp.exp(-begin / repair_time) * gone((end - begin) / repair_time)
    return jnp.maximum((level - 1.0) * (end - begin) + (first - level) * repair_time * apart_then, 0.0) / dt
