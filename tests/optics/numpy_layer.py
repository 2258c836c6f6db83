"""The doubling of a layer as plain matrix algebra, one formula a line: the oracle of the compiled kernel."""

from __future__ import annotations

import numpy as np

from skintwin.optics.doubling import delta_m, legendre


def layer(mu_a, mu_s, g, thickness, quad, start=1.0):
    """R and T (..., N, N) of homogeneous layers; arguments are arrays of one shape (...)."""
    extinction = mu_a + mu_s
    albedo, depth, moments = delta_m(mu_s / extinction, extinction * thickness, g, quad.points)
    basis = legendre(quad.mu, quad.points) * np.sqrt(quad.weight / quad.mu)
    order = np.arange(quad.points)
    weights = moments * (2 * order + 1) * (0.5 * albedo)[..., None]
    forward = np.diag(1 / quad.mu) - np.einsum("...k,ki,kj->...ij", weights, basis, basis)
    backward = np.einsum("...k,ki,kj->...ij", weights * (-1.0) ** order, basis, basis)
    doublings = max(0, int(np.ceil(np.log2(depth.max() / (2 * start * quad.mu[0])))))
    half = (depth / 2.0 ** (doublings + 1))[..., None, None]
    x, y, eye = (forward + backward) * half, (forward - backward) * half, np.eye(quad.points)

    def cayley(outer, inner):
        mode = outer @ np.linalg.solve(15 * eye + 6 * inner @ outer, 15 * eye + inner @ outer)
        return np.linalg.solve(eye + mode, eye - mode)

    r, t = (cayley(y, x) - cayley(x, y)) / 2, (cayley(y, x) + cayley(x, y)) / 2
    for _ in range(doublings):
        bounced = t @ np.linalg.inv(eye - r @ r)  # all bounces between the halves
        r, t = r + bounced @ r @ t, bounced @ t
    return r, t
