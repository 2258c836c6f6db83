"""Training of the emulator: random skins by adding-doubling, then Adam with a falling step, on one core.

The loss is the mean square of the error of the principal components, all in the unit of the first, which is the mean
square of the error of ln(R + 0.02) over wavelengths up to a factor.
"""

from __future__ import annotations

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

    from skintwin.optics.small_network import descended, first_guess, output

    inputs, targets, key = jnp.asarray(x), jnp.asarray(y), jax.random.key(seed)

    def loss(theta: Any, rows: Any) -> Any:
        return 1e4 * jnp.mean((output(theta, inputs[rows]) - targets[rows]) ** 2)

    def slope(theta: Any, at: Any) -> Any:
        rows = jax.random.randint(jax.random.fold_in(key, at), (min(_BATCH, x.shape[0]),), 0, x.shape[0])
        return jax.grad(loss)(theta, rows)

    return descended(first_guess([x.shape[1], WIDTH, WIDTH, WIDTH, y.shape[1]], seed), slope, steps, _RATE)
