"""A typed length: two points, and the millimetres between them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from skintwin.errors import PhotographError
from skintwin.photo.scale import Scale

_POINT_SD = 1.0  # pixels, of a point set by hand


def scale_from_length(start: ArrayLike, end: ArrayLike, length_mm: float, length_sd_mm: float = 0.5) -> Scale:
    """Scale from two points, x, y in pixels, that lie ``length_mm`` apart in the plane of the skin.

    length_sd_mm: standard deviation of the typed length; 0.5 mm is a ruler read to its nearest tick.
    Raises PhotographError unless the length is positive and the points are at least ten pixels apart.
    """
    pixels = float(np.hypot(*(np.asarray(end, dtype=np.float64) - np.asarray(start, dtype=np.float64))))
    if not (np.isfinite(length_mm) and length_mm > 0):
        raise PhotographError(f"the length is {length_mm}", where="scale", expected="a positive number of mm")
    if not pixels >= 10:
        raise PhotographError(
            f"the two points are {pixels:.1f} pixels apart", where="scale", expected="ten pixels or more",
            do="take a longer length",
        )
    relative = np.hypot(np.sqrt(2) * _POINT_SD / pixels, length_sd_mm / length_mm)
    return Scale(float(length_mm) / pixels, "length", float(relative))
