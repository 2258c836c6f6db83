"""Fast signals by implicit screened diffusion.

A signal that spreads and is cleared within minutes to hours is, on the scale of a half-day step, at its
quasi-steady state: with diffusivity D, clearance λ and source q,

    0 = D ∇²u − λ u + q      ⇔      (1 − ℓ² ∇²) u = q/λ,     ℓ = √(D/λ),

where ℓ (mm) is the distance over which one source is felt. On cell-centred pixels with no-flux edges the
five-point Laplacian is diagonal in the type-II cosine basis, with eigenvalues
−(2 − 2cos(πk/n))/h² in each direction (Strang 1999), so the solve is exact: two transforms and a division.
The mean of u equals the mean of q/λ, whatever ℓ.

The transform is a product with a dense cosine matrix up to ``DENSE_LIMIT`` pixels a side, where that is
faster than a Fourier transform on every machine tried (docs/performance.md), and a fast transform beyond.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from skintwin.engine.grid import Grid

DENSE_LIMIT = 512
"""Longest side (pixels) for which the dense cosine matrix is used."""


def cosine_matrix(n: int) -> np.ndarray:
    """Orthonormal type-II cosine transform as an (n, n) float64 matrix: rows are modes, columns pixels."""
    k = np.arange(n)[:, None]
    x = np.arange(n)[None, :]
    c = np.sqrt(2.0 / n) * np.cos(np.pi * k * (2 * x + 1) / (2 * n))
    c[0] /= np.sqrt(2.0)
    return np.asarray(c)


def laplacian_eigenvalues(grid: Grid) -> np.ndarray:
    """Eigenvalues of −∇² (five-point, no flux) in the cosine basis, shape (ny, nx), 1/mm²."""
    ky = np.arange(grid.ny)[:, None]
    kx = np.arange(grid.nx)[None, :]
    ly = 2.0 - 2.0 * np.cos(np.pi * ky / grid.ny)
    lx = 2.0 - 2.0 * np.cos(np.pi * kx / grid.nx)
    return np.asarray((ly + lx) / grid.pixel**2)


def screened_diffusion(source: jax.Array, length: jax.Array, grid: Grid) -> jax.Array:
    """Solve (1 − ℓ²∇²) u = source with no flux at the edges.

    Parameters
    ----------
    source: (..., ny, nx), in the unit of the signal (source rate over clearance rate).
    length: ℓ in mm, broadcastable to (..., 1, 1).
    grid: the pixels.

    Returns
    -------
    (..., ny, nx), same unit and dtype as ``source``. Never below zero for a source that is not.
    """
    if grid.ny == grid.nx == 1:
        return source
    dtype = source.dtype
    eigen = jnp.asarray(laplacian_eigenvalues(grid), dtype)
    gain = 1.0 / (1.0 + length**2 * eigen)
    if max(grid.shape) <= DENSE_LIMIT:
        u = _dense(source, gain, grid)
    else:
        u = _fast(source, gain)
    # The operator is an inverse M-matrix: a negative value can only be rounding.
    return jnp.where(jnp.min(source, axis=(-2, -1), keepdims=True) >= 0, jnp.maximum(u, 0), u)


def _dense(source: jax.Array, gain: jax.Array, grid: Grid) -> jax.Array:
    cy = jnp.asarray(cosine_matrix(grid.ny), source.dtype)
    cx = cy if grid.nx == grid.ny else jnp.asarray(cosine_matrix(grid.nx), source.dtype)
    # HIGHEST keeps float32 products exact to rounding on GPUs that would otherwise use a shorter format.
    mode = jnp.einsum("ky,...yx,lx->...kl", cy, source, cx, precision="highest") * gain
    return jnp.einsum("ky,...kl,lx->...yx", cy, mode, cx, precision="highest")


def _fast(source: jax.Array, gain: jax.Array) -> jax.Array:
    import jax.scipy.fft as fft

    axes = (-2, -1)
    mode = fft.dctn(source, axes=axes, norm="ortho") * gain
    return fft.idctn(mode, axes=axes, norm="ortho")
