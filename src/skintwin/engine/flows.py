"""What a mechanism hands to the engine: flows between fields, and movements across the patch.

The slow kinetics are written as a production-destruction system (Burchard, Deleersnijder & Meister 2003):
every process is a production, a loss, or a transfer with a first-order coefficient. Written so, the step in
``stepping`` is positive for any step length and loses nothing between fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

Array = Any
"""A jax or numpy array of shape (batch, ny, nx), or one that broadcasts to it."""


class When(Enum):
    """What the rate of a flow stands for.

    ``MOMENT``: the rate now; the step integrates it. ``STEP``: what stands for the whole step, which the mechanism has
    integrated itself (a rate with a bend in it, a fast decay). ``AT_ONCE``: a share, 0 to 1, taken at the beginning of
    the step.
    """

    MOMENT = "moment"
    STEP = "step"
    AT_ONCE = "at once"


@dataclass(frozen=True)
class Flow:
    """One process.

    ``source`` None: a production of ``rate`` [unit of target / day].
    ``source`` given: the source loses ``rate`` [1/day] times itself; a ``target`` gains ``gain`` times that.
    ``label`` names the flow in the tallies of the mass balance. ``when``: what the rate stands for.
    """

    source: str | None
    target: str | None
    rate: Array
    gain: Array = 1.0
    label: str | None = None
    when: When = When.MOMENT


def produce(target: str, rate: Array, label: str | None = None) -> Flow:
    """Production of ``target`` at ``rate`` (unit of the field per day, not below zero)."""
    return Flow(None, target, rate, label=label)


def produce_in_step(target: str, mean_rate: Array, label: str | None = None) -> Flow:
    """Production whose mean over the step (``Context.span``) is known (unit of the field per day, not below zero)."""
    return Flow(None, target, mean_rate, label=label, when=When.STEP)


def lose(source: str, rate: Array, label: str | None = None) -> Flow:
    """Loss of ``source`` at first-order ``rate`` (1/day, not below zero)."""
    return Flow(source, None, rate, label=label)


def lose_in_step(source: str, rate: Array, label: str | None = None) -> Flow:
    """Loss at a ``rate`` that stands for the whole step: u⁺ = (u + gains)/(1 + Δt rate).

    With (e^{kΔt} − 1)/Δt, and gains times (e^{kΔt} − 1)/(kΔt), decay at k is exact.
    """
    return Flow(source, None, rate, label=label, when=When.STEP)


def transfer(source: str, target: str, rate: Array, gain: Array = 1.0, label: str | None = None) -> Flow:
    """Transfer out of ``source`` at first-order ``rate`` (1/day) into ``target``, times ``gain``."""
    return Flow(source, target, rate, gain, label)


def take(source: str, share: Array, label: str | None = None) -> Flow:
    """Loss of a ``share`` (0 to 1) of ``source`` at the beginning of the step, whatever the step."""
    return Flow(source, None, share, label=label, when=When.AT_ONCE)


@dataclass(frozen=True)
class Spread:
    """Random movement of a field with ``diffusivity`` D (mm²/day), towards free room.

    The flux is −D κ ∇(u/κ), so a field in proportion to its ``capacity`` κ does not move: homeostasis on skin
    whose capacity varies. κ = None means uniform. ``ceiling`` is the largest D that the parameters allow
    (mm²/day); it fixes the number of sub-steps.
    """

    field: str
    diffusivity: Array
    ceiling: float
    capacity: Array | None = None


@dataclass(frozen=True)
class Climb:
    """Directed movement of a field up the gradient of ``potential`` with speed coefficient ``mobility``.

    The velocity is mobility × ∇potential (mm/day), each component limited to
    ``speed_limit`` (mm/day); a step moves at most half of a pixel's content across a face.
    """

    field: str
    potential: Array
    mobility: Array
    speed_limit: Array


Movement = Spread | Climb


@dataclass(frozen=True)
class Emission:
    """Source of a fast signal (in the signal's unit: production over clearance) and its reach ``length`` (mm)."""

    source: Array
    length: Array
