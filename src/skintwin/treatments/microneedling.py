"""Microneedling alone: opens the barrier for an hour or two and injures. The control for what is put on needled skin.

``occluded``: the skin is covered until the next day, which keeps the channels open for days.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from skintwin.evidence import ledger
from skintwin.treatments.base import WHERE, Contribution, Occasion
from skintwin.treatments.harms import NEEDLING
from skintwin.treatments.sessions import Sessions, zone

NEEDLED: dict[str, dict[str, object]] = {"microneedled area": {"where": WHERE}}
"""What every line that needles shares."""


class Microneedling(Sessions):
    """Roller or pen over the lesion, nothing put on."""

    name = "microneedling"
    title = "Microneedling alone"
    engages = ("delivery",)
    harms = NEEDLING

    occluded: bool = False
    """True if the needled skin is covered until the next day, which keeps its channels open."""

    def shares(self) -> dict[str, dict[str, object]]:
        """The needled area."""
        return NEEDLED

    def contribute(self, at: Occasion) -> Contribution:
        """Sessions."""
        return needled(self, at)

    def describe(self) -> str:
        """Adds the cover."""
        return f"{super().describe()}{', covered' if self.occluded else ''}"


class Needled(Protocol):
    """What is known of a line that needles."""

    @property
    def occluded(self) -> bool:
        """Whether the needled skin is covered."""

    def impulses(self, at: Occasion) -> np.ndarray:
        """Sessions, (n, steps)."""


def needled(line: Needled, at: Occasion) -> Contribution:
    """Needling sessions of a line, where they are, and the cover that follows them."""
    sessions = line.impulses(at)
    inputs = {"microneedling": sessions}
    if line.occluded:
        whole = ledger().value("delivery.cover_time", "day") / at.dt
        kernel = np.clip(whole - np.arange(int(np.ceil(whole))), 0.0, 1.0)
        course = np.minimum(np.convolve(sessions[0], kernel)[: at.steps], 1.0)
        inputs["occlusion"] = np.broadcast_to(course, sessions.shape)
    return Contribution(inputs, {"needling_zone": zone(at)})
