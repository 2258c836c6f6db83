"""The positivity-preserving step for the slow kinetics.

For fields u_i with productions p_i, first-order losses Λ_i = Σ_j k_ij and transfers k_ji u_j → g u_i, the
modified Patankar–Euler step (Burchard, Deleersnijder & Meister 2003) solves

    u_i⁺ = ( u_i + Δt (p_i + Σ_j g k_ji u_j⁺) ) / (1 + Δt Λ_i).

It is positive for any Δt, a steady state of the equations is a steady state of the step, and what leaves one
field arrives in the next to rounding. It is first order in Δt. The transfers of this package form no cycle,
so the linear system is triangular and is solved field by field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import jax.numpy as jnp

from skintwin.engine.flows import Array, Flow
from skintwin.errors import ConfigError


def order_of(fields: Sequence[str], flows: Sequence[Flow]) -> list[str]:
    """Fields sorted so that each comes after those that feed it. ConfigError names a cycle."""
    feeds: dict[str, set[str]] = {name: set() for name in fields}
    for flow in flows:
        if flow.source is not None and flow.target is not None:
            feeds[flow.target].add(flow.source)
    done: list[str] = []
    waiting = list(fields)
    while waiting:
        ready = [name for name in waiting if feeds[name].issubset(done)]
        if not ready:
            raise ConfigError(
                f"transfers form a cycle among {', '.join(sorted(waiting))}",
                do="write one of the transfers as a loss and a production",
            )
        done.extend(ready)
        waiting = [name for name in waiting if name not in ready]
    return done


def patankar_step(
    fields: Mapping[str, Array], flows: Sequence[Flow], dt: float
) -> tuple[dict[str, Array], dict[str, Array]]:
    """One modified Patankar–Euler step.

    Parameters
    ----------
    fields: name → (batch, ny, nx).
    flows: processes, evaluated at the beginning of the step.
    dt: step, days.

    Returns
    -------
    New fields, and for each label the amount that flowed in the step, (batch, ny, nx): in the unit of the
    target for a production, of the source for a loss or transfer.
    """
    new: dict[str, Array] = {}
    tallies: dict[str, Array] = {}

    def tally(label: str | None, amount: Array) -> None:
        if label is not None:
            tallies[label] = tallies[label] + amount if label in tallies else amount

    for name in order_of(list(fields), flows):
        u = fields[name]
        gained = jnp.zeros_like(u)
        loss = jnp.zeros_like(u)
        for flow in flows:
            if flow.source == name:
                loss = loss + flow.rate
            elif flow.target == name and flow.source is None:
                gained = gained + flow.rate
                tally(flow.label, dt * flow.rate + jnp.zeros_like(u))
            elif flow.target == name and flow.source is not None:
                gained = gained + flow.gain * flow.rate * new[flow.source]
        new[name] = (u + dt * gained) / (1.0 + dt * loss)
        for flow in flows:
            if flow.source == name:
                tally(flow.label, dt * flow.rate * new[name])
    return new, tallies
