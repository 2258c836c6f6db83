"""Training of the emulator: random skins by adding-doubling, then Adam with a falling step, on one core.

The loss is the mean square of the error of the principal components, all in the unit of the first, which is the mean
square of the error of ln(R + 0.02) over wavelengths up to a factor.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from skintwin.optics.emulator import FLOOR, SkinEmulator
from skintwin.optics.emulator_data import EMULATED_NM, crossed_spectra

Array = NDArray[np.float64]

SAMPLES: Final = 65536
STEPS: Final = 48000
WIDTH: Final = 96
COMPONENTS: Final = 14
_BATCH: Final = 2048
_RATE: Final = 6e-3
_WARM_UP: Final = 200
_DECAY: Final = (0.9, 0.999)
_CHUNK: Final = 500


def train_emulator(samples: int = SAMPLES, steps: int = STEPS, seed: int = 0) -> SkinEmulator:
    """An emulator of the coefficients in force. samples: spectra to learn from; steps of 2048 spectra each."""
    places, spectra = crossed_spectra(samples, seed)
    logarithm = np.log(spectra + FLOOR)
    mean = logarithm.mean(axis=0)
    _, _, directions = np.linalg.svd(logarithm[: 1 << 14] - mean, full_matrices=False)
    components = (logarithm - mean) @ directions[:COMPONENTS].T
    unit = float(components[:, 0].std())
    layers = _descend(places.astype(np.float32), (components / unit).astype(np.float32), steps, seed)
    return SkinEmulator(
        wavelength=EMULATED_NM,
        weights=[np.asarray(weight) for weight, _ in layers],
        biases=[np.asarray(bias) for _, bias in layers],
        mean=mean.astype(np.float32),
        basis=(unit * directions[:COMPONENTS]).astype(np.float32),
    )


def _descend(x: Any, y: Any, steps: int, seed: int) -> list[tuple[Any, Any]]:
    """Weights and biases that map x (n, inputs) to y (n, components)."""
    import jax
    import jax.numpy as jnp

    rng = np.random.default_rng(seed)
    sizes = [x.shape[1], WIDTH, WIDTH, WIDTH, y.shape[1]]
    layers: Any = [
        (jnp.asarray(rng.normal(0, a**-0.5, (a, b)), jnp.float32), jnp.zeros(b, jnp.float32))
        for a, b in pairwise(sizes)
    ]
    inputs, targets, key = jnp.asarray(x), jnp.asarray(y), jax.random.key(seed)

    def loss(theta: Any, rows: Any) -> Any:
        hidden = inputs[rows]
        for weight, bias in theta[:-1]:
            hidden = jax.nn.silu(hidden @ weight + bias)
        return 1e4 * jnp.mean((hidden @ theta[-1][0] + theta[-1][1] - targets[rows]) ** 2)

    def step(state: Any, at: Any) -> tuple[Any, None]:
        theta, first, second = state
        rows = jax.random.randint(jax.random.fold_in(key, at), (min(_BATCH, x.shape[0]),), 0, x.shape[0])
        slope = jax.grad(loss)(theta, rows)
        rate = _RATE * jnp.minimum(1.0, (at + 1) / _WARM_UP) * 0.5 * (1 + jnp.cos(jnp.pi * at / steps))
        a, b = _DECAY
        first = jax.tree.map(lambda m, g: a * m + (1 - a) * g, first, slope)
        second = jax.tree.map(lambda v, g: b * v + (1 - b) * g * g, second, slope)
        fix_a, fix_b = 1 - a ** (at + 1.0), 1 - b ** (at + 1.0)
        theta = jax.tree.map(
            lambda t, m, v: t - rate * (m / fix_a) / (jnp.sqrt(v / fix_b) + 1e-8), theta, first, second
        )
        return (theta, first, second), None

    @partial(jax.jit, donate_argnums=0)
    def chunk(state: Any, begin: Any) -> Any:
        return jax.lax.scan(step, state, begin + jnp.arange(_CHUNK))[0]

    state = (layers, *(jax.tree.map(jnp.zeros_like, layers) for _ in range(2)))
    for begin in range(0, steps, _CHUNK):
        state = chunk(state, jnp.int32(begin))
    return list(state[0])
