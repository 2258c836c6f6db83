"""How sharp the lesion's border is.

With d the distance to the outline (negative inside) and s the colour projected so that skin is 0 and the lesion 1, the
median profile s(d) is fitted by a blurred step

    s(d) = ½ erfc((d − d₀) / σ √2).

The border is as wide as the step from 90 to 10 %, 2.563 σ. Blur of the photograph adds to it in squares.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.measure.observation import Observation
from skintwin.optics.colour import linear_srgb_to_lab
from skintwin.photo.outline import LesionOutline
from skintwin.photo.photograph import Mask
from skintwin.photo.scale import Scale

Array = NDArray[np.float64]

_WIDTH = 2.5631  # 10 to 90 % of a normal distribution, in standard deviations
_SECTORS = 8
_BINS = 96


def border_observations(
    linear: NDArray[np.floating], outline: LesionOutline, ring: Mask, usable: Mask, scale: Scale
) -> list[Observation]:
    """``border_width`` (mm, not known without a scale) and ``border_relative_width`` (percent of the equivalent
    radius).

    linear: (h, w, 3). ring: (h, w) bool reference skin. usable: (h, w) bool, no hair, no clipping. scale: of these
    pixels. The error is that of the mean over eight sectors; nothing is returned where the profile cannot be fitted.
    """
    from scipy import ndimage

    lab = np.asarray(linear_srgb_to_lab(linear), dtype=np.float64)
    inside = outline.lesion_only & usable
    if not inside.any() or not ring.any():
        return []
    skin, lesion = np.median(lab[ring], axis=0), np.median(lab[inside], axis=0)
    axis = lesion - skin
    if not axis @ axis > 1.0:
        return []
    score = (lab - skin) @ axis / (axis @ axis)
    out, within = (ndimage.distance_transform_edt(m) for m in (~outline.mask, outline.mask))
    # Distances to pixel centres come in steps near the border; a mean over a pixel takes the steps out.
    distance = ndimage.gaussian_filter(np.where(outline.mask, 0.5 - within, out - 0.5), 1.0)
    radius = outline.equivalent_radius
    near = (np.abs(distance) < 0.8 * radius) & usable & (outline.lesion_only | ~outline.mask)
    y, x = np.nonzero(near)
    cy, cx = (float(v.mean()) for v in np.nonzero(outline.mask))
    sector = ((np.arctan2(y - cy, x - cx) + np.pi) / (2 * np.pi) * _SECTORS).astype(int) % _SECTORS
    widths = []
    for k in range(_SECTORS):
        here = sector == k
        sigma = _step_width(distance[y[here], x[here]], score[y[here], x[here]], radius)
        if sigma is not None:
            widths.append(_WIDTH * sigma)
    if len(widths) < 3:
        return []
    value = float(np.median(widths))
    error = 1.2533 * float(np.std(widths, ddof=1)) / np.sqrt(len(widths))
    how = "width of the step from 90 to 10 % of the contrast along normals to the outline, median of eight sectors"
    mm = scale.mm_per_pixel
    return [
        Observation("border_width", None if mm is None else value * mm, "mm", how, None if mm is None else error * mm,
                    "" if mm is not None else "scale unknown"),
        Observation("border_relative_width", 100 * value / radius, "percent", how + ", over the equivalent radius",
                    100 * error / radius, "blur of the photograph is part of it"),
    ]  # fmt: skip


def _step_width(distance: Array, score: Array, radius: float) -> float | None:
    """σ of the step through binned medians, or None when there is no step."""
    from scipy import optimize, special

    if distance.size < 60:
        return None
    edges = np.linspace(-0.8 * radius, 0.8 * radius, _BINS + 1)
    which = np.clip(np.digitize(distance, edges) - 1, 0, _BINS - 1)
    bins = [k for k in range(_BINS) if (which == k).sum() >= 4]
    if len(bins) < 8:
        return None
    at = np.array([float(np.median(distance[which == k])) for k in bins])
    level = np.array([float(np.median(score[which == k])) for k in bins])

    def misfit(p: Array) -> Array:
        low, high, middle, log_sigma = p
        step = 0.5 * special.erfc((at - middle) / (np.sqrt(2) * np.exp(log_sigma)))
        return np.asarray(low + (high - low) * step - level)

    start = np.array([0.0, 1.0, 0.0, np.log(max(0.05 * radius, 1.0))])
    bounds = ([-0.5, 0.3, -0.3 * radius, np.log(0.2)], [0.5, 2.0, 0.3 * radius, np.log(0.8 * radius)])
    start = np.clip(start, np.array(bounds[0]) + 1e-6, np.array(bounds[1]) - 1e-6)
    found = optimize.least_squares(misfit, start, bounds=bounds, loss="soft_l1", f_scale=0.1)
    return float(np.exp(found.x[3])) if found.success else None
