"""Noise of a sensor: photons arrive by chance, and reading adds a little.

    electrons = N + √(N + σ²) z        N = level · full well,  σ read noise,  z standard normal

The Poisson law is taken as normal, which it is for the thousands of electrons of a well-exposed pixel. A sensitivity
(ISO) that is k times higher saturates at full well / k. The sensor clips at its full well and at zero.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.optics.texture.keys import Key

Real = NDArray[np.float32]


def exposed(level: Real, full_well: float, read_noise: float, key: Key) -> Real:
    """Level (share of saturation, any shape) → the level that is read; electrons at saturation and of read noise."""
    electrons = level * np.float32(full_well)
    spread = np.sqrt(np.maximum(electrons, 0.0) + np.float32(read_noise**2))
    spread *= key.generator("sensor noise").standard_normal(level.shape, dtype=np.float32)
    electrons += spread
    electrons /= np.float32(full_well)
    return np.clip(electrons, 0.0, 1.0, out=electrons)
