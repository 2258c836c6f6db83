"""Skin that inflammation made visibly darker: post-inflammatory pigment as the model makes it.

    f = (q/q₀)^a                    darker where f > v(m/f)

q is the drive of melanin production relative to the same skin without aftermath (``paracrine``), a its exponent
(``melanogenesis``), q₀ the same without the plan: in an arm that gets nothing, or vehicle or sham, which is bit for bit
the same, at the same visit. A study without such an arm cannot tell it from what the sun does, and it is not known.
m is the melanin column, so m/f is what the pixel would hold had the plan not inflamed it: melanin follows its
production within weeks, the aftermath comes and goes over months. v is the rise that differs from m/f by
``study.visible_darkening`` in CIEDE2000. What light, or a product's factors, add to pigment is no part of f, and a
lesion without melanocytes has nothing that could darken. Pigment in the dermis is not counted.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from skintwin.evidence import ledger
from skintwin.study.config import Arm, Study
from skintwin.study.design import Design
from skintwin.study.ensemble import Ensemble
from skintwin.study.patch import Patch
from skintwin.treatments.vehicle import Vehicle

LEVELS = 48
"""Melanin columns at which the smallest visible rise is found; between them it is interpolated."""
RISES = np.linspace(1.0, 3.0, 401)[1:]
"""Rises that are tried; where none of them is visible, none is."""


def reference_arm(study: Study) -> str | None:
    """Name of the first arm that is bit for bit no treatment; None where every arm gives something."""
    return next((arm.name for arm in study.arms if all(isinstance(x.treatment, Vehicle) for x in arm.plan)), None)


def darker_area(ensemble: Ensemble, arm: Arm, study: Study, patch: Patch, design: Design) -> np.ndarray:
    """Area (mm², n × visits) in and around the lesion that the plan's inflammation made visibly darker.

    nan where the study has no ``reference_arm``: what the sun does is not told from what the plan does.
    """
    maps, without = ensemble.arms[arm.name].maps, reference_arm(study)
    if without is None:
        return np.full((design.n, maps.visits), np.nan)
    plain = ensemble.arms[without].maps
    power = design.draws["melanogenesis.drive_exponent"][:, None, None]
    visible, field = visible_rise(patch), patch.target | patch.skin
    areas = []
    for visit in range(maps.visits):
        now, usual = maps.at(visit), plain.at(visit)["aftermath"]
        rise = (now["aftermath"].astype(np.float64) / usual) ** power
        darker = rise > visible(now["melanin"] / rise)
        areas.append(darker[:, field].sum(axis=1) * patch.grid.pixel_area)
    return np.stack(areas, axis=1)


def visible_rise(patch: Patch) -> Callable[[np.ndarray], np.ndarray]:
    """Function of a melanin column (µm, any shape): factor by which it must rise to be seen, inf where it never is."""
    from skintwin.optics.colour import delta_e_2000, linear_srgb_to_lab

    def lab(melanin: np.ndarray) -> np.ndarray:
        return np.asarray(linear_srgb_to_lab(patch.table.linear_srgb(melanin, patch.reference_blood)))

    smallest = ledger().value("study.visible_darkening", "1")
    columns = np.geomspace(1e-3, 1.0, LEVELS) * patch.table.melanin_max_um
    difference = delta_e_2000(lab(columns[:, None] * RISES), lab(columns)[:, None])
    seen = difference >= smallest
    known = seen.any(axis=1)
    levels, rises = columns[known], RISES[np.argmax(seen, axis=1)][known]

    def rise(melanin: np.ndarray) -> np.ndarray:
        found = np.interp(np.log(np.maximum(melanin, columns[0])), np.log(levels), rises)
        return np.where((melanin < levels[0]) | (melanin > levels[-1]), np.inf, found)

    return rise
