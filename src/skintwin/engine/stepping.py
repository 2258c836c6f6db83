"""The positivity-preserving step for the slow kinetics.

For fields u_i with productions p_i, first-order losses Λ_i = Σ_j k_ij and transfers k_ji u_j → g u_i, a stage of the
modified Patankar schemes (Burchard, Deleersnijder & Meister 2003) solves

    u_i⁺ = ( u_i + Δt (p_i + Σ_j g k_ji u_j⁺) ) / (1 + Δt Λ_i).

With rates of the beginning of the step this is their Euler scheme, of first order. The step of this package is their
Runge–Kutta scheme of second order: after an Euler stage ũ, the same solve with

    ½ (p_i(u) + p_i(ũ))    and    ½ (k_ij(u) u_i/ũ_i + k_ij(ũ))

in place of p_i and k_ij. Both are positive for any Δt,
a steady state of the equations is one of the step, and what leaves one field arrives in the next to rounding. The
transfers of this package form no cycle, so the linear system is triangular and is solved field by field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import jax.numpy as jnp

from skintwin.engine.flows import Array, Flow, When
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
    """One stage.

    Parameters
    ----------
    fields: name → (batch, ny, nx).
    flows: processes, with the rates of the stage; none of them taken at once.
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


def second_stage(
    fields: Mapping[str, Array], first: Mapping[str, Array], begin: Sequence[Flow], end: Sequence[Flow]
) -> list[Flow]:
    """Flows of the second stage: ``begin`` evaluated at ``fields``, ``end`` at the first stage ``first``."""

    def half(flow: Flow, weight: Array = 1.0) -> Flow:
        return replace(flow, rate=0.5 * weight * flow.rate)

    def kept(name: str) -> Array:
        """u/ũ, 1 where both are zero."""
        there = first[name] > 0
        return jnp.where(there, fields[name] / jnp.where(there, first[name], 1.0), 1.0)

    ratio = {name: kept(name) for name in sorted({flow.source for flow in begin if flow.source is not None})}

    def early(flow: Flow) -> Flow:
        whole = flow.source is None or flow.when is When.STEP
        return half(flow) if whole else half(flow, ratio[str(flow.source)])

    return [*map(early, begin), *(half(flow) for flow in end if flow.when is not When.AT_ONCE)]


def take_shares(
    fields: Mapping[str, Array], flows: Sequence[Flow]
) -> tuple[dict[str, Array], list[Flow], dict[str, Array]]:
    """Fields after what is taken at once, the flows that remain, and the labelled amounts taken."""
    left = dict(fields)
    tallies: dict[str, Array] = {}
    for flow in flows:
        if flow.when is When.AT_ONCE and flow.source is not None:
            taken = flow.rate * left[flow.source]
            left[flow.source] = left[flow.source] - taken
            if flow.label is not None:
                tallies[flow.label] = tallies.get(flow.label, 0.0) + taken
    return left, [flow for flow in flows if flow.when is not When.AT_ONCE], tallies
