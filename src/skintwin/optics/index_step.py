"""Layers of different refractive index.

Directions are followed from layer to layer by Snell's law, n sin(theta) = constant, with weights that keep n^2 mu w;
so each direction of a lighter layer has one partner in every denser one and needs no interpolation. Directions of a
denser layer that no lighter layer knows are totally reflected there and get Gauss points of their own. In the basis
sqrt(mu w) I / n a step transmits 1 - r both ways.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import ConfigError
from skintwin.optics.quadrature import Quadrature, fresnel_reflection, quadrature

Array = NDArray[np.float64]


def ladder(points: int, indices: Iterable[float]) -> dict[float, Quadrature]:
    """Directions of each index. The lightest layer has ``points`` of them and each denser index ``points`` / 2 more.

    The directions that two layers share are the last ones of both.
    """
    rungs = sorted(set(indices))
    found = {rungs[0]: quadrature(points, rungs[0])}
    for lighter, denser in pairwise(rungs):
        found[denser] = surface_quadrature(found[lighter], denser, points // 2)
    return found


def surface_quadrature(below: Quadrature, denser_index: float, trapped: int | None = None) -> Quadrature:
    """Directions of a layer of index ``denser_index``: ``trapped`` (half of ``below``'s if None) that ``below`` does
    not know, then the partners of ``below``'s. ConfigError if the layer is not denser."""
    if not denser_index > below.index:
        raise ConfigError(
            f"index {denser_index} under {below.index} of the lighter layer",
            where="index step",
            expected="a denser layer",
        )
    ratio = below.index / denser_index
    partners = np.sqrt(1.0 - ratio**2 * (1.0 - below.mu**2))
    weights = ratio**2 * below.mu * below.weight / partners
    cut = float(np.sqrt(1.0 - ratio**2))
    x, w = np.polynomial.legendre.leggauss(below.points // 2 if trapped is None else trapped)
    mu = np.concatenate([cut * (x + 1) / 2, partners])
    # A small step bends the lowest partners too sharply for their weights; the trapped ones make up the sum.
    return Quadrature(mu, np.concatenate([(1.0 - weights.sum()) * w / 2, weights]), denser_index)


def across_step(reflection: Array, below: Quadrature, above: Quadrature) -> Array:
    """What the layer above a step sees: (..., N, N) of the skin below it -> (..., M, M), step included."""
    shared = min(below.points, above.points)
    denser, lighter = (below, above) if below.index > above.index else (above, below)
    met = fresnel_reflection(denser.mu[-shared:], denser.index / lighter.index)
    bounce_below, bounce_above = np.ones(below.points), np.ones(above.points)
    bounce_below[-shared:] = bounce_above[-shared:] = met
    inside = np.linalg.solve(np.eye(below.points) - reflection * bounce_below, reflection)
    seen = np.zeros((*reflection.shape[:-2], above.points, above.points))
    seen[..., -shared:, -shared:] = (1.0 - met)[:, None] * inside[..., -shared:, -shared:] * (1.0 - met)
    return seen + np.diag(bounce_above)
