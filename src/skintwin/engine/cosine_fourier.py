"""The type-II cosine transform by Fourier transforms, never formed.

With v the samples of q in the order 0, 2, 4, …, 5, 3, 1 and V its Fourier transform, the type-II transform is
C_k = w_k V_k + w̄_k V_{−k}, w_k = exp(−iπk/2n) (Makhoul 1980). Scaling C_k by g_k and going back gives, since
C_{n−k} = i (w_k V_k − w̄_k V_{−k}),

    V′_k = ½ (g_k + g_{n−k}) V_k + ½ (g_k − g_{n−k}) w̄_k² V_{−k},

and the same in the second direction: one real Fourier transform, four multiples of it and of its mirror image, one
transform back.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from skintwin.engine.grid import Grid
from skintwin.engine.laplacian import waves


def scaled_by_fourier(source: jax.Array, a: jax.Array, grid: Grid) -> jax.Array:
    """Cosine modes of ``source`` (..., ny, nx), each divided by 1 + ``a`` × its eigenvalue (1/pixel²), and back.

    a: (ℓ/h)², broadcastable to (..., 1, 1).
    """
    dtype, half = source.dtype, grid.nx // 2 + 1
    wave = jnp.fft.rfft2(_folded(source))
    mirror = jnp.roll(jnp.flip(wave, -2), 1, -2)
    same, over_y, over_x, over_both = _shares(a, grid, half, dtype)
    # V_{k,−l} and V_{−k,−l} are the conjugates of the mirror image and of V itself: q is real.
    turn_y, turn_x = _turn(grid.ny)[:, None], _turn(grid.nx)[None, :half]
    real, imaginary = same * wave.real, same * wave.imag
    for share, turn, (a, b) in (
        (over_y, turn_y, (mirror.real, mirror.imag)),
        (over_x, turn_x, (mirror.real, -mirror.imag)),
        (over_both, turn_y * turn_x, (wave.real, -wave.imag)),
    ):
        c, s = jnp.asarray(turn.real, dtype), jnp.asarray(turn.imag, dtype)
        real, imaginary = real + share * (c * a - s * b), imaginary + share * (c * b + s * a)
    return _unfolded(jnp.fft.irfft2(jax.lax.complex(real, imaginary), s=grid.shape))


def _turn(n: int) -> np.ndarray:
    """w̄_k² = exp(iπk/n)."""
    return np.asarray(np.exp(1j * np.pi * np.arange(n) / n))


def _shares(a: jax.Array, grid: Grid, half: int, dtype: np.dtype) -> tuple[jax.Array, ...]:
    """Multiples of V_{k,l}, V_{−k,l}, V_{k,−l} and V_{−k,−l}, with a = (ℓ/h)²: sums and differences of the gains at
    (k or n−k, l or n−l), over four. The eigenvalue at n − k is 4 minus that at k."""
    y, x = jnp.asarray(waves(grid.ny)[:, None], dtype), jnp.asarray(waves(grid.nx)[None, :half], dtype)
    near, far = 1.0 + a * (y + x), 1.0 + a * ((4.0 - y) + (4.0 - x))
    flipped_y, flipped_x = 1.0 + a * ((4.0 - y) + x), 1.0 + a * (y + (4.0 - x))
    one, two = 0.25 / (near * far), 0.25 / (flipped_y * flipped_x)
    sums = one * (near + far), two * (flipped_y + flipped_x)
    differences = one * (far - near), two * (flipped_y - flipped_x)
    return sums[0] + sums[1], differences[0] + differences[1], differences[0] - differences[1], sums[0] - sums[1]


def _folded(u: jax.Array) -> jax.Array:
    """Samples in the order 0, 2, 4, …, 5, 3, 1 along both axes."""
    for axis in (-2, -1):
        even, odd = (jax.lax.slice_in_dim(u, k, u.shape[axis], 2, axis) for k in (0, 1))
        u = jnp.concatenate([even, jnp.flip(odd, axis)], axis)
    return u


def _unfolded(u: jax.Array) -> jax.Array:
    """The inverse of ``_folded``."""
    for axis in (u.ndim - 1, u.ndim - 2):
        n = u.shape[axis]
        even, odd = (jax.lax.slice_in_dim(u, *ends, 1, axis) for ends in ((0, (n + 1) // 2), ((n + 1) // 2, n)))
        pad = [(0, 0)] * u.ndim
        pad[axis] = (0, n % 2)
        odd = jnp.pad(jnp.flip(odd, axis), pad)
        woven = jnp.stack([even, odd], axis + 1)
        u = jax.lax.slice_in_dim(woven.reshape(*u.shape[:axis], n + n % 2, *u.shape[axis + 1 :]), 0, n, 1, axis)
    return u
