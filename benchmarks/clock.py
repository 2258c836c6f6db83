"""Timing on a machine that may be shared: repeats, minimum and median, pairs interleaved."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Seconds of each repeat; ``cpu`` is processor time summed over threads."""

    wall: tuple[float, ...]
    cpu: tuple[float, ...]

    @property
    def best(self) -> float:
        """Shortest wall time, s: the least disturbed by other programs."""
        return min(self.wall)

    @property
    def median(self) -> float:
        """Median wall time, s."""
        return statistics.median(self.wall)


def interleaved(jobs: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, Timing]:
    """Time every job ``repeats`` times, taking turns, so that a disturbance hits all alike.

    Each job must wait for its own result. It is called once beforehand, untimed.
    """
    for job in jobs.values():
        job()
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in jobs}
    for _ in range(repeats):
        for name, job in jobs.items():
            cpu, wall = time.process_time(), time.perf_counter()
            job()
            seen[name].append((time.perf_counter() - wall, time.process_time() - cpu))
    return {name: Timing(*zip(*pairs, strict=True)) for name, pairs in seen.items()}


def repeated(job: Callable[[], object], repeats: int) -> Timing:
    """One job alone."""
    return interleaved({"job": job}, repeats)["job"]
