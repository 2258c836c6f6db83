"""The type-II cosine transform as products of matrices of half the size.

The cosines of even order are even about the middle of a row, those of odd order are odd. With s the sums and d the
differences of the samples at equal distance from the middle, the transform of a row of n is therefore

    C_{2k} = Σ_j c_{2k,j} s_j,    C_{2k+1} = Σ_j c_{2k+1,j} d_j,    j < n/2,
    c_{k,j} = √((2 − δ_k0)/n) cos(πk(2j + 1)/2n),

half the operations of the whole matrix, in a form that uses every core and vector unit of a processor. The inverse is
the transpose: the first half of a row is the even part plus the odd part, the second half, mirrored, their difference.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from skintwin.engine.grid import Grid
from skintwin.engine.laplacian import waves

_EXACT = jax.lax.Precision.HIGHEST
"""Accelerators would otherwise multiply in a shorter format."""
APART_FROM = 2**18
"""Values from which each pair of parities is a chain of its own, so that two cores have two chains at a time; smaller
products cost less together (measured: four signals on 256², or on 8 patches of 128², against 8 of 64²)."""


def scaled_by_products(source: jax.Array, a: jax.Array, grid: Grid) -> jax.Array:
    """Cosine modes of ``source`` (..., ny, nx), each divided by 1 + ``a`` × its eigenvalue, and back.

    a: (ℓ/h)², broadcastable to (..., 1, 1). The eigenvalue of a mode is (2 − 2cos(πk/ny)) + (2 − 2cos(πl/nx)).
    """
    (ny, nx), dtype = grid.shape, source.dtype
    along_y, along_x = (jnp.asarray(_cosines(n), dtype) for n in grid.shape)
    waves_y, waves_x = (jnp.asarray(_by_parity(waves(n)), dtype) for n in grid.shape)
    inner = (1,) * (source.ndim - 2)
    waves_y = waves_y.reshape(2, -1, *inner, 1)
    # Rows lead: all products then run along memory as it lies, and nothing is transposed.
    rows, a = jnp.moveaxis(source, -2, 0), jnp.moveaxis(jnp.atleast_2d(a), -2, 0)
    apart = source.size >= APART_FROM
    over_x = []
    for cosines, wave, part in zip(along_x, waves_x, _halves(rows, -1), strict=True):
        halves = _halves(part, 0)
        if apart:
            even, odd = (_solved(halves[k], along_y[k], waves_y[k] + wave, cosines, a, "") for k in (0, 1))
        else:
            even, odd = _solved(jnp.stack(halves), along_y, waves_y + wave, cosines, a, "p")
        over_x.append(_joined(even, odd, ny, 0))
    return jnp.moveaxis(_joined(over_x[0], over_x[1], nx, -1), 0, -2)


def _solved(
    part: jax.Array, along_y: jax.Array, wave: jax.Array, along_x: jax.Array, a: jax.Array, p: str
) -> jax.Array:
    """One parity along x, and one or (p: "p", an axis in front) both along y: to modes, divided, and back."""
    mode = jnp.matmul(part, along_x.T, precision=_EXACT)
    mode = jnp.einsum(f"{p}ky,{p}y...l->{p}k...l", along_y, mode, precision=_EXACT)
    mode = mode / (1.0 + a * wave)
    mode = jnp.einsum(f"{p}ky,{p}k...l->{p}y...l", along_y, mode, precision=_EXACT)
    return jnp.matmul(mode, along_x, precision=_EXACT)


def _cosines(n: int) -> np.ndarray:
    """(2, m, m) even and odd orders over the first half of a row, m = ⌈n/2⌉."""
    k, j = np.arange(n)[:, None], np.arange((n + 1) // 2)[None, :]
    return _by_parity(np.sqrt((2.0 - (k == 0)) / n) * np.cos(np.pi * k * (2 * j + 1) / (2 * n)))


def _by_parity(orders: np.ndarray) -> np.ndarray:
    """(n, ...) → (2, m, ...): even orders, odd ones. Of an odd n, the last odd order does not exist and is 0."""
    padded = np.concatenate([orders, np.zeros((len(orders) % 2, *orders.shape[1:]))])
    return np.stack([padded[0::2], padded[1::2]])


def _halves(u: jax.Array, axis: int) -> tuple[jax.Array, jax.Array]:
    """Sums and differences of the samples at equal distance from the middle. The middle one of an odd row stands alone
    in the sums; odd orders are 0 there, so that its difference does not matter."""
    n = u.shape[axis]
    m = (n + 1) // 2
    near = jax.lax.slice_in_dim(u, 0, m, 1, axis)
    far = jnp.flip(jax.lax.slice_in_dim(u, n - m, n, 1, axis), axis)
    if n % 2:
        twice = (np.arange(m) < m - 1).astype(u.dtype)
        far = far * twice.reshape([m if k == axis % u.ndim else 1 for k in range(u.ndim)])
    return near + far, near - far


def _joined(even: jax.Array, odd: jax.Array, n: int, axis: int) -> jax.Array:
    """The row of n samples from the even and the odd part of its first half."""
    far = jnp.flip(jax.lax.slice_in_dim(even - odd, 0, n // 2, 1, axis), axis)
    return jnp.concatenate([even + odd, far], axis)
