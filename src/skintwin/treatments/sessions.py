"""What treatments given in sessions share: start, interval, number, and the zone that they cover."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from skintwin.quantities import Days
from skintwin.treatments.base import Occasion, Treatment, session_days


class Sessions(Treatment):
    """``sessions`` of them, ``every`` so many days from ``start``."""

    parameters: ClassVar[tuple[str, ...]] = ()

    start: Days = Field(default=0.0, ge=0)
    """Day of the first session; or a rule."""
    every: Days = Field(default=28.0, gt=0)
    """Time from one session to the next."""
    sessions: int = Field(default=1, ge=1, le=500)
    """Number of sessions."""

    def impulses(self, at: Occasion, amount: float = 1.0) -> np.ndarray:
        """``amount`` in the step in which each session begins, (n, steps)."""
        days = session_days(self.start, self.every, self.sessions, at.steps * at.dt, self.name)
        course = np.zeros(at.steps)
        np.add.at(course, np.minimum(np.round(days / at.dt).astype(int), at.steps - 1), amount)
        return np.broadcast_to(course, (at.n, at.steps))

    def describe(self) -> str:
        """Schedule."""
        return f"{self.sessions} session(s) every {self.every:g} days from day {self.start:g}"


def zone(at: Occasion) -> np.ndarray:
    """The treated area as a map, (1, ny, nx)."""
    return at.target[None].astype(float)
