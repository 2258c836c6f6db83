"""Directions and weights for one hemisphere inside a medium of refractive index n.

Light that leaves the skin lies above the critical cosine mu_c = sqrt(1 - 1/n^2); below it everything is
reflected back. The radiance is smooth on either side but not across, so the interval (0, 1] is cut at mu_c:
Gauss points below, Radau points (with mu = 1, the direction of a normal beam, as a point) above
(key ``prahl1995``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import ConfigError

Array = NDArray[np.float64]

DEFAULT_POINTS = 12
"""Directions per hemisphere for everyday use (bias about +0.1 % of reflectance)."""
REFERENCE_POINTS = 32
"""Directions per hemisphere for reference results (bias below Monte Carlo noise)."""


@dataclass(frozen=True, eq=False)
class Quadrature:
    """Directions of one hemisphere.

    Attributes
    ----------
    mu: (N,) cosines to the inward normal, ascending, the last is 1.
    weight: (N,) weights, sum 1.
    index: refractive index of the medium relative to the outside.
    """

    mu: Array
    weight: Array
    index: float

    @property
    def points(self) -> int:
        """Number of directions N."""
        return int(self.mu.size)

    @property
    def flux_root(self) -> Array:
        """(N,) sqrt(mu w): multiplies a radiance into the symmetric basis used by the operators."""
        return np.sqrt(self.mu * self.weight)

    @property
    def inner_reflection(self) -> Array:
        """(N,) Fresnel reflection met from inside, unpolarised; 1 below the critical cosine."""
        return fresnel_reflection(self.mu, self.index)

    @property
    def specular(self) -> float:
        """Share of a normal beam reflected on entry, ((n - 1) / (n + 1))^2."""
        return ((self.index - 1.0) / (self.index + 1.0)) ** 2


def fresnel_reflection(mu: Array, index: float) -> Array:
    """Unpolarised Fresnel reflection of light inside a medium ``index`` times denser than the outside.

    mu: (...) cosine inside. Returns (...) in [0, 1].
    """
    sine = index * np.sqrt(np.maximum(0.0, 1.0 - mu**2))
    outside = np.sqrt(np.maximum(0.0, 1.0 - sine**2))
    r_s = ((index * mu - outside) / (index * mu + outside)) ** 2
    r_p = ((mu - index * outside) / (mu + index * outside)) ** 2
    return np.where(sine >= 1.0, 1.0, 0.5 * (r_s + r_p))


def radau(points: int) -> tuple[Array, Array]:
    """Radau points and weights on (-1, 1] with +1 as a point; exact to degree 2 points - 2."""
    # The other points are the roots of (P_{n-1} - P_n) / (1 - x), Jacobi polynomials (1, 0).
    from scipy.special import roots_jacobi

    inner, jacobi = roots_jacobi(points - 1, 1.0, 0.0) if points > 1 else (np.empty(0), np.empty(0))
    nodes = np.append(inner, 1.0)
    weights = np.append(jacobi / (1.0 - inner), 2.0 / points**2)
    return nodes, weights


@lru_cache(maxsize=32)
def quadrature(points: int = DEFAULT_POINTS, index: float = 1.4) -> Quadrature:
    """Directions per hemisphere for a medium of the given index against air.

    points: even, 4 to 128. index: at least 1; 1 means no critical angle and one Radau set.
    """
    if points < 4 or points > 128 or points % 2:
        raise ConfigError(
            f"{points} directions per hemisphere", where="quadrature", expected="an even number from 4 to 128"
        )
    if not index >= 1.0:
        raise ConfigError(f"refractive index {index}", where="quadrature", expected="at least 1")
    if index == 1.0:
        x, w = radau(points)
        return Quadrature((x + 1) / 2, w / 2, 1.0)
    cut = float(np.sqrt(1.0 - 1.0 / index**2))
    x_low, w_low = np.polynomial.legendre.leggauss(points // 2)
    x_high, w_high = radau(points // 2)
    mu = np.concatenate([cut * (x_low + 1) / 2, cut + (1 - cut) * (x_high + 1) / 2])
    return Quadrature(mu, np.concatenate([cut * w_low / 2, (1 - cut) * w_high / 2]), float(index))
