"""A depigmenting front in three fields, written once as equations and given to two programs.

    Ȧ = D_A ∇²A + r A (1 − A/K) − κ T A/(A + A_½)          pigment cells: motility, growth, killed in contact
    Ṫ = ρ I²/(1 + I²) − T/τ                                T cells, recruited by the signal
    İ = D_I ∇²I − λ I + λ i T A/(A + A_½)                   fast signal, made where T meets A; λ = D_I/ℓ²

No flux at the edges. Every number is a median of the ledger except D_I: 100 µm²/s, the value a published
agent-based model uses for interferon-γ (extract DEL-032); with the ledger's reach ℓ it fixes the clearance λ.
skintwin takes the signal at its quasi-steady state, İ = 0; the others integrate it, so that approximation is
part of skintwin's error here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from skintwin.evidence import ledger

SIGNAL_DIFFUSIVITY = 100.0 * 86400.0 / 1e6
"""mm²/day."""
START_T_CELLS = 60.0
"""cells/mm² at the edge where the front starts; an initial state, forgotten within days."""


@dataclass(frozen=True)
class Front:
    """The case: ``size`` × ``size`` pixels of ``pixel`` mm, marched for ``days``."""

    size: int = 64
    pixel: float = 0.2
    days: float = 10.0

    def numbers(self) -> dict[str, float]:
        """Parameters by the letters of the equations, in mm, days and cells/mm²."""
        book = ledger()
        reach = book.value("autoimmunity.reach", "mm")
        return {
            "DA": book.value("melanocytes.motility", "mm^2/day"),
            "r": book.value("melanocytes.growth_rate", "1/day"),
            "K": book.value("site.back_melanocytes", "cells/mm^2"),
            "kappa": book.value("autoimmunity.kill_rate", "1/day"),
            "half": book.value("autoimmunity.half_target", "cells/mm^2"),
            "rho": book.value("autoimmunity.recruitment", "cells/mm^2/day"),
            "i": book.value("autoimmunity.signal_per_cell", "mm^2/cells"),
            "tau": book.value("autoimmunity.effector_time", "day"),
            "reach": reach,
            "DI": SIGNAL_DIFFUSIVITY,
            "lam": SIGNAL_DIFFUSIVITY / reach**2,
        }

    def start(self) -> np.ndarray:
        """(3, size, size): A full, T along one bent edge, I none."""
        y, x = (np.mgrid[: self.size, : self.size] + 0.5) * self.pixel
        edge = 2.0 + 0.5 * np.sin(2 * np.pi * y / (self.size * self.pixel))
        t = START_T_CELLS / (1.0 + np.exp((x - edge) / 0.3))
        return np.stack([np.full_like(t, self.numbers()["K"]), t, np.zeros_like(t)])

    def explicit_limit(self) -> float:
        """Longest stable explicit Euler step, days: 2 over the largest eigenvalue 8 D/h² + λ."""
        p = self.numbers()
        return 2.0 / (8.0 * p["DI"] / self.pixel**2 + p["lam"])


def error(a: np.ndarray, reference: np.ndarray, capacity: float) -> float:
    """Root mean square difference of the A fields over the capacity."""
    return float(np.sqrt(np.mean((a - reference) ** 2)) / capacity)


def front_shift(a: np.ndarray, reference: np.ndarray, capacity: float, pixel: float) -> float:
    """Difference of the mean front position, mm: the width that has been cleared, Σ(1 − A/K) h, row by row."""
    cleared = [(1.0 - f / capacity).sum(axis=1).mean() * pixel for f in (a, reference)]
    return float(cleared[0] - cleared[1])


def reference(front: Front, safety: float = 0.9) -> np.ndarray:
    """(3, n, n): method of lines, classical Runge–Kutta of fourth order, float64, at ``safety`` × Euler's limit."""
    import numba

    steps = int(np.ceil(front.days / (safety * front.explicit_limit())))
    march = numba.njit(fastmath=True)(_runge_kutta)
    p = front.numbers()
    keys = ("DA", "r", "K", "kappa", "half", "rho", "i", "tau", "DI", "lam")
    right = numba.njit(fastmath=True)(_right_side)
    return march(right, front.start(), np.array([p[k] for k in keys]), front.pixel, front.days / steps, steps)


def _runge_kutta(right: Any, u: Any, p: Any, h: float, dt: float, steps: int) -> Any:
    k1, k2, k3, k4 = np.empty_like(u), np.empty_like(u), np.empty_like(u), np.empty_like(u)
    for _ in range(steps):
        right(u, p, h, k1)
        right(u + 0.5 * dt * k1, p, h, k2)
        right(u + 0.5 * dt * k2, p, h, k3)
        right(u + dt * k3, p, h, k4)
        u = u + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    return u


def _right_side(u: Any, p: Any, h: float, out: Any) -> None:
    da, r, k, kappa, half, rho, i, tau, di, lam = p
    ny, nx = u.shape[1:]
    for y in range(ny):
        up, down = max(y - 1, 0), min(y + 1, ny - 1)
        for x in range(nx):
            le, ri = max(x - 1, 0), min(x + 1, nx - 1)
            a, t, s = u[0, y, x], u[1, y, x], u[2, y, x]
            la = (u[0, up, x] + u[0, down, x] + u[0, y, le] + u[0, y, ri] - 4.0 * a) / h**2
            ls = (u[2, up, x] + u[2, down, x] + u[2, y, le] + u[2, y, ri] - 4.0 * s) / h**2
            met = t * a / (a + half)
            out[0, y, x] = da * la + r * a * (1.0 - a / k) - kappa * met
            out[1, y, x] = rho * s * s / (1.0 + s * s) - t / tau
            out[2, y, x] = di * ls - lam * s + lam * i * met
