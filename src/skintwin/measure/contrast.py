"""Pigment of the lesion against the skin around it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.measure.observation import Observation
from skintwin.measure.sampling import is_above_zero, region_median

Mask = NDArray[np.bool_]


def pigment_observations(
    values: NDArray[np.floating], sd: NDArray[np.floating], lesion: Mask, skin: Mask, name: str, unit: str,
    shift: tuple[float, float] = (0.0, 0.0),
) -> list[Observation]:  # fmt: skip
    """Lesion level, skin level, their difference (in ``unit``) and their ratio (1) for a pigment map.

    values, sd: (h, w) map and its standard deviation within one picture; pixels that could not be inverted
    as nan. lesion, skin: (h, w) bool.
    The error of a level adds the sectors' error and the median of ``sd`` in squares: shading and the model do
    not average out over a region. shift: one standard deviation of an error that moves the levels of lesion and skin
    together. What both regions share (scattering, camera) is not included. The ratio is not known
    where the skin's level cannot be told from 0.
    """
    finite = np.isfinite(values)
    (inside,), (inside_error,) = region_median(values[..., None], lesion & finite)
    (around,), (around_error,) = region_median(values[..., None], skin & finite)
    method = "median of the map over the region"
    inside_error = np.hypot(inside_error, np.nanmedian(sd[lesion]))
    around_error = np.hypot(around_error, np.nanmedian(sd[skin]))
    error = float(np.hypot(np.hypot(inside_error, around_error), shift[0] - shift[1]))
    ratio, spread = None, None
    if is_above_zero(float(around), float(around_error)):
        ratio = float(inside / around)
        spread = float(np.hypot(np.hypot(inside_error, ratio * around_error), shift[0] - ratio * shift[1]) / around)
    inside_error, around_error = np.hypot([inside_error, around_error], shift)
    return [
        Observation(f"lesion_{name}", float(inside), unit, method, float(inside_error)),
        Observation(f"skin_{name}", float(around), unit, method, float(around_error)),
        Observation(f"{name}_difference", float(inside - around), unit, "lesion minus skin around it", error),
        Observation(f"{name}_ratio", ratio, "1", "lesion over skin around it", spread,
                    "" if ratio is not None else "the level of the skin cannot be told from 0"),
    ]  # fmt: skip
