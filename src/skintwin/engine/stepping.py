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

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

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


@dataclass(frozen=True)
class Evaluation:
    """Flows with the rates of one moment of the step.

    kept: field → u/ũ, (batch, ny, nx), by which coefficients of losses and transfers out of it are multiplied; a
    field without one has 1.
    """

    flows: Sequence[Flow]
    kept: Mapping[str, Array] = field(default_factory=dict)

    def weight(self, flow: Flow) -> Array:
        """By which the rate of a flow is multiplied; rates that stand for the whole step are taken as they are."""
        return self.kept.get(str(flow.source), 1.0) if flow.when is not When.STEP else 1.0


def patankar_step(
    fields: Mapping[str, Array], evaluations: Sequence[Evaluation], dt: float
) -> tuple[dict[str, Array], dict[str, Array]]:
    """One stage, with the mean of the rates of one or two evaluations.

    Parameters
    ----------
    fields: name → (batch, ny, nx).
    evaluations: of the same flows in the same order; none of them taken at once.
    dt: step, days.

    Returns
    -------
    New fields, and for each label the amount that flowed in the step, (batch, ny, nx): in the unit of the
    target for a production, of the source for a loss or transfer.

    Rates of one field are added up before they are weighted, those that are one number for a patch first: the step
    of a field costs a few operations a pixel, however many flows it has.
    """
    share = dt / len(evaluations)
    new: dict[str, Array] = {}
    for name in order_of(list(fields), evaluations[0].flows):
        gained, lost = [], []
        for each in evaluations:
            gained.append(_total(flow.rate for flow in each.flows if flow.target == name and flow.source is None))
            for own in _by_weight([flow for flow in each.flows if flow.source == name]):
                lost.append(each.weight(own[0]) * _total(flow.rate for flow in own))
        for flows in zip(*(each.flows for each in evaluations), strict=True):
            if flows[0].target == name and flows[0].source is not None:
                rates = (e.weight(flow) * (flow.gain * flow.rate) for e, flow in zip(evaluations, flows, strict=True))
                gained.append(_total(rates) * new[flows[0].source])
        u = fields[name]
        new[name] = (u + share * _total(gained)) / (1.0 + share * _total(lost)) + jnp.zeros_like(u)
    return new, _tallies(fields, new, evaluations, share)


def second_stage(
    fields: Mapping[str, Array], first: Mapping[str, Array], begin: Sequence[Flow], end: Sequence[Flow]
) -> list[Evaluation]:
    """Evaluations of the second stage: ``begin`` at ``fields``, ``end`` at the first stage ``first``."""

    def kept(name: str) -> Array:
        """u/ũ, 1 where both are zero."""
        there = first[name] > 0
        return jnp.where(there, fields[name] / jnp.where(there, first[name], 1.0), 1.0)

    ratio = {name: kept(name) for name in sorted({flow.source for flow in begin if flow.source is not None})}
    return [Evaluation(begin, ratio), Evaluation([flow for flow in end if flow.when is not When.AT_ONCE])]


def _by_weight(flows: Sequence[Flow]) -> Iterator[Sequence[Flow]]:
    """Losses of one field in groups of one weight."""
    for whole in (False, True):
        group = [flow for flow in flows if (flow.when is When.STEP) is whole]
        if group:
            yield group


def _total(rates: Iterable[Array]) -> Array:
    """Sum, of small arrays first; 0.0 of nothing."""
    given = sorted(rates, key=jnp.size)
    return reduce(operator.add, given) if given else 0.0


def _tallies(
    fields: Mapping[str, Array], new: Mapping[str, Array], evaluations: Sequence[Evaluation], share: float
) -> dict[str, Array]:
    """label → amount that flowed, (batch, ny, nx)."""
    tallies: dict[str, Array] = {}
    for each in evaluations:
        for flow in each.flows:
            if flow.label is None:
                continue
            amount = share * flow.rate
            if flow.source is not None:
                amount = amount * each.weight(flow) * new[flow.source]
            else:
                amount = amount + jnp.zeros_like(fields[str(flow.target)])
            tallies[flow.label] = tallies[flow.label] + amount if flow.label in tallies else amount
    return tallies


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
