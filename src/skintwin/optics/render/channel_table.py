"""Channels of a camera for every pixel of a patch: bilinear in ln(channel), compiled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skintwin.optics.dermal_tint import COLUMNS, DERMAL
from skintwin.optics.pigment_table import MELANIN_FOOT_UM

Array = NDArray[np.float64]
Real = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class ChannelTable:
    """u (A,), v (B,): evenly spaced axes ln(column + foot), ln(blood); values (A, B, C): ln of the channels;
    tint (5, 5, C): ln of what dermal melanin multiplies them with, over ``COLUMNS`` and ``DERMAL``."""

    u: Array
    v: Array
    values: Real
    tint: Real

    def __call__(self, melanin: Array, blood: Array, dermal: Array | None = None, *, power: float = 1.0) -> Real:
        """(h, w, C) channels to the ``power`` at maps (h, w) of melanin (µm), blood (share) and dermal melanin (µm)."""
        found = np.empty((melanin.size, self.values.shape[-1]), np.float32)
        deep = np.zeros(0, np.float32) if dermal is None else np.ravel(dermal).astype(np.float32)
        steps = self.u[1] - self.u[0], self.v[1] - self.v[0]
        axes = np.array([self.u[0], steps[0], self.v[0], steps[1], power, MELANIN_FOOT_UM], np.float32)
        _kernel()(
            np.ravel(melanin).astype(np.float32), np.ravel(blood).astype(np.float32), deep, self.values, self.tint,
            np.log1p(COLUMNS).astype(np.float32), np.log1p(DERMAL).astype(np.float32),
            axes, found,
        )  # fmt: skip
        return found.reshape(*melanin.shape, -1)


@cache
def _kernel() -> Callable[..., Any]:
    """The compiled loop over pixels; compiling is kept between processes."""
    from numba import njit

    return njit(cache=True, fastmath=True)(_look_up)


def _look_up(melanin, blood, deep, values, tint, columns, dermal, axes, out):  # type: ignore[no-untyped-def]
    """Fill ``out`` (n, C); ``deep`` is empty without dermal melanin. axes: u₀, du, v₀, dv, power, foot."""
    rows, lines, channels = values.shape
    one = np.float32(1.0)
    for n in range(melanin.size):
        x = (np.log(max(melanin[n], np.float32(0.0)) + axes[5]) - axes[0]) / axes[1]
        y = (np.log(max(blood[n], np.float32(1e-9))) - axes[2]) / axes[3]
        x, y = min(max(x, np.float32(0.0)), np.float32(rows - 1)), min(max(y, np.float32(0.0)), np.float32(lines - 1))
        i, j = min(int(x), rows - 2), min(int(y), lines - 2)
        p, q = x - np.float32(i), y - np.float32(j)
        k, m, r, s = 0, 0, np.float32(0.0), np.float32(0.0)
        if deep.size:
            a = min(np.log1p(max(melanin[n], np.float32(0.0))), columns[-1])
            d = min(np.log1p(max(deep[n], np.float32(0.0))), dermal[-1])
            while k < columns.size - 2 and a > columns[k + 1]:
                k += 1
            while m < dermal.size - 2 and d > dermal[m + 1]:
                m += 1
            r, s = (a - columns[k]) / (columns[k + 1] - columns[k]), (d - dermal[m]) / (dermal[m + 1] - dermal[m])
        for c in range(channels):
            low = values[i, j, c] * (one - q) + values[i, j + 1, c] * q
            high = values[i + 1, j, c] * (one - q) + values[i + 1, j + 1, c] * q
            total = low * (one - p) + high * p
            if deep.size:
                left = tint[k, m, c] * (one - s) + tint[k, m + 1, c] * s
                right = tint[k + 1, m, c] * (one - s) + tint[k + 1, m + 1, c] * s
                total += left * (one - r) + right * r
            out[n, c] = np.exp(axes[4] * total)
