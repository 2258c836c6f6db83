"""Powers, decays and the largest value of a patch in a form that runs in vector instructions.

A processor has vector instructions for the exponential, the logarithm and the hyperbolic tangent, and none for a power
with any exponent, which runs pixel by pixel: two powers took a seventh of a step. 1 − e^{−x} as the compiler writes it
computes both an exponential and a tangent; the tangent alone is as exact.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from skintwin.engine.flows import Array

LEAST = 1e-30
"""Bases are held above it: 0^p is LEAST^p, which is nothing for the exponents of this model."""


def power(base: Array, exponent: Array) -> Array:
    """``base``^``exponent`` = e^{exponent ln base} for base and exponent not below zero; 0^0 is 1."""
    return jnp.exp(exponent * jnp.log(jnp.maximum(base, LEAST)))


def gone(x: Array) -> Array:
    """1 − e^{−x} = 2t/(1 + t), t = tanh(x/2), for x not below zero: to rounding of itself, however small x is."""
    t = jnp.tanh(0.5 * x)
    return 2.0 * t / (1.0 + t)


def largest(values: Array) -> Array:
    """(batch, 1, 1) largest of (batch, ny, nx), by halves laid on each other: the compiler's own reduction goes through
    a patch pixel by pixel on one core."""
    for axis in (-2, -1):
        while (n := values.shape[axis]) > 1:
            half = (n + 1) // 2
            near, far = (jax.lax.slice_in_dim(values, start, start + half, 1, axis) for start in (0, n - half))
            values = jnp.maximum(near, far)
    return values
