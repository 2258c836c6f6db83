"""Uneven light over a patch, shared by neighbouring pixels.

Pixel by pixel, a dark brown spot and a shadow look alike, and a per-pixel estimate gives part of the pigment to
shading. But light varies slowly: ln shading is fitted on the healthy skin by a quadratic surface,

    ln s(x, y) = a + b x + c y + d x² + e xy + f y²,

the picture is divided by it, and pigment is estimated again with only a small shading of its own left to each
pixel (``photo.local_shading_sd``: relief, hair, the error of the surface). In a picture of known colours the nuisances
of the person are then found from all its tones together (:mod:`skintwin.optics.shared_fit`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger

if TYPE_CHECKING:
    from skintwin.optics.inversion import PigmentEstimate
    from skintwin.optics.pigment_table import PigmentTable

_COARSE = 160  # pixels of the shorter side from which on every other pixel tells the light
_LEFT = 1e-3  # sd of what is left of the light: in dark skin a surface of light and a lesion in the middle look alike

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def estimate_evenly_lit(
    table: PigmentTable, linear: Array, healthy: Mask, gain_sd: Array | None
) -> PigmentEstimate:
    """Pigment of (ny, nx, 3) linear sRGB with the light's surface taken out; ``healthy`` (ny, nx) fixes it."""
    from skintwin.optics.inversion import Inverter

    sd = 0.0 if gain_sd is None else gain_sd
    free = Inverter(table, gain_sd=sd)
    step = max(1, min(linear.shape[:2]) // _COARSE)  # light is smooth: every other pixel tells as much
    thin = (slice(step // 2, None, step), slice(step // 2, None, step))
    first = free.estimate(linear[thin])
    light = light_surface(np.log(first.shading), healthy[thin], linear.shape[:2])
    prior = replace(free.prior, shading_sd=ledger().value("photo.local_shading_sd", "1"))
    lit, tight = linear / np.exp(light)[..., None], Inverter(table, prior, gain_sd=sd)
    if gain_sd is None:
        return tight.estimate(lit, shared=tight.share(lit[thin], first.in_gamut, light_sd=_LEFT))
    # With unknown gains the curve that the tones of a picture follow speaks on the camera as much as on the person: the
    # level stays where the reference skin put it.
    return tight.estimate(lit)


def light_surface(log_shading: Array, healthy: Mask, shape: tuple[int, int] | None = None) -> Array:
    """Quadratic surface fitted to (ny, nx) ln shading on ``healthy`` pixels, robust against spots and hairs; on
    ``shape``, the full size of what was thinned out evenly, or (ny, nx)."""
    terms = _terms(*log_shading.shape)
    weight = healthy.astype(np.float64)
    fit = np.zeros(terms.shape[-1])
    for _ in range(5):
        scaled = terms * weight[..., None]
        found = np.linalg.lstsq(scaled.reshape(-1, len(fit)), (log_shading * weight).ravel(), rcond=None)[0]
        fit = np.asarray(found, dtype=np.float64)
        residual = log_shading - terms @ fit
        spread = 1.4826 * float(np.median(np.abs(residual[healthy]))) + 1e-6
        # Tukey's bisquare: pixels beyond 4.685 robust sd have no say.
        weight = np.where(healthy, np.clip(1.0 - (residual / (4.685 * spread)) ** 2, 0.0, None), 0.0)
    return np.asarray((terms if shape is None else _terms(*shape)) @ fit)


def _terms(ny: int, nx: int) -> Array:
    """(ny, nx, 6) terms of the surface, places from -1 to 1."""
    y, x = np.meshgrid(np.linspace(-1, 1, ny), np.linspace(-1, 1, nx), indexing="ij")
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
