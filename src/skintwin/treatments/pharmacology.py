"""The level of a medicine at its place of effect, from the calendar on which it is used.

    l̇ = (r − l)/τ₁ while it is used,   l̇ = −l/τ₂ afterwards

r is the regimen relative to that of the trials (1 = as there), τ₁ the time to steady state and τ₂ the washout. The
equation does not depend on the skin, so the course is found before the run, exactly at each step.
"""

from __future__ import annotations

import numpy as np


def level_course(
    start: float, until: float, regimen: np.ndarray | float, onset: np.ndarray, washout: np.ndarray,
    steps: int, dt: float,
) -> np.ndarray:  # fmt: skip
    """Mean level over each step, (n, steps).

    start, until: days of use. regimen: (n,) or number. onset, washout: (n,) days, > 0. dt: days.
    """
    onset, washout = np.atleast_1d(onset)[:, None], np.atleast_1d(washout)[:, None]
    edges = np.arange(steps + 1) * dt
    used = np.clip(edges, start, until) - start
    after = np.clip(edges - until, 0.0, None)
    # Integrals of 1 − exp(−t/τ₁) up to each edge, and of the decay that follows.
    rising = used - onset * -np.expm1(-used / onset)
    top = -np.expm1(-(until - start) / onset)
    falling = top * washout * -np.expm1(-after / washout)
    level = np.diff(rising + falling, axis=1) / dt
    return np.asarray(np.reshape(regimen, (-1, 1)) * level)
