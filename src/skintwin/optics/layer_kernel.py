"""Compiled form of the doubling of :mod:`skintwin.optics.doubling`: whole batches of layers, block by block.

With S = R + T and D = T - R the two halves of a layer combine without mixing the modes,

    S' = R + T (1 - R)^-1 T,    D' = T (1 + R)^-1 T - R,

each one symmetric elimination; R' = (S' - D')/2, T' = (S' + D')/2. The start takes its even and odd modes from one
quotient, f(xy) = (15 + xy)/(15 + 6 xy), because f(yx) is its transpose.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.optics.lanes import LANES, compiled, load, multiply, multiply_symmetric, sandwich, solve, store

Array = NDArray[np.float64]


@compiled
def layers(
    even: Array, odd: Array, depth: Array, products: Array, inverse_mu: Array, limit: float
) -> tuple[Array, Array]:
    """R and T (P, N, N) of P homogeneous layers.

    even, odd: (P, K) weights of the Legendre terms in A - B and in A + B, zero where the term belongs to the other;
    depth: (P,) optical thickness; products: (K, N, N) P_k(mu_i) P_k(mu_j) in the flux basis; inverse_mu: (N,);
    limit: largest optical thickness of the starting layer.
    """
    count, n, lanes = depth.size, inverse_mu.size, min(LANES, depth.size)
    reflect, transmit = np.empty((count, n, n)), np.empty((count, n, n))
    r, t, a, w, s, d = [np.empty((n, n, lanes)) for _ in range(6)]
    half = np.empty(lanes)
    for first in range(0, count, lanes):
        deepest = 0.0
        for v in range(lanes):
            half[v] = depth[min(first + v, count - 1)]
            deepest = max(deepest, half[v])
        doublings = 0
        while deepest > limit * 2.0**doublings:
            doublings += 1
        half /= 2.0 ** (doublings + 1)
        _generator(odd, first, half, products, inverse_mu, a)
        _generator(even, first, half, products, inverse_mu, w)
        _start(a, w, r, t, s, d)
        for _ in range(doublings):
            _double(r, t, a, w, s, d)
        store(r, reflect, first)
        store(t, transmit, first)
    return reflect, transmit


@compiled
def _generator(weights: Array, first: int, half: Array, products: Array, inverse_mu: Array, out: Array) -> None:
    """half (1/mu - sum of weighted products) for the layers of the block that starts at ``first``."""
    n, last, lanes = inverse_mu.size, weights.shape[0] - 1, out.shape[2]
    for i in range(n):
        for j in range(i + 1):
            for v in range(lanes):
                out[i, j, v] = inverse_mu[i] if i == j else 0.0
    for k in range(weights.shape[1]):
        if weights[min(first, last), k] != 0.0 or np.any(weights[first : first + lanes, k] != 0.0):
            for v in range(lanes):
                share = weights[min(first + v, last), k]
                for i in range(n):
                    for j in range(i + 1):
                        out[i, j, v] -= share * products[k, i, j]
    for i in range(n):
        for j in range(i + 1):
            for v in range(lanes):
                out[i, j, v] *= half[v]
                out[j, i, v] = out[i, j, v]


@compiled
def _start(x: Array, y: Array, r: Array, t: Array, s: Array, d: Array) -> None:
    """R and T of the starting layer from x = h (A + B) and y = h (A - B); the other blocks are scratch."""
    n, lanes = x.shape[0], x.shape[2]
    multiply(x, y, s)
    for i in range(n):
        for j in range(n):
            unit = 15.0 if i == j else 0.0
            for v in range(lanes):
                d[i, j, v] = unit + s[i, j, v]
                s[i, j, v] = unit + 6.0 * s[i, j, v]
    solve(s, d)
    for i in range(n):
        for j in range(n):
            for v in range(lanes):
                r[i, j, v] = d[j, i, v]
    multiply_symmetric(y, d, s)
    multiply_symmetric(x, r, t)
    _unit(d)
    _unit(r)
    for i in range(n):
        for v in range(lanes):
            s[i, i, v] += 1.0
            t[i, i, v] += 1.0
    sandwich(s, d, x)
    sandwich(t, r, y)
    for i in range(n):
        for j in range(i + 1):
            unit = 1.0 if i == j else 0.0
            for v in range(lanes):
                total, difference = 2.0 * x[i, j, v] - unit, 2.0 * y[i, j, v] - unit
                r[i, j, v] = r[j, i, v] = 0.5 * (total - difference)
                t[i, j, v] = t[j, i, v] = 0.5 * (total + difference)


@compiled
def _unit(block: Array) -> None:
    block[:, :, :] = 0.0
    for i in range(block.shape[0]):
        block[i, i, :] = 1.0


@compiled
def _double(r: Array, t: Array, a: Array, w: Array, s: Array, d: Array) -> None:
    """R and T of a layer of twice the thickness; the other blocks are scratch."""
    n, lanes = r.shape[0], r.shape[2]
    for sign, out in ((-1.0, s), (1.0, d)):
        for i in range(n):
            for j in range(n):
                unit = 1.0 if i == j else 0.0
                for v in range(lanes):
                    a[i, j, v] = unit + sign * r[i, j, v]
                    w[i, j, v] = t[i, j, v]
        sandwich(a, w, out)
    for i in range(n):
        for j in range(i + 1):
            for v in range(lanes):
                r[i, j, v] += 0.5 * (s[i, j, v] - d[i, j, v])
                t[i, j, v] = 0.5 * (s[i, j, v] + d[i, j, v])
                r[j, i, v] = r[i, j, v]
                t[j, i, v] = t[i, j, v]


@compiled
def cover(reflect: Array, transmit: Array, below: Array) -> Array:
    """(P, N, N) reflection of symmetric layers lying on something that reflects as ``below``, all (P, N, N)."""
    result = np.empty_like(reflect)
    n, lanes = reflect.shape[1], min(LANES, reflect.shape[0])
    r, t, b, a, x = [np.empty((n, n, lanes)) for _ in range(5)]
    for first in range(0, reflect.shape[0], lanes):
        load(reflect, first, r)
        load(transmit, first, t)
        load(transmit, first, x)
        load(below, first, b)
        multiply(r, b, a)
        for i in range(n):
            for j in range(n):
                unit = 1.0 if i == j else 0.0
                for v in range(lanes):
                    a[i, j, v] = unit - a[i, j, v]
        solve(a, x)
        multiply(b, x, a)
        multiply_symmetric(t, a, x)
        for i in range(n):
            for j in range(n):
                for v in range(lanes):
                    r[i, j, v] += x[i, j, v]
        store(r, result, first)
    return result
