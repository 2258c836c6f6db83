"""Movement of slow fields across the patch: conservative and positive for any step.

Both kinds move amounts across the faces between pixels. In one sub-step a pixel never gives away more than it
has, and what it gives arrives next door, so nothing is created, lost or made negative. No face lies on the
edge of the patch: no flux.
"""

from __future__ import annotations

import math

import jax
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
            give = 0.5 * (d + _next(d, axis))
            filled = u
            if k is not None:
                # Face conductance: mean of D, times the smaller capacity, so that no pixel is emptied.
                give = give * jnp.minimum(k, _next(k, axis))
                filled = u / k
            u = _exchange(u, give * (filled - _next(filled, axis)), axis)
    return u


def _climb(u: Array, m: Climb, grid: Grid, dt: float) -> Array:
    phi = m.potential + jnp.zeros_like(u)
    for axis in (-1, -2):
        slope = (_next(phi, axis) - phi) / grid.pixel
        v = jnp.clip(m.mobility * slope, -m.speed_limit, m.speed_limit)
        courant = jnp.abs(v) * dt / grid.pixel
        # Donor-cell flux with the exact share that leaves within dt; half at most on each of two faces.
        share = 0.5 * (1.0 - jnp.exp(-2.0 * courant))
        u = _exchange(u, jnp.where(v > 0, share * u, -share * _next(u, axis)), axis)
    return u


def _next(u: Array, axis: int) -> Array:
    """The neighbour behind each pixel along ``axis``; the last one is its own, so that no difference drives anything
    across the edge. Whole rows run in vectors, which rows shorter by one and padded do not."""
    n = u.shape[axis]
    return jnp.concatenate([_part(u, 1, n, axis), _part(u, n - 1, n, axis)], axis)


def _exchange(u: Array, flux: Array, axis: int) -> Array:
    """Take ``flux`` across the face behind each pixel along ``axis`` (positive: out of the pixel; 0 at the edge)."""
    # Zeros that the compiler does not know to be zeros: for constants it would pad, which runs pixel by pixel.
    nothing = 0.0 * _part(u, 0, 1, axis)
    arrived = jnp.concatenate([nothing, _part(flux, 0, u.shape[axis] - 1, axis)], axis)
    return u - flux + arrived


def _part(u: Array, start: int, stop: int, axis: int) -> Array:
    return jax.lax.slice_in_dim(u, start, stop, 1, axis)
