"""Fast signals by implicit screened diffusion.

A signal that spreads and is cleared within minutes to hours is, on the scale of a half-day step, at its
quasi-steady state: with diffusivity D, clearance λ and source q,

    0 = D ∇²u − λ u + q      ⇔      (1 − ℓ² ∇²) u = q/λ,     ℓ = √(D/λ),

where ℓ (mm) is the distance over which one source is felt. On cell-centred pixels with no-flux edges the five-point
Laplacian is diagonal in the type-II cosine basis (:mod:`.laplacian`), so the solve is exact: the mean of u equals the
mean of q/λ, whatever ℓ. The cosine transform has two forms that agree to rounding: by matrices of half the size, whose
cost per pixel grows with the side of the patch but which use all cores, and by Fourier transforms, whose cost hardly
depends on it (docs/performance.md).
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from skintwin.engine.cosine_fourier import scaled_by_fourier
from skintwin.engine.cosine_products import scaled_by_products
from skintwin.engine.grid import Grid

PRODUCTS_TO = 256
"""Longest side, pixels, up to which products are the faster form (measured: ``benchmarks/parts.py``)."""


def screened_diffusion(source: jax.Array, length: jax.Array, grid: Grid) -> jax.Array:
    """Solve (1 − ℓ²∇²) u = source with no flux at the edges.

    Parameters
    ----------
    source: (..., ny, nx), in the unit of the signal (source rate over clearance rate).
    length: ℓ in mm, broadcastable to (..., 1, 1).
    grid: the pixels.

    Returns
    -------
    (..., ny, nx), same unit and dtype as ``source``, exact to rounding of its largest value. The operator is an
    inverse M-matrix: a negative value from a source that has none can only be rounding.
    """
    if grid.ny == grid.nx == 1:
        return source
    a = (jnp.asarray(length) / grid.pixel) ** 2
    if max(grid.shape) <= PRODUCTS_TO:
        return scaled_by_products(source, a, grid)
    if source.ndim <= 3:
        return scaled_by_fourier(source, a, grid)
    # A Fourier transform runs on one core. Signals solved one by one run side by side.
    a = jnp.broadcast_to(a, (*source.shape[:-2], 1, 1))
    return jnp.stack([scaled_by_fourier(one, spread, grid) for one, spread in zip(source, a, strict=True)])
