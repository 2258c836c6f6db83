"""The positivity-preserving step for the slow kinetics.

For fields u_i with productions p_i, first-order losses Λ_i = Σ_j k_ij and transfers k_ji u_j → g u_i, a stage of the
modified Patankar schemes (Burchard, Deleersnijder & Meister 2003) solves

    u_i⁺ = ( u_i + Δt (p_i + Σ_j g k_ji u_j⁺) ) / (1 + Δt Λ_i).

With rates of the beginning of the step this is their Euler scheme, of first order. The step of this package is their
Runge–Kutta scheme of second order: after an Euler stage ũ, the same solve with

    ½ (p_i(u) + p_i(ũ))    and    ½ (k_ij(u) u_i/ũ_i + k_ij(ũ))

in place of p_i and k_ij. Both are positive for any Δt, a steady state of the equations is one of the step, and what
leaves one field arrives in the next to rounding. The transfers of this package form no cycle, so the linear system is
triangular and is solved field by field.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import jax.numpy as jnp

from skintwin.engine.flows import Array, Flow, When
from skintwin.errors import ConfigError

LEAST = 1e-20
"""Held below ũ, which is divided by: a field of 0 that gains something only at the end of a step has no loss by the
rates of its beginning."""


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
    """Flows with the rates of one moment, and the values by which coefficients out of a field are multiplied.

    weights: field → (batch, ny, nx), u_i or ũ_i; of rates that stand for the whole step always ũ_i. None: 1.
    """

    flows: Sequence[Flow]
    weights: Mapping[str, Array] | None = None


@dataclass(frozen=True)
class Stage:
    """What one solve uses: the mean of the rates of its evaluations. base: field → ũ_i > 0, or None in an Euler stage.

    The evaluations hold the same flows in the same order, none of them taken at once.
    """

    evaluations: Sequence[Evaluation]
    base: Mapping[str, Array] | None = None

    def of(self, name: str) -> Array:
        """ũ of a field, 1 in an Euler stage."""
        return 1.0 if self.base is None else self.base[name]

    def weight(self, evaluation: Evaluation, flow: Flow) -> Array:
        """By which the coefficient of a loss or transfer is multiplied."""
        if evaluation.weights is None or flow.when is When.STEP:
            return self.of(str(flow.source))
        return evaluation.weights[str(flow.source)]


def euler_stage(flows: Sequence[Flow]) -> Stage:
    """The first stage: rates of the beginning of the step."""
    return Stage([Evaluation(flows)])


def second_stage(
    fields: Mapping[str, Array], first: Mapping[str, Array], begin: Sequence[Flow], end: Sequence[Flow]
) -> Stage:
    """The second stage: ``begin`` are the flows at ``fields``, ``end`` those at the first stage ``first``."""
    base = {name: jnp.maximum(value, LEAST) for name, value in first.items()}
    return Stage([Evaluation(begin, fields), Evaluation([f for f in end if f.when is not When.AT_ONCE])], base)


def patankar_step(fields: Mapping[str, Array], stage: Stage, dt: float) -> tuple[dict[str, Array], dict[str, Array]]:
    """One stage.

    Parameters
    ----------
    fields: name → (batch, ny, nx).
    stage: rates.
    dt: step, days.

    Returns
    -------
    New fields, and for each label the amount that flowed in the step, (batch, ny, nx): in the unit of the
    target for a production, of the source for a loss or transfer.

    The equation of a field is solved for u⁺/ũ, which needs one division: with w the weights,

        u⁺ = ũ φ,    φ = (u + Δt p) / (ũ + Δt Σ_j w k_j),    amount to j = Δt w k_j φ.

    Rates of one weight are added up before they are weighted, those that are one number for a patch first: a field
    costs a few operations a pixel, however many flows it has.
    """
    share = dt / len(stage.evaluations)
    new: dict[str, Array] = {}
    factor: dict[str, Array] = {}
    for name in order_of(list(fields), stage.evaluations[0].flows):
        u, gained, lost = fields[name], [], []
        for each in stage.evaluations:
            gained.append(_total(flow.rate for flow in each.flows if flow.target == name and flow.source is None))
            for own in _by_weight([flow for flow in each.flows if flow.source == name]):
                lost.append(stage.weight(each, own[0]) * _total(flow.rate for flow in own))
        for flows in zip(*(each.flows for each in stage.evaluations), strict=True):
            if flows[0].target == name and flows[0].source is not None:
                pairs = zip(stage.evaluations, flows, strict=True)
                rates = [stage.weight(each, flow) * (flow.gain * flow.rate) for each, flow in pairs]
                gained.append(_total(rates) * factor[flows[0].source])
        there = u + share * _total(gained)
        if lost:
            factor[name] = there / (stage.of(name) + share * _total(lost))
            there = stage.of(name) * factor[name]
        new[name] = there + jnp.zeros_like(u)
    return new, _tallies(new, factor, stage, share)


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
    new: Mapping[str, Array], factor: Mapping[str, Array], stage: Stage, share: float
) -> dict[str, Array]:
    """label → amount that flowed, (batch, ny, nx)."""
    tallies: dict[str, Array] = {}
    for each in stage.evaluations:
        for flow in each.flows:
            if flow.label is None:
                continue
            amount = share * flow.rate
            if flow.source is not None:
                amount = amount * stage.weight(each, flow) * factor[flow.source]
            amount = amount + jnp.zeros_like(new[str(flow.source or flow.target)])
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
