"""Fields and points of the skin that are functions of place alone, whatever the view: noise, sampled maps, scatter.

Noise: cubic B-splines over a lattice of normal numbers that repeats after ``LATTICE`` steps. Scatter: one point in each
square of a lattice, its numbers a hash of the square (splitmix64), so that a second view finds the same points.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.optics.texture.keys import Key

Array = NDArray[np.float64]
Real = NDArray[np.float32]

LATTICE: Final = 512
"""Steps: 256 mm of features of 1 mm, wider than a photograph of a lesion. Skin that repeats is registered one period
off."""
_SD: Final = 0.479  # B-spline weights of uniform phase leave this share of the lattice's sd


def noise(x: Real, y: Real, parts: Sequence[tuple[float, float]], key: Key, purpose: str) -> Real:
    """Sum of smooth noises at points x, y (mm, any shape); parts: (width of features in mm, standard deviation)."""
    draw = key.generator(purpose)
    lattices = draw.standard_normal((len(parts), LATTICE, LATTICE), dtype=np.float32)
    steps = np.array([2.0 / width for width, _ in parts], np.float32)
    sds = np.array([sd / _SD for _, sd in parts], np.float32)
    out = np.empty(x.size, np.float32)
    _noise_kernel()(np.ravel(x), np.ravel(y), lattices, steps, sds, out)
    return out.reshape(x.shape)


class Sampled:
    """Maps (k, n, n) on squares of ``step`` mm about the origin, joined by cubic splines; their edge value beyond."""

    def __init__(self, maps: Sequence[Array], step: float) -> None:
        from scipy.ndimage import spline_filter

        self.step = step
        self.size = maps[0].shape[0]
        self._nodes = np.stack([spline_filter(each, order=3, mode="mirror") for each in maps]).astype(np.float32)
        self._edge = np.array([each[0, 0] for each in maps], np.float32)

    def __call__(self, x: Real, y: Real) -> Real:
        """(k, ...) values at points x, y (mm)."""
        out = np.empty((len(self._nodes), x.size), np.float32)
        half = np.float32((self.size - 1) / 2)
        _sample_kernel()(np.ravel(x), np.ravel(y), self._nodes, self._edge, np.float32(1.0 / self.step), half, out)
        return out.reshape(-1, *x.shape)


def scatter(spacing: float, low: ArrayLike, high: ArrayLike, key: Key, purpose: str) -> tuple[Array, Array]:
    """Points (n, 2) about ``spacing`` mm apart within a box (mm), and (n, 8) uniform numbers of each."""
    first = np.floor(np.asarray(low, float) / spacing).astype(int)
    last = np.ceil(np.asarray(high, float) / spacing).astype(int)
    cells = [np.arange(a, b) for a, b in zip(first, last, strict=True)]
    i, j = (each.ravel() for each in np.meshgrid(*cells, indexing="ij"))
    start = key.generator(purpose).integers(0, 2**63, dtype=np.uint64)
    mixed = start ^ (i.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) ^ (
        j.astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
    )
    numbers = np.stack([_uniform(mixed + np.uint64(k * 0xD6E8FEB86659FD93 % 2**64)) for k in range(10)], axis=-1)
    points = (np.stack([i, j], axis=-1) + numbers[:, 8:]) * spacing
    return points, numbers[:, :8]


def _uniform(mixed: NDArray[np.uint64]) -> Array:
    """Finaliser of splitmix64 → [0, 1)."""
    z = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return np.asarray((z >> np.uint64(11)).astype(np.float64) * 2.0**-53)


@cache
def _noise_kernel() -> Callable[..., Any]:
    from numba import njit

    return njit(cache=True, fastmath=True)(_noise)


@cache
def _sample_kernel() -> Callable[..., Any]:
    from numba import njit

    return njit(cache=True, fastmath=True)(_sample)


def _noise(x, y, lattices, steps, sds, out):  # type: ignore[no-untyped-def]
    """Fill ``out`` (n,); lattices (s, LATTICE, LATTICE) are periodic."""
    top = lattices.shape[1] - 1
    sixth, one = np.float32(1.0 / 6.0), np.float32(1.0)
    flat, three = np.float32(2.0 / 3.0), np.float32(3.0)
    out[:] = np.float32(0.0)
    for s in range(lattices.shape[0]):
        lattice, step, sd = lattices[s], steps[s], sds[s]
        for n in range(out.size):
            a, b = x[n] * step, y[n] * step
            i, j = int(np.floor(a)), int(np.floor(b))
            p, q = a - np.float32(i), b - np.float32(j)
            a, b = one - p, one - q
            u0, v0 = a * a * a * sixth, b * b * b * sixth
            u3, v3 = p * p * p * sixth, q * q * q * sixth
            u1, v1 = flat - p * p + three * u3, flat - q * q + three * v3
            u2, v2 = one - u0 - u1 - u3, one - v0 - v1 - v3
            i0, i1, i2, i3 = (i - 1) & top, i & top, (i + 1) & top, (i + 2) & top
            r0, r1, r2, r3 = lattice[(j - 1) & top], lattice[j & top], lattice[(j + 1) & top], lattice[(j + 2) & top]
            total = v0 * (u0 * r0[i0] + u1 * r0[i1] + u2 * r0[i2] + u3 * r0[i3])
            total += v1 * (u0 * r1[i0] + u1 * r1[i1] + u2 * r1[i2] + u3 * r1[i3])
            total += v2 * (u0 * r2[i0] + u1 * r2[i1] + u2 * r2[i2] + u3 * r2[i3])
            total += v3 * (u0 * r3[i0] + u1 * r3[i1] + u2 * r3[i2] + u3 * r3[i3])
            out[n] += sd * total


def _sample(x, y, nodes, edge, inverse, half, out):  # type: ignore[no-untyped-def]
    """Fill ``out`` (k, n) from spline nodes (k, size, size); rows run along y."""
    count, size = nodes.shape[0], nodes.shape[1]
    sixth, one = np.float32(1.0 / 6.0), np.float32(1.0)
    flat, three = np.float32(2.0 / 3.0), np.float32(3.0)
    for n in range(x.size):
        a, b = x[n] * inverse + half, y[n] * inverse + half
        i, j = int(np.floor(a)), int(np.floor(b))
        if i < 1 or j < 1 or i > size - 3 or j > size - 3:
            for k in range(count):
                out[k, n] = edge[k]
            continue
        p, q = a - np.float32(i), b - np.float32(j)
        a, b = one - p, one - q
        u0, v0 = a * a * a * sixth, b * b * b * sixth
        u3, v3 = p * p * p * sixth, q * q * q * sixth
        u1, v1 = flat - p * p + three * u3, flat - q * q + three * v3
        u2, v2 = one - u0 - u1 - u3, one - v0 - v1 - v3
        for k in range(count):
            r0, r1, r2, r3 = nodes[k, j - 1], nodes[k, j], nodes[k, j + 1], nodes[k, j + 2]
            total = v0 * (u0 * r0[i - 1] + u1 * r0[i] + u2 * r0[i + 1] + u3 * r0[i + 2])
            total += v1 * (u0 * r1[i - 1] + u1 * r1[i] + u2 * r1[i + 1] + u3 * r1[i + 2])
            total += v2 * (u0 * r2[i - 1] + u1 * r2[i] + u2 * r2[i + 1] + u3 * r2[i + 2])
            total += v3 * (u0 * r3[i - 1] + u1 * r3[i] + u2 * r3[i + 1] + u3 * r3[i + 2])
            out[k, n] = total
