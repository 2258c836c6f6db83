"""The sun of a place as a smooth function of time: cubic pieces between the middles of the months.

The dose of a day is a noon index, linear between mid-months, times a smooth integral over the day (``skin.sun``). Each
piece passes through the dose at both its ends and at two points between, so the function is continuous and its corners
are those of the climatology.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import jax.numpy as jnp
import numpy as np

from skintwin.engine.flows import Array
from skintwin.skin.sun import DAYS_PER_YEAR, MID_MONTH
from skintwin.study.config import Patient
from skintwin.study.sun_course import sun_course

NODES = np.array([0.0, 0.25, 0.75, 1.0])
"""Where in a piece the cubic meets the dose."""


@dataclass(frozen=True)
class Season:
    """Erythemal dose per step at the site, J/m². ``starts`` (pieces,) days of the year; ``coefficients`` (pieces, 4) of
    1, x, x², x³, x in days since the start of the piece; ``origin``: day of the year at time 0."""

    starts: np.ndarray
    coefficients: np.ndarray
    origin: float

    def at(self, time: Array) -> Array:
        """Dose at ``time`` days since the start of the study, in the shape of ``time``; never below zero."""
        day = jnp.mod(jnp.asarray(time) + self.origin, DAYS_PER_YEAR)
        piece = jnp.searchsorted(jnp.asarray(self.starts), day, side="right") - 1
        c, x = jnp.asarray(self.coefficients)[piece], day - jnp.asarray(self.starts)[piece]
        return jnp.maximum(((c[..., 3] * x + c[..., 2]) * x + c[..., 1]) * x + c[..., 0], 0.0)


def season(patient: Patient, draws: Mapping[str, np.ndarray], start: dt.date, step: float) -> Season:
    """Season of the first draw, in doses per step of ``step`` days."""
    edges = np.concatenate([[0.0], MID_MONTH, [DAYS_PER_YEAR]])
    first = {key: value[:1] for key, value in draws.items()}
    january = dt.date(start.year, 1, 1)

    def dose(day: float) -> float:
        """Per step, as a study has it for a step whose middle is at ``day`` of the year."""
        return float(sun_course(patient, first, january, day - 0.5 * step, 1, step)[0, 0])

    rows = []
    for begin, end in pairwise(edges):
        x = (end - begin) * NODES
        rows.append(np.linalg.solve(np.vander(x, 4, increasing=True), [dose(begin + offset) for offset in x]))
    return Season(edges[:-1], np.array(rows), float(start.timetuple().tm_yday - 1))
