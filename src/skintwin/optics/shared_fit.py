"""What the pixels of one picture have in common: the person's nuisances and the light, found from all of them together.

    d_i = f(u_i, v_i) + J(u_i, v_i) theta + sum_k b_k phi_k(x_i) + s_i + noise

theta: nuisances and gains, one person; b: a quadratic surface of ln light over the picture; s_i: what shading is left
to a pixel. Pigment of each pixel is free: with F = df/d(u, v) and C the covariance of s_i and noise, its elimination
leaves

    W_i = C^-1 - C^-1 F (F' C^-1 F + P^-1)^-1 F' C^-1

for theta and b, which have their priors (Gauss-Newton, a few rounds). A pixel has three channels and two pigments: one
number each speaks on theta, and tones that differ speak on different parts of it. The pixels of a picture do not err
independently (the model is not the person), so that together they count as no more than ``COUNTED``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.optics.dense_grid import DenseGrid
from skintwin.optics.nuisance import PixelPrior

Array = NDArray[np.float64]

SAMPLED: Final = 4000
"""Pixels of a picture that are looked at, evenly spread."""
COUNTED: Final = 400.0
"""Independent pixels that they count as: an error of the model of a twentieth of a pixel's noise is allowed for."""
_ROUNDS: Final = 5
_LOOSE: Final = 0.04  # weight of the prior of each pixel's pigment: pixels of a picture are not independent people
_HUBER: Final = 2.5


@dataclass(frozen=True, eq=False)
class SharedFit:
    """theta (K,) in prior standard deviations; covariance (K, K); light (6,) coefficients of :func:`light_terms`."""

    theta: Array
    covariance: Array
    light: Array


def light_terms(y: Array, x: Array) -> Array:
    """(..., 6) terms of the surface of light at places -1 to 1 down and across."""
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)


def shared_fit(
    data: Array, terms: Array, grid: DenseGrid, effects: Callable[[Array], tuple[Array, Array]], prior: PixelPrior,
    light_sd: float,
    solve: Callable[[Array, Array], tuple[Array, Array]], start: Array,
) -> SharedFit:  # fmt: skip
    """Fit ln RGB (n, 3) of a picture's pixels.

    terms (n, 6) of light. grid: the table; effects: theta -> what it adds on the grid (A, B, 3) and its slopes
    with theta (A, B, K, 3). solve: (theta, ln RGB) -> u, v with theta held.
    start (K,): theta to begin with.
    """
    n, size = len(data), len(start)
    slope = DenseGrid(grid.u, grid.v, np.concatenate(grid.slopes(), axis=-1))
    inverse = np.linalg.inv(prior.noise**2 * np.eye(3) + prior.shading_sd**2 * np.ones((3, 3)))
    pull = _LOOSE * np.diag([prior.melanin_sd**-2, prior.blood_sd**-2])
    precision = np.diag(np.concatenate([np.ones(size), np.full(terms.shape[1], light_sd**-2)]))
    counted = min(1.0, COUNTED / n)
    found, information = np.concatenate([start, np.zeros(terms.shape[1])]), precision
    for _ in range(_ROUNDS):
        lit = data - (terms @ found[size:])[:, None]
        u, v = solve(found[:size], lit)
        added, about = effects(found[:size])
        f = slope(u, v).reshape(n, 2, 3)
        j = DenseGrid(grid.u, grid.v, about.reshape(*added.shape[:2], -1))(u, v).reshape(n, size, 3)
        residual = lit - grid(u, v) - DenseGrid(grid.u, grid.v, added)(u, v)
        towards = f @ inverse
        taken = np.linalg.solve(towards @ np.swapaxes(f, 1, 2) + pull, towards)
        weight = inverse - np.swapaxes(towards, 1, 2) @ taken
        chi = np.sqrt(np.maximum(np.einsum("nc,ncd,nd->n", residual, weight, residual), 1e-12))
        weight = weight * (counted * np.minimum(1.0, _HUBER / chi))[:, None, None]
        both = np.concatenate([j, np.broadcast_to(terms[:, :, None], (n, terms.shape[1], 3))], axis=1)
        pressed = both @ weight
        information = np.einsum("nac,nbc->ab", pressed, both) + precision
        gradient = np.einsum("nac,nc->a", pressed, residual) - precision @ found
        found = found + np.linalg.solve(information, gradient)
    return SharedFit(found[:size], np.linalg.inv(information)[:size, :size], found[size:])
