"""A stratum corneum of higher refractive index than the skin below it.

Directions of the lower medium are followed through the step by Snell's law, n sin(theta) = constant, with
weights that keep n^2 mu w; so each direction below has one partner above and needs no interpolation.
Directions above that meet the step beyond its critical angle are totally reflected and get Gauss points of
their own. In the basis sqrt(mu w) I / n the step transmits 1 - r both ways.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import ConfigError
from skintwin.optics.quadrature import Quadrature, fresnel_reflection

Array = NDArray[np.float64]


def surface_quadrature(below: Quadrature, surface_index: float) -> Quadrature:
    """Directions of a surface layer of index ``surface_index`` above the index of ``below``.

    The first N/2 are trapped in the layer, the last N are the partners of ``below``'s N.
    """
    if not surface_index > below.index:
        raise ConfigError(
            f"surface index {surface_index} under {below.index} of the skin below",
            where="index step",
            expected="a stratum corneum at least as dense as what it covers",
        )
    ratio = below.index / surface_index
    partners = np.sqrt(1.0 - ratio**2 * (1.0 - below.mu**2))
    weights = ratio**2 * below.mu * below.weight / partners
    cut = float(np.sqrt(1.0 - ratio**2))
    x, w = np.polynomial.legendre.leggauss(below.points // 2)
    mu = np.concatenate([cut * (x + 1) / 2, partners])
    # A small step bends the lowest partners too sharply for their weights; the trapped ones make up the sum.
    trapped = (1.0 - weights.sum()) * w / 2
    return Quadrature(mu, np.concatenate([trapped, weights]), surface_index)


def under_step(reflection: Array, below: Quadrature, surface_index: float) -> Array:
    """What the surface layer sees: (..., N, N) of the skin below -> (..., 3N/2, 3N/2), step included."""
    points, trapped = below.points, below.points // 2
    bounce = fresnel_reflection(below.mu, below.index / surface_index)
    through = 1.0 - bounce
    inside = np.linalg.solve(np.eye(points) - reflection * bounce, reflection)
    seen = np.zeros((*reflection.shape[:-2], points + trapped, points + trapped))
    seen[..., :trapped, :trapped] = np.eye(trapped)
    seen[..., trapped:, trapped:] = np.diag(bounce) + through[:, None] * inside * through
    return seen
