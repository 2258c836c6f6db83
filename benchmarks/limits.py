"""What the machine can do: memory bandwidth (STREAM triad), and Fourier transforms."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from clock import repeated

SIGNALS = 4
"""Fast signals of the full set: paracrine, interferon, inflammation, secretome."""


def triad_bandwidth(repeats: int, elements: int = 2**25) -> float:
    """Bandwidth in GB/s of a ← b + s·c over all cores, the best of ``repeats``.

    Arrays (128 MiB each by default) are far larger than the caches. Counted as STREAM counts: 12 bytes per
    element; the line fetched before it is overwritten is not counted, so the true traffic is up to 4/3 of it.
    """
    import numba

    @numba.njit(parallel=True, fastmath=True)
    def triad(a, b, c, s):  # type: ignore[no-untyped-def]
        for i in numba.prange(a.size):
            a[i] = b[i] + s * c[i]

    a, b, c = (np.ones(elements, np.float32) for _ in range(3))
    return 12.0 * elements / repeated(lambda: triad(a, b, c, np.float32(0.5)), repeats).best / 1e9


def transform_cost(size: int, repeats: int) -> float:
    """ns per pixel-step of the Fourier transforms of the signals alone, there and back, one patch of (size, size)."""
    x = jnp.ones((SIGNALS, size, size), jnp.float32)
    both = jax.jit(lambda x: jnp.fft.irfft2(jnp.fft.rfft2(x) * 0.5, s=(size, size)))
    return repeated(lambda: both(x).block_until_ready(), repeats).best / size**2 * 1e9
