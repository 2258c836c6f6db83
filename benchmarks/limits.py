"""What the machine can do: memory bandwidth (STREAM triad), and the spreading of signals alone."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from clock import repeated

from skintwin.engine.compiled import options
from skintwin.engine.diffusion import screened_diffusion
from skintwin.engine.grid import Grid

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


def spreading_cost(size: int, repeats: int) -> float:
    """ns per pixel-step of the spreading of the signals alone, one patch of (size, size)."""
    grid = Grid(size, size, 0.2)
    x, length = jnp.ones((SIGNALS, 1, size, size), jnp.float32), jnp.full((SIGNALS, 1, 1, 1), 0.5, jnp.float32)

    solve = jax.jit(lambda x: screened_diffusion(x, length, grid), compiler_options=options())
    return repeated(lambda: solve(x).block_until_ready(), repeats).best / size**2 * 1e9
