"""The engine's system of a study: mechanisms, modes, prescriptions, grid."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from skintwin.engine.grid import Grid
from skintwin.engine.march import KEPT
from skintwin.engine.process import Mode, Process
from skintwin.engine.system import Course, System
from skintwin.mechanisms import mechanisms
from skintwin.study.config import Study


def make_system(study: Study, grid: Grid) -> System:
    """System of the study on ``grid``: of studies that differ in nothing that it depends on the same one."""
    modes = tuple((name, Mode(mode)) for name, mode in study.mechanisms.items())
    courses = tuple((name, tuple(points)) for name, points in study.prescribed.items())
    return _system(mechanisms(), grid, study.step, modes, courses, np.dtype(study.dtype))


@lru_cache(KEPT)
def alone(system: System) -> System:
    """The same on a single pixel."""
    grid = Grid(1, 1, system.grid.pixel)
    return System(system.processes, grid, system.dt, system.modes, system.prescriptions)


@lru_cache(KEPT)
def _system(
    processes: tuple[Process, ...], grid: Grid, step: float, modes: tuple[tuple[str, Mode], ...],
    courses: tuple[tuple[str, tuple[tuple[float, float], ...]], ...], dtype: np.dtype[Any],
) -> System:  # fmt: skip
    given = {
        name: Course(np.array([t for t, _ in points], float), np.array([v for _, v in points], dtype))
        for name, points in courses
    }
    return System(processes, grid, step, dict(modes), given)
