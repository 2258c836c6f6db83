"""How even a lesion is: spread of its pigment and of its colour.

Spread is half the distance of the 16th and the 84th percentile, one standard deviation of a normal distribution;
noise of single pixels is averaged out first over a twentieth of the lesion's radius
(``measure.variation_smoothing``), so that it counts patches and not grain.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.measure.observation import Observation
from skintwin.measure.sampling import is_above_zero
from skintwin.optics.colour import delta_e_2000, linear_srgb_to_lab

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]



def smoothed(values: Array, region: Mask, sigma: float) -> Array:
    """Gaussian mean over the region only; values (h, w), nan outside and where ``values`` is nan."""
    from scipy import ndimage

    use = region & np.isfinite(values)
    weight = ndimage.gaussian_filter(use.astype(np.float64), sigma)
    total = ndimage.gaussian_filter(np.where(use, values, 0.0), sigma)
    return np.where(use, total / np.maximum(weight, 1e-9), np.nan)


def pigment_variation(
    values: Array, lesion: Mask, name: str, unit: str, *, level_sd: float = 0.0
) -> list[Observation]:  # fmt: skip
    """``<name>_variation`` (in ``unit``) and ``<name>_relative_variation`` (percent of the level) over a lesion.

    level_sd: standard deviation of the lesion's level, in ``unit``. The relative one is not known where the level
    cannot be told from 0 (``is_above_zero``).
    """
    picked = _grainless(values, lesion)
    if picked.size < 10:
        return []
    spread, level = _spread(picked), float(np.median(picked))
    error = spread / np.sqrt(2 * _independent(lesion))
    how = "half the distance of the 16th and the 84th percentile within the lesion, grain averaged out"
    relative = 100 * spread / level if is_above_zero(level, level_sd) else None
    return [
        Observation(f"{name}_variation", spread, unit, how, error),
        Observation(f"{name}_relative_variation", relative, "percent", f"{how}, over the median",
                    None if relative is None else 100 * error / level,
                    "" if relative is not None else "the level in the lesion cannot be told from 0"),
    ]  # fmt: skip


def colour_unevenness(linear: NDArray[np.floating], lesion: Mask) -> list[Observation]:
    """``colour_unevenness``: median CIEDE2000 of the lesion's places from its median colour (0: one colour)."""
    lab = np.asarray(linear_srgb_to_lab(linear), dtype=np.float64)
    planes = np.stack([_map(lab[..., k], lesion) for k in range(3)], axis=-1)[lesion]
    planes = planes[np.isfinite(planes).all(axis=-1)]
    if len(planes) < 10:
        return []
    apart = delta_e_2000(planes, np.broadcast_to(np.median(planes, axis=0), planes.shape))
    value = float(np.median(apart))
    return [Observation("colour_unevenness", value, "1",
                        "median CIEDE2000 between places of the lesion and its median colour, grain averaged out",
                        float(_spread(apart) / np.sqrt(_independent(lesion))))]  # fmt: skip


def _map(values: Array, lesion: Mask) -> Array:
    radius = float(np.sqrt(lesion.sum() / np.pi))
    return smoothed(values, lesion, max(0.5, ledger().value("measure.variation_smoothing", "1") * radius))


def _grainless(values: Array, lesion: Mask) -> Array:
    found = _map(values, lesion)
    return found[np.isfinite(found)]


def _spread(values: Array) -> float:
    low, high = np.quantile(values, [0.1587, 0.8413])
    return float((high - low) / 2)


def _independent(lesion: Mask) -> float:
    """Number of smoothing areas 4π σ² in the lesion: values closer than that are not independent."""
    share = ledger().value("measure.variation_smoothing", "1")
    sigma = max(0.5, share * float(np.sqrt(lesion.sum() / np.pi)))
    return max(2.0, float(lesion.sum()) / (4 * np.pi * sigma**2))
