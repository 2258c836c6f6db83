"""Reflection and transmission operators of homogeneous scattering layers, by doubling.

Radiances I are carried as F = sqrt(mu w) I on the points of a :class:`Quadrature`. In this basis the
plane-parallel transport equation (depth t in optical units, + downward, - upward) reads

    dF+/dt = -A F+ + B F-,    dF-/dt = A F- - B F+,
    A_ij = delta_ij / mu_i - (a/2) v_i p(+mu_i, mu_j) v_j,
    B_ij = (a/2) v_i p(-mu_i, mu_j) v_j,   v = sqrt(w/mu),

with A and B symmetric, so reciprocity is matrix symmetry: R = R^T, and T upward is T downward transposed.

Start: a thin sub-layer of thickness 2h is solved by its even and odd modes, p = F+ + F-, q = F+ - F-, where
p' = -(A+B) q and q' = -(A-B) p. The modes need tanh(z)/z of a matrix, taken as (15 + z^2)/(15 + 6 z^2),
which is sixth-order (the usual diamond start keeps only the 1). Then the layer is doubled (``prahl1995``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.optics.quadrature import Quadrature

Array = NDArray[np.float64]

_START = 1.0
"""Largest half-thickness of the starting layer over the smallest cosine (a tenth changes R by < 1e-9)."""


@dataclass(frozen=True)
class Slab:
    """Operators of a layer or stack, (..., N, N), in the sqrt(mu w) basis.

    Attributes
    ----------
    top: reflection of light that comes from above.
    bottom: reflection of light that comes from below.
    down: transmission from above to below; upward transmission is its transpose.
    """

    top: Array
    bottom: Array
    down: Array


def legendre(mu: Array, terms: int) -> Array:
    """(terms, N) Legendre polynomials P_0 .. P_{terms-1} at ``mu``."""
    return np.asarray(np.polynomial.legendre.legvander(mu, terms - 1).T, dtype=np.float64)


def delta_m(albedo: Array, depth: Array, g: Array, terms: int) -> tuple[Array, Array, Array]:
    """Delta-M scaling (key ``wiscombe1977``) of Henyey-Greenstein scattering (key ``henyey1941``).

    albedo, depth, g: (...). Returns albedo', depth' (...) and Legendre moments (..., terms).
    The part g^terms of the scattering that the quadrature cannot resolve counts as unscattered light.
    """
    forward = g**terms
    order = np.arange(terms)
    moments = (g[..., None] ** order - forward[..., None]) / (1.0 - forward[..., None])
    scaled = 1.0 - albedo * forward
    return albedo * (1.0 - forward) / scaled, depth * scaled, moments


def _generators(albedo: Array, moments: Array, quad: Quadrature) -> tuple[Array, Array]:
    """A and B of the module docstring, (..., N, N)."""
    terms = moments.shape[-1]
    basis = legendre(quad.mu, terms) * np.sqrt(quad.weight / quad.mu)
    order = np.arange(terms)
    even = moments * (2 * order + 1) * (0.5 * albedo)[..., None]
    odd = even * (-1.0) ** order  # P_k(-mu) = (-1)^k P_k(mu)
    forward = (even[..., None, :] * basis.T) @ basis
    backward = (odd[..., None, :] * basis.T) @ basis
    return np.diag(1.0 / quad.mu) - forward, backward


def _thin(forward: Array, backward: Array, half: Array) -> tuple[Array, Array]:
    """R and T of a layer of optical thickness 2 ``half`` from its even and odd modes."""
    eye = np.eye(forward.shape[-1])
    x, y = (forward + backward) * half[..., None, None], (forward - backward) * half[..., None, None]

    def cayley(outer: Array, inner: Array) -> Array:
        square = inner @ outer
        mode = outer @ np.linalg.solve(15 * eye + 6 * square, 15 * eye + square)
        return np.asarray(np.linalg.solve(eye + mode, eye - mode))

    total, difference = cayley(y, x), cayley(x, y)
    return 0.5 * (total - difference), 0.5 * (total + difference)


def layer_operators(
    mu_a: ArrayLike,
    mu_s: ArrayLike,
    g: ArrayLike,
    thickness: ArrayLike,
    quad: Quadrature,
    *,
    start: float = _START,
    moments: int | None = None,
) -> Slab:
    """Operators of homogeneous layers without boundaries.

    mu_a, mu_s: absorption and scattering, 1/mm; thickness: mm; g: mean cosine. They broadcast to a batch
    shape (...), the result holds (..., N, N). start: half-thickness of the first sub-layer over the smallest
    cosine. moments: Legendre moments kept, N if None.
    """
    absorb, scatter, cosine, length = np.broadcast_arrays(
        *(np.asarray(v, dtype=np.float64) for v in (mu_a, mu_s, g, thickness))
    )
    extinction = absorb + scatter
    albedo = np.divide(scatter, extinction, out=np.zeros_like(extinction), where=extinction > 0)
    albedo, depth, phase = delta_m(albedo, extinction * length, cosine, moments or quad.points)
    forward, backward = _generators(albedo, phase, quad)
    deepest = float(depth.max(initial=0.0))
    limit = 2 * start * float(quad.mu[0])
    doublings = max(0, int(np.ceil(np.log2(deepest / limit)))) if deepest > limit else 0
    reflect, transmit = _thin(forward, backward, depth / 2.0 ** (doublings + 1))
    eye = np.eye(quad.points)
    for _ in range(doublings):
        # X = T (1 - R R)^-1 sums the bounces between the halves; all matrices here are symmetric.
        bounced = np.linalg.solve(eye - reflect @ reflect, transmit).swapaxes(-1, -2)
        reflect, transmit = reflect + bounced @ (reflect @ transmit), bounced @ transmit
    return Slab(reflect, reflect, transmit)


def add(upper: Slab, lower: Slab) -> Slab:
    """One stack on another, without a boundary between them; batch axes broadcast."""
    eye = np.eye(upper.top.shape[-1])
    flip = np.swapaxes
    onto = np.linalg.solve(eye - upper.bottom @ lower.top, upper.down)  # light falling on the lower stack
    top = upper.top + flip(upper.down, -1, -2) @ lower.top @ onto
    climb = np.linalg.solve(eye - lower.top @ upper.bottom, flip(lower.down, -1, -2))
    bottom = lower.bottom + lower.down @ upper.bottom @ climb
    return Slab(top, bottom, lower.down @ onto)


def reflect_over(upper: Slab, below: Array) -> Array:
    """(..., N, N) reflection of ``upper`` lying on something that reflects as ``below``."""
    eye = np.eye(below.shape[-1])
    onto = np.linalg.solve(eye - upper.bottom @ below, upper.down)
    return np.asarray(upper.top + np.swapaxes(upper.down, -1, -2) @ below @ onto)
