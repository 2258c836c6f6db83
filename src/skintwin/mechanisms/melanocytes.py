"""Active melanocytes and melanoblasts: growth to the site's capacity, maturation, migration, ageing.

    K  = K₀ exp(−a t),  a = −ln(1 − l)/10 years               capacity, declining with age
    x  = (P − 1 − η h U)₊ + E + G;  s = xⁿ/(s_½ⁿ + xⁿ)            stimulus, 0 to 1; E trophic, G of a healing graft
    φ  = ε + (1 − ε) s                                        share of the fastest rate; ε at rest
    Ȧ  = φ r γ A (1 − (A+B)/K) + μ φ B (1 − A/K)₊ − a A + ∇·D φ K ∇(A/K)
    Ḃ  = (from follicles) − μ φ B − δ B + ∇·φ D_B ∇B
    γ  = A²/(A² + A_c²)

Adult melanocytes rest: without a stimulus they hardly divide or move (ε), so a depigmented lesion does not fill by
itself. U is the drive at the height of the sun in a usual year of this person and place. A lesion that is there has not
been filled by the sun its owner is used to: the memory of the disease holds it (h, from ``autoimmunity``), so that the
share η of U does not count, and growth answers to what exceeds it, such as a lamp. Under light or a trophic stimulus
the margin advances at about 2φ√(rD) (Fisher 1937).

γ is the statement that less than one cell in a neighbourhood cannot found a colony: a density field must not let a
thousandth of a cell repigment a patch. Migration runs towards free room, so healthy skin with a capacity that varies
stays put.
"""

from __future__ import annotations

import jax.numpy as jnp

from skintwin.engine.elementary import power
from skintwin.engine.flows import Array, Flow, Movement, Spread, lose, produce, transfer
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table

DAYS_PER_DECADE = 3652.5

MOTILITY_CEILING = 0.02
"""Largest diffusivity resolved, mm²/day: above the 99th percentile of both motility priors."""


class Melanocytes(Process):
    """Pigment cells of the epidermis."""

    name = "melanocytes"
    title = "Melanocytes"
    needs = ("paracrine", "trophic", "memory_hold")
    limits = (
        "Stem cells outside follicles, dendrites and the number of keratinocytes served are not modelled; growth "
        "is deterministic."
    )
    quantities = table(
        """
        field|melanocytes|A|cells/mm^2|0|active epidermal melanocytes
        field|melanoblasts|B|cells/mm^2|0|melanoblasts and inactive melanocytes in the epidermis
        driver|capacity|K|cells/mm^2|0|melanocytes that the site can hold at this age
        driver|stimulus|s|1|0|stimulation of melanocyte growth and migration, 0 to 1
        map|usual_drive|U|1|0|largest drive of growth of a usual year of this person and place, above rest
        map|melanocyte_capacity|K0|cells/mm^2|-|melanocytes that the site holds at the start
        """
    )
    parameters = (
        "growth_rate", "motility", "rest_share", "habituation", "half_stimulus", "steepness", "colony_density",
        "maturation_rate", "melanoblast_loss", "melanoblast_motility", "loss_per_decade",
    )  # fmt: skip

    def drive(self, s: View, p: View, c: Context) -> dict[str, Array]:
        """Capacity at this age."""
        return {"capacity": s.melanocyte_capacity * jnp.exp(-_ageing(p) * c.time)}

    def respond(self, s: View, p: View, c: Context) -> dict[str, Array]:
        """Stimulus of growth and migration."""
        held = p.habituation * s.memory_hold * s.usual_drive
        x = jnp.maximum(s.paracrine - 1.0 - held, 0.0) + s.trophic + s.graft_drive
        ratio = power(x / p.half_stimulus, p.steepness)
        return {"stimulus": ratio / (1.0 + ratio)}

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Growth, maturation, ageing."""
        pace = _pace(s, p)
        colony = s.melanocytes**2 / (s.melanocytes**2 + p.colony_density**2)
        growth = pace * p.growth_rate * colony
        room = jnp.maximum(1.0 - s.melanocytes / s.capacity, 0.0)
        return [
            produce("melanocytes", growth * s.melanocytes),
            lose("melanocytes", growth * (s.melanocytes + s.melanoblasts) / s.capacity),
            lose("melanocytes", _ageing(p)),
            transfer("melanoblasts", "melanocytes", p.maturation_rate * pace * room),
            lose("melanoblasts", p.melanoblast_loss),
        ]

    def movements(self, s: View, p: View, c: Context) -> list[Movement]:
        """Migration towards free room."""
        pace = _pace(s, p)
        return [
            Spread("melanocytes", p.motility * pace, MOTILITY_CEILING, capacity=s.capacity),
            Spread("melanoblasts", p.melanoblast_motility * pace, MOTILITY_CEILING),
        ]


def _pace(s: View, p: View) -> Array:
    return p.rest_share + (1.0 - p.rest_share) * s.stimulus


def _ageing(p: View) -> Array:
    """Rate of ageing, 1/day."""
    return -jnp.log1p(-p.loss_per_decade) / DAYS_PER_DECADE
