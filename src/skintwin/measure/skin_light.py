"""What light skin sends back on this project's optics: by melanin, and by what more blood or melanin does to it."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_COLUMNS: Final = 256
_STEP: Final = 2  # columns to each side of a slope


@cache
def skin_lights() -> tuple[Array, Array]:
    """(n,) melanin columns (µm) and (n, 3) linear sRGB of skin with them and the usual blood."""
    from skintwin.measure.site_colours import site_table, usual_blood

    table = site_table(None)
    columns = np.linspace(0.0, table.melanin_max_um, _COLUMNS)
    lights = np.asarray(table.linear_srgb(columns, np.full(columns.shape, usual_blood(table))))
    for each in (columns, lights):
        each.setflags(write=False)
    return columns, lights


def light_of(column: float) -> Array:
    """(3,) linear sRGB of skin with a melanin column (µm) and the usual blood."""
    columns, lights = skin_lights()
    return np.array([np.interp(column, columns, lights[:, k]) for k in range(3)])


def column_of(green: float) -> float:
    """Melanin column (µm) of skin of this linear green and the usual blood."""
    columns, lights = skin_lights()
    return float(np.interp(-green, -lights[:, 1], columns))


@cache
def blood_direction() -> Array:
    """(3,) β: change of ln(linear sRGB) with ln(blood share), skin without melanin, about the usual share."""
    from skintwin.measure.site_colours import site_table, usual_blood

    table = site_table(None)
    usual, factor = usual_blood(table), np.sqrt(2.0)
    more, less = (np.log(table.linear_srgb(0.0, share)) for share in (usual * factor, usual / factor))
    made = np.asarray((more - less) / np.log(2.0)).reshape(3)
    made.setflags(write=False)
    return made


def melanin_direction(green: float) -> Array:
    """(3,) change of ln(linear sRGB) with ln(melanin column), skin of this linear green and the usual blood; at the
    brightest or darkest skin there is where it is brighter or darker."""
    columns, lights = skin_lights()
    at = int(np.searchsorted(-np.log(lights[:, 1]), -np.log(max(green, 1e-6))))
    k = int(np.clip(at, _STEP + 1, len(columns) - 1 - _STEP))
    low, high = k - _STEP, k + _STEP
    return np.asarray(np.log(lights[high] / lights[low]) / np.log(columns[high] / columns[low]))
