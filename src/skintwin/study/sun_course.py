"""The sun that reaches the patient's site, step by step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np

from skintwin.skin.sun import clear_sky_dose
from skintwin.study.config import Patient
from skintwin.study.keys import site_exposure


def sun_course(
    patient: Patient, draws: Mapping[str, np.ndarray], start: dt.date, first_day: float, steps: int, dt_days: float
) -> np.ndarray:
    """Erythemal dose of each step at the site, J/m², (n, steps); the first step begins ``first_day`` after start.

    Evenly over the day: the step may be shorter or longer than a day, and damage integrates over days anyway.
    """
    origin = start.timetuple().tm_yday - 1
    middle = origin + first_day + (np.arange(steps) + 0.5) * dt_days
    ambient = clear_sky_dose(patient.latitude, middle)
    share = draws["sunlight.cloud_transmission"] * draws["sunlight.ambient_share"] * site_exposure(patient)
    return np.asarray(share[:, None] * ambient[None, :] * dt_days)
