"""Eigenvalues of the five-point Laplacian between edges that nothing crosses."""

from __future__ import annotations

import numpy as np

from skintwin.engine.grid import Grid


def waves(n: int) -> np.ndarray:
    """(n,) eigenvalues of −∇² along a row of n pixels, in 1/pixel²: 2 − 2cos(πk/n) (Strang 1999)."""
    return np.asarray(2.0 - 2.0 * np.cos(np.pi * np.arange(n) / n))


def laplacian_eigenvalues(grid: Grid) -> np.ndarray:
    """Eigenvalues of −∇² (five-point, no flux) in the cosine basis, shape (ny, nx), 1/mm²."""
    return np.asarray((waves(grid.ny)[:, None] + waves(grid.nx)[None, :]) / grid.pixel**2)
