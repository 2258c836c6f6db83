"""Small fully connected networks: a first guess, their output, and Adam with a warm-up and a falling step.

    m ← a m + (1 − a) g,    v ← b v + (1 − b) g²,    θ ← θ − η_t (m/(1 − aᵗ)) / (√(v/(1 − bᵗ)) + 10⁻⁸)

with η_t = η min(1, t/t_w) ½ (1 + cos(π t/T)) (Kingma & Ba 2015).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np

Layers = list[tuple[Any, Any]]
"""(weight (inputs, outputs), bias (outputs,)) of each layer."""

WARM_UP: Final = 200
DECAY: Final = (0.9, 0.999)
CHUNK: Final = 500
"""Steps in one compiled piece."""


def first_guess(sizes: Sequence[int], seed: int) -> Layers:
    """Normal weights of variance 1/inputs, no bias."""
    rng = np.random.default_rng(seed)
    return [
        (jnp.asarray(rng.normal(0, a**-0.5, (a, b)), jnp.float32), jnp.zeros(b, jnp.float32))
        for a, b in pairwise(sizes)
    ]


def output(layers: Layers, inputs: jax.Array) -> jax.Array:
    """(..., outputs) of (..., inputs): x σ(x) between layers, nothing after the last."""
    hidden = inputs
    for weight, bias in layers[:-1]:
        hidden = jax.nn.silu(hidden @ weight + bias)
    found: jax.Array = hidden @ layers[-1][0] + layers[-1][1]
    return found


def descended(layers: Layers, slope: Callable[[Layers, jax.Array], Layers], steps: int, rate: float) -> Layers:
    """Layers after ``steps`` steps of Adam along ``slope(layers, step)``, of largest step length ``rate``."""

    def step(state: Any, at: Any) -> tuple[Any, None]:
        theta, first, second = state
        found = slope(theta, at)
        length = rate * jnp.minimum(1.0, (at + 1) / WARM_UP) * 0.5 * (1 + jnp.cos(jnp.pi * at / steps))
        a, b = DECAY
        first = jax.tree.map(lambda m, g: a * m + (1 - a) * g, first, found)
        second = jax.tree.map(lambda v, g: b * v + (1 - b) * g * g, second, found)
        fix_a, fix_b = 1 - a ** (at + 1.0), 1 - b ** (at + 1.0)
        theta = jax.tree.map(
            lambda t, m, v: t - length * (m / fix_a) / (jnp.sqrt(v / fix_b) + 1e-8), theta, first, second
        )
        return (theta, first, second), None

    @partial(jax.jit, donate_argnums=0)
    def chunk(state: Any, begin: Any) -> Any:
        return jax.lax.scan(step, state, begin + jnp.arange(min(CHUNK, steps)))[0]

    state = (layers, *(jax.tree.map(jnp.zeros_like, layers) for _ in range(2)))
    for begin in range(0, steps, CHUNK):
        state = chunk(state, jnp.int32(begin))
    return list(state[0])
