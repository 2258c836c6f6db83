"""The engine's system of a study: mechanisms, modes, prescriptions, grid."""

from __future__ import annotations

import numpy as np

from skintwin.engine.grid import Grid
from skintwin.engine.process import Mode
from skintwin.engine.system import Course, System
from skintwin.mechanisms import mechanisms
from skintwin.study.config import Study


def make_system(study: Study, grid: Grid) -> System:
    """System of the study on ``grid``."""
    courses = {
        name: Course(np.array([t for t, _ in points], float), np.array([v for _, v in points], study.dtype))
        for name, points in study.prescribed.items()
    }
    modes = {name: Mode(mode) for name, mode in study.mechanisms.items()}
    return System(mechanisms(), grid, study.step, modes, courses)
