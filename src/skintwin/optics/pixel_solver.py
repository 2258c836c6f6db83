"""Gauss-Newton for the two unknowns of a pixel, with every matrix tabulated over the unknowns.

The maximum a posteriori of ln pigment x = (u, v) given ln RGB d is found by

    dx = H^-1 [F' C^-1 (d - f) + P^-1 (m - x)],   H = F' C^-1 F + P^-1,   F = df/dx,

with f the pigment table, C the covariance of d at fixed x, m and P the mean and covariance of the prior.
F, C and H depend on x only, so H^-1 F' C^-1 and H^-1 P^-1 are looked up: a step is one interpolation.
"""

from __future__ import annotations

import copy

import numpy as np
from numpy.typing import NDArray

from skintwin.optics.dense_grid import DenseGrid
from skintwin.optics.nuisance import PixelPrior
from skintwin.optics.pigment_table import MELANIN_FOOT_UM, PigmentTable

Array = NDArray[np.float64]


class PixelSolver:
    """Gauss-Newton matrices over the table's grid for one choice of nuisance effects (A, B, K, 3)."""

    def __init__(self, table: PigmentTable, prior: PixelPrior, effects: Array) -> None:
        grid = table.grid
        slopes = np.stack(grid.slopes(), axis=-1)  # (A, B, 3, 2)
        covariance = prior.noise**2 * np.eye(3) + prior.shading_sd**2 * np.ones((3, 3))
        covariance = covariance + np.einsum("abkc,abkd->abcd", effects, effects)
        inverse = np.linalg.inv(covariance)
        precision = np.diag([prior.melanin_sd**-2, prior.blood_sd**-2])
        towards = np.swapaxes(slopes, -1, -2) @ inverse
        posterior = np.linalg.inv(towards @ slopes + precision)
        shape = grid.values.shape[:2]
        gain, pull = posterior @ towards, posterior @ precision
        parts = [grid.values, gain.reshape(*shape, 6), pull.reshape(*shape, 4)]
        self.mean = np.array([np.log(prior.melanin_um + MELANIN_FOOT_UM), np.log(prior.blood)])
        self._low, self._high = np.array([grid.u[0], grid.v[0]]), np.array([grid.u[-1], grid.v[-1]])
        self._steps = DenseGrid(grid.u, grid.v, np.concatenate(parts, axis=-1))
        self._inverse = DenseGrid(grid.u, grid.v, inverse.reshape(*shape, 9))
        self._sd = DenseGrid(grid.u, grid.v, np.sqrt(np.diagonal(posterior, axis1=-2, axis2=-1)))

    def step(self, x: Array, data: Array) -> Array:
        """One damped step of (n, 2) points towards the maximum for (n, 3) data, kept on the table."""
        at = self._steps(x[:, 0], x[:, 1])
        residual, off = data - at[:, :3], self.mean - x
        move = np.empty_like(x)
        for row in (0, 1):
            gain, pull = at[:, 3 + 3 * row : 6 + 3 * row], at[:, 9 + 2 * row : 11 + 2 * row]
            move[:, row] = (gain * residual).sum(axis=-1) + (pull * off).sum(axis=-1)
        return np.clip(x + np.clip(move, -1.0, 1.0), self._low, self._high)

    def shifted(self, change: Array) -> PixelSolver:
        """The same solver for a table whose ln RGB is changed by (A, B, 3), its slopes being kept."""
        other = copy.copy(self)
        values = self._steps.values.copy()
        values[..., :3] += change
        other._steps = DenseGrid(self._steps.u, self._steps.v, values)
        return other

    def weighted(self, u: Array, v: Array, difference: Array) -> Array:
        """(n, 3) C^-1 times (n, 3) differences of ln RGB."""
        inverse = self._inverse(u, v)
        return np.stack(
            [(inverse[:, 3 * row : 3 * row + 3] * difference).sum(axis=-1) for row in range(3)], axis=-1
        )

    def moves(self, effects: Array) -> Array:
        """(A, B, 2, K) how far the solution moves per unit of effects (A, B, K, 3) that are left out."""
        gain = self._steps.values[..., 3:9].reshape(*effects.shape[:2], 2, 3)
        return np.asarray(np.einsum("abic,abkc->abik", gain, effects))

    def sd(self, u: Array, v: Array) -> Array:
        """(n, 2) posterior standard deviations of u and v."""
        return self._sd(u, v)
