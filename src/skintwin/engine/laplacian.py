"""Eigenvalues of the five-point Laplacian between edges that nothing crosses."""

from __future__ import annotations

import numpy as np


def waves(n: int) -> np.ndarray:
    """(n,) eigenvalues of −∇² along a row of n pixels, in 1/pixel²: 2 − 2cos(πk/n) (Strang 1999)."""
    return np.asarray(2.0 - 2.0 * np.cos(np.pi * np.arange(n) / n))
