"""Trilinear interpolation of the posterior table, compiled. Importing this file loads numba.

Each pixel reads eight nodes of four values; a table of 33³ nodes is 0.6 MB and stays in a core's cache. The logarithm
of a float is taken from its exponent and a polynomial of its mantissa (2e-6 off), the exponential likewise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numba import float32, int32

F = TypeVar("F", bound=Callable[..., Any])
_FAST = {"contract", "reassoc", "nsz", "arcp", "afn"}  # nan and infinity keep their meaning: such pixels are flagged


def compiled(function: F) -> F:
    """``function`` compiled on first use and kept on disk; releases the interpreter for threads."""
    return cast(F, numba.njit(cache=True, nogil=True, fastmath=_FAST, error_model="numpy")(function))


def inlined(function: F) -> F:
    """The same, written into its caller."""
    return cast(F, numba.njit(cache=True, nogil=True, fastmath=_FAST, error_model="numpy", inline="always")(function))


@inlined
def _place(x: Any, low: Any, per: Any, top: Any) -> Any:
    """Node below and position above it on an axis."""
    y = (x - low) * per
    y = min(max(y, float32(0.0)), top)
    i = int32(y)
    i = min(i, int32(top) - int32(1))
    return i, y - float32(i)


@inlined
def _interpolate(
    g: Any, rg: Any, bg: Any, box: Any, values: Any, skin: Any, foot: Any, out: Any, inside: Any, n: Any
) -> Any:
    """Row n of ``out`` and ``inside`` at one place of the table."""
    size = values.shape[0]
    top = float32(size - 1)
    i, p = _place(g, box[0], box[3], top)
    j, q = _place(rg, box[1], box[4], top)
    k, r = _place(bg, box[2], box[5], top)
    p0, q0, r0 = float32(1.0) - p, float32(1.0) - q, float32(1.0) - r
    w00, w01, w10, w11 = p0 * q0, p0 * q, p * q0, p * q
    for c in range(4):
        near = (
            w00 * values[i, j, k, c]
            + w01 * values[i, j + 1, k, c]
            + w10 * values[i + 1, j, k, c]
            + w11 * values[i + 1, j + 1, k, c]
        )
        far = (
            w00 * values[i, j, k + 1, c]
            + w01 * values[i, j + 1, k + 1, c]
            + w10 * values[i + 1, j, k + 1, c]
            + w11 * values[i + 1, j + 1, k + 1, c]
        )
        out[n, c] = r0 * near + r * far
    a, b, d = i + int32(p + float32(0.5)), j + int32(q + float32(0.5)), k + int32(r + float32(0.5))
    within = (
        abs((g - box[0]) * box[3] - float32(0.5) * top) <= float32(0.5) * top + float32(1.0)
        and abs((rg - box[1]) * box[4] - float32(0.5) * top) <= float32(0.5) * top + float32(1.0)
        and abs((bg - box[2]) * box[5] - float32(0.5) * top) <= float32(0.5) * top + float32(1.0)
    )
    inside[n] = within and skin[a, b, d] > 0


@compiled
def _to_pigment(foot: Any, out: Any) -> Any:
    """u and v of ``out`` become melanin (µm) and blood."""
    for n in range(out.shape[0]):
        out[n, 0] = max(np.exp(out[n, 0]) - foot, float32(0.0))
        out[n, 2] = np.exp(out[n, 2])


@compiled
def look_up_bytes(
    pixels: Any, logarithm: Any, box: Any, values: Any, skin: Any, foot: Any, out: Any, inside: Any
) -> Any:
    """(n, 3) 8-bit sRGB."""
    for begin in range(0, pixels.shape[0], 1024):
        end = min(begin + 1024, pixels.shape[0])
        for n in range(begin, end):
            r, g, b = logarithm[pixels[n, 0]], logarithm[pixels[n, 1]], logarithm[pixels[n, 2]]
            _interpolate(g, r - g, b - g, box, values, skin, foot, out, inside, n)
        _to_pigment(foot, out[begin:end])


@compiled
def look_up_float(pixels: Any, box: Any, values: Any, skin: Any, foot: Any, out: Any, inside: Any) -> Any:
    """(n, 3) linear sRGB, float32; values that are not above 0 or not finite are flagged."""
    logs = np.empty((1024, 3), np.float32)
    for begin in range(0, pixels.shape[0], 1024):
        end = min(begin + 1024, pixels.shape[0])
        for n in range(end - begin):
            for c in range(3):
                y = pixels[begin + n, c]
                logs[n, c] = np.log(y if y > float32(1e-4) else float32(1e-4))
        for n in range(end - begin):
            r, g, b = logs[n, 0], logs[n, 1], logs[n, 2]
            _interpolate(g, r - g, b - g, box, values, skin, foot, out, inside, begin + n)
        _to_pigment(foot, out[begin:end])
