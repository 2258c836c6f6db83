"""What the machine can do: memory bandwidth (STREAM triad) and float32 matrix products."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from clock import Timing, repeated

SIDE = 1024


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


def product_speed(repeats: int, side: int = SIDE) -> float:
    """Float32 operations per second (10⁹/s) of a square matrix product in JAX on all cores, the best of ``repeats``."""
    a = jnp.ones((side, side), jnp.float32)
    product = jax.jit(lambda x: jnp.dot(x, x, precision="highest"))
    timing: Timing = repeated(lambda: product(a).block_until_ready(), repeats)
    return 2.0 * side**3 / timing.best / 1e9


def cosine_operations(size: int, signals: int) -> float:
    """Operations per pixel-step of the dense cosine products: 4 products × 2 × size per signal."""
    return 8.0 * size * signals
