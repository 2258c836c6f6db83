"""Movement of slow fields across the patch: conservative and positive for any step.

Both kinds move amounts across the faces between pixels. In one sub-step a pixel never gives away more than it
has, and what it gives arrives next door, so nothing is created, lost or made negative. No face lies on the
edge of the patch: no flux.
"""

from __future__ import annotations

import math

import jax.numpy as jnp

from skintwin.engine.flows import Array, Climb, Movement, Spread
from skintwin.engine.grid import Grid

TINY = 1e-30
"""Stands for no capacity at all in a division."""
MAX_EXCHANGE = 0.4
"""Largest share of a pixel that may cross one face in one sub-step (the axes take turns: 2 faces, so < 1/2 keeps it
positive)."""


def move(field: Array, movement: Movement, grid: Grid, dt: float) -> Array:
    """``field`` (batch, ny, nx) after ``dt`` days of one movement."""
    if grid.ny == grid.nx == 1:
        return field
    if isinstance(movement, Spread):
        return _spread(field, movement, grid, dt)
    return _climb(field, movement, grid, dt)


def substeps(ceiling: float, grid: Grid, dt: float) -> int:
    """Number of explicit sub-steps that keeps ``ceiling``·dt/h² per face under ``MAX_EXCHANGE``."""
    return max(1, math.ceil(ceiling * dt / grid.pixel**2 / MAX_EXCHANGE))


def _spread(u: Array, m: Spread, grid: Grid, dt: float) -> Array:
    n = substeps(m.ceiling, grid, dt)
    d = jnp.minimum(m.diffusivity, m.ceiling) * (dt / n / grid.pixel**2) + jnp.zeros_like(u)
    k = None if m.capacity is None else jnp.maximum(m.capacity, TINY) + jnp.zeros_like(u)
    for _ in range(n):
        for axis in (-1, -2):
            give = _mean(d, axis)
            filled = u
            if k is not None:
                # Face conductance: mean of D, times the smaller capacity, so that no pixel is emptied.
                give = give * jnp.minimum(_left(k, axis), _right(k, axis))
                filled = u / k
            u = _exchange(u, give * (_left(filled, axis) - _right(filled, axis)), axis)
    return u


def _climb(u: Array, m: Climb, grid: Grid, dt: float) -> Array:
    phi = m.potential + jnp.zeros_like(u)
    for axis in (-1, -2):
        slope = (_right(phi, axis) - _left(phi, axis)) / grid.pixel
        v = jnp.clip(m.mobility * slope, -m.speed_limit, m.speed_limit)
        courant = jnp.abs(v) * dt / grid.pixel
        # Donor-cell flux with the exact share that leaves within dt; half at most on each of two faces.
        share = 0.5 * (1.0 - jnp.exp(-2.0 * courant))
        flux = jnp.where(v > 0, share * _left(u, axis), -share * _right(u, axis))
        u = _exchange(u, flux, axis)
    return u


def _left(u: Array, axis: int) -> Array:
    return u[..., :-1] if axis == -1 else u[..., :-1, :]


def _right(u: Array, axis: int) -> Array:
    return u[..., 1:] if axis == -1 else u[..., 1:, :]


def _mean(u: Array, axis: int) -> Array:
    return 0.5 * (_left(u, axis) + _right(u, axis))


def _exchange(u: Array, flux: Array, axis: int) -> Array:
    """Take ``flux`` (positive to the right) across the inner faces along ``axis``."""
    pad = [(0, 0)] * u.ndim
    pad[axis] = (1, 1)
    f = jnp.pad(flux, pad)
    return u + _left(f, axis) - _right(f, axis)
