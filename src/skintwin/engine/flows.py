"""What a mechanism hands to the engine: flows between fields, and movements across the patch.

The slow kinetics are written as a production-destruction system (Burchard, Deleersnijder & Meister 2003):
every process is a production, a loss, or a transfer with a first-order coefficient. Written so, the step in
``stepping`` is positive for any step length and loses nothing between fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Array = Any
"""A jax or numpy array of shape (batch, ny, nx), or one that broadcasts to it."""


@dataclass(frozen=True)
class Flow:
    """One process.

    ``source`` None: a production of ``rate`` [unit of target / day].
    ``source`` given: the source loses ``rate`` [1/day] times itself; a ``target`` gains ``gain`` times that.
    ``label`` names the flow in the tallies of the mass balance.
    """

    source: str | None
    target: str | None
    rate: Array
    gain: Array = 1.0
    label: str | None = None


def produce(target: str, rate: Array, label: str | None = None) -> Flow:
    """Production of ``target`` at ``rate`` (unit of the field per day, not below zero)."""
    return Flow(None, target, rate, label=label)


def lose(source: str, rate: Array, label: str | None = None) -> Flow:
    """Loss of ``source`` at first-order ``rate`` (1/day, not below zero)."""
    return Flow(source, None, rate, label=label)


def transfer(source: str, target: str, rate: Array, gain: Array = 1.0, label: str | None = None) -> Flow:
    """Transfer out of ``source`` at first-order ``rate`` (1/day) into ``target``, times ``gain``."""
    return Flow(source, target, rate, gain, label)


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
