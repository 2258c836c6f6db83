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
The arithmetic is compiled: :mod:`skintwin.optics.layer_kernel`.
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
    from skintwin.optics import layer_kernel  # loads numba

    absorb, scatter, cosine, length = np.broadcast_arrays(
        *(np.asarray(v, dtype=np.float64) for v in (mu_a, mu_s, g, thickness))
    )
    extinction = absorb + scatter
    albedo = np.divide(scatter, extinction, out=np.zeros_like(extinction), where=extinction > 0)
    albedo, depth, phase = delta_m(albedo, extinction * length, cosine, moments or quad.points)
    terms, shape = phase.shape[-1], depth.shape
    basis = legendre(quad.mu, terms) * np.sqrt(quad.weight / quad.mu)
    # A - B keeps the even Legendre terms and A + B the odd ones, because P_k(-mu) = (-1)^k P_k(mu).
    order = np.arange(terms)
    weights = (phase * (2 * order + 1) * albedo[..., None]).reshape(-1, terms)
    even, odd = weights * (order % 2 == 0), weights * (order % 2 == 1)
    products = basis[:, :, None] * basis[:, None, :]
    limit = 2 * start * float(quad.mu[0])
    found = layer_kernel.layers(even, odd, np.ascontiguousarray(depth).reshape(-1), products, 1.0 / quad.mu, limit)
    reflect, transmit = (part.reshape(*shape, quad.points, quad.points) for part in found)
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
    if upper.top is not upper.bottom:
        onto = np.linalg.solve(np.eye(below.shape[-1]) - upper.bottom @ below, upper.down)
        return np.asarray(upper.top + np.swapaxes(upper.down, -1, -2) @ below @ onto)
    from skintwin.optics import layer_kernel

    # One homogeneous layer: its matrices are symmetric.
    shape = np.broadcast_shapes(upper.top.shape, below.shape)
    stacked = [np.ascontiguousarray(np.broadcast_to(v, shape)) for v in (upper.top, upper.down, below)]
    return layer_kernel.cover(*(v.reshape(-1, *shape[-2:]) for v in stacked)).reshape(shape)
