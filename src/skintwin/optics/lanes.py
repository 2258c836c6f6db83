"""Small matrices, sixteen at a time, compiled: the arithmetic under :mod:`skintwin.optics.doubling`.

A block is (N, N, 16): the last axis holds unrelated matrices (wavelengths, skins) that go through the same
operations, so that each instruction of the processor works on several of them. No pivoting: the matrices inverted
here are 1 minus a reflection (symmetric, positive definite, or 1 minus a product of two reflections), whose
elimination is stable as it stands. Importing this file loads numba; callers import it when they compute.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
F = TypeVar("F", bound=Callable[..., Any])

LANES: Final = 16
"""Matrices of a block. The loops read the number from the block: a fixed one would be unrolled and not vectorised."""


def compiled(function: F) -> F:
    """``function`` compiled on first use and kept on disk; additions keep their order, so results do not vary."""
    return cast(F, numba.njit(cache=True, error_model="numpy", fastmath={"contract"})(function))


@compiled
def multiply(a: Array, b: Array, out: Array) -> None:
    """out = a b."""
    n, lanes = a.shape[0], a.shape[2]
    for i in range(n):
        for j in range(n):
            for v in range(lanes):
                out[i, j, v] = 0.0
        for k in range(n):
            for j in range(n):
                for v in range(lanes):
                    out[i, j, v] += a[i, k, v] * b[k, j, v]


@compiled
def multiply_symmetric(a: Array, b: Array, out: Array) -> None:
    """out = a b where the product is known to be symmetric."""
    n, lanes = a.shape[0], a.shape[2]
    for i in range(n):
        for j in range(i + 1):
            for v in range(lanes):
                out[i, j, v] = 0.0
        for k in range(n):
            for j in range(i + 1):
                for v in range(lanes):
                    out[i, j, v] += a[i, k, v] * b[k, j, v]
        for j in range(i):
            for v in range(lanes):
                out[j, i, v] = out[i, j, v]


@compiled
def sandwich(a: Array, w: Array, out: Array) -> None:
    """Lower half of out = w^T a^-1 w for symmetric positive definite a; a and w are used up."""
    n, lanes = a.shape[0], a.shape[2]
    factor, inverse = np.empty(lanes), np.empty(lanes)
    for k in range(n):
        for v in range(lanes):
            inverse[v] = 1.0 / a[k, k, v]
        for i in range(k + 1, n):
            for v in range(lanes):
                factor[v] = a[i, k, v] * inverse[v]
            for j in range(k + 1, i + 1):
                for v in range(lanes):
                    a[i, j, v] -= factor[v] * a[j, k, v]
            for j in range(n):
                for v in range(lanes):
                    w[i, j, v] -= factor[v] * w[k, j, v]
    out[:, :, :] = 0.0
    for k in range(n):
        for v in range(lanes):
            inverse[v] = 1.0 / a[k, k, v]
        for i in range(n):
            for v in range(lanes):
                factor[v] = w[k, i, v] * inverse[v]
            for j in range(i + 1):
                for v in range(lanes):
                    out[i, j, v] += factor[v] * w[k, j, v]


@compiled
def solve(a: Array, b: Array) -> None:
    """b becomes a^-1 b; a is used up."""
    n, lanes = a.shape[0], a.shape[2]
    factor = np.empty(lanes)
    for k in range(n):
        for v in range(lanes):
            factor[v] = 1.0 / a[k, k, v]
        for j in range(n):
            for v in range(lanes):
                a[k, j, v] *= factor[v]
                b[k, j, v] *= factor[v]
        for i in range(k + 1, n):
            for v in range(lanes):
                factor[v] = a[i, k, v]
            for j in range(k + 1, n):
                for v in range(lanes):
                    a[i, j, v] -= factor[v] * a[k, j, v]
            for j in range(n):
                for v in range(lanes):
                    b[i, j, v] -= factor[v] * b[k, j, v]
    for k in range(n - 1, 0, -1):
        for i in range(k):
            for v in range(lanes):
                factor[v] = a[i, k, v]
            for j in range(n):
                for v in range(lanes):
                    b[i, j, v] -= factor[v] * b[k, j, v]


@compiled
def load(matrices: Array, first: int, block: Array) -> None:
    """Matrices of (P, N, N), from ``first`` on, into a block; the last matrix fills places beyond the end."""
    last, n, lanes = matrices.shape[0] - 1, block.shape[0], block.shape[2]
    for v in range(lanes):
        row = min(first + v, last)
        for i in range(n):
            for j in range(n):
                block[i, j, v] = matrices[row, i, j]


@compiled
def store(block: Array, matrices: Array, first: int) -> None:
    """A block into (P, N, N) from ``first`` on; places beyond the end are left out."""
    n, lanes = block.shape[0], block.shape[2]
    for v in range(min(lanes, matrices.shape[0] - first)):
        for i in range(n):
            for j in range(n):
                matrices[first + v, i, j] = block[i, j, v]
