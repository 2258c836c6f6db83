"""Follicles as reservoirs of pigment cells.

    c = s + g_N N                          call for pigment cells: stimulus and wounding
    Ḣ = k c                                hazard of activation; the follicle is active once H ≥ h
    Ḃ = [H ≥ h] min(c, 1) R f β (1 − (A+B)/K)₊   melanoblasts sent out by active follicles of density f
    Ṙ = ρ R (1 − R) − (loss to T cells, in autoimmunity)

h is drawn once per follicle from a unit exponential: by the time-change theorem for point processes this is exactly a
Poisson activation with the rate k c of the moment, with no random number in the step. Follicles answer one by one, so
repigmentation starts as islands. An active follicle sends cells as long as it is called: when the light stops, so does
the supply. An empty reserve (white hair) stays empty: R = 0 is a fixed point.
"""

from __future__ import annotations

import jax.numpy as jnp

from skintwin.engine.flows import Flow, lose, produce
from skintwin.engine.process import Context, Process, View
from skintwin.engine.quantities import table


class Follicles(Process):
    """Activation and supply."""

    name = "follicles"
    title = "Follicular reserve"
    limits = (
        "Hair cycle and depth are not modelled; a follicle is active or not, and those that share a pixel share "
        "one clock."
    )
    quantities = table(
        """
        field|reserve|R|1|1|share of a follicle's melanocyte stem-cell reserve that is left
        field|follicle_hazard|H|1|0|accumulated hazard of follicle activation (unit-exponential clock)
        map|follicle_density|f|1/mm^2|0|follicles in the pixel per area
        map|follicle_threshold|h|1|1e9|hazard at which the follicle of this pixel becomes active
        """
    )
    parameters = ("activation_rate", "wound_gain", "supply", "refill_rate")

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        """Activation clock, supply of melanoblasts, refill of the reserve."""
        active = jnp.where(s.follicle_hazard >= s.follicle_threshold, 1.0, 0.0)
        # Without a capacity (melanocytes off) there is no room, rather than 0/0.
        filled = (s.melanocytes + s.melanoblasts) / jnp.where(s.capacity > 0, s.capacity, 1.0)
        room = jnp.where(s.capacity > 0, jnp.maximum(1.0 - filled, 0.0), 0.0)
        call = s.stimulus + p.wound_gain * s.inflammation
        return [
            produce("follicle_hazard", p.activation_rate * call),
            produce("melanoblasts", active * jnp.minimum(call, 1.0) * s.reserve * s.follicle_density * p.supply * room),
            produce("reserve", p.refill_rate * s.reserve),
            lose("reserve", p.refill_rate * s.reserve),
        ]
