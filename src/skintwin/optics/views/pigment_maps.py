"""Maps of what the skin holds, in false colour with a scale: melanin and haemoglobin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.optics.camera.device import Pixels
from skintwin.optics.render.skin_maps import SkinMaps
from skintwin.optics.views.scale import ramp, scale_bar, with_ramp

Array = NDArray[np.float64]

BROWNS = ((97, 0, 4), (81, 8, 28), (65, 18, 41), (48, 23, 37), (32, 19, 23), (16, 9, 9))
"""L*a*b* from little to much melanin: lightness falls evenly."""
REDS = ((97, 1, 2), (82, 23, 11), (67, 46, 23), (52, 58, 32), (37, 49, 26), (22, 33, 15))
"""L*a*b* from little to much haemoglobin: lightness falls evenly."""
STEPS = (1.0, 2.0, 2.5, 5.0)


def melanin_map(maps: SkinMaps, *, high: float | None = None) -> Pixels:
    """Labelled picture of the melanin column (µm), epidermal and dermal together; ``high``: end of the scale."""
    total = maps.melanin if maps.dermal is None else maps.melanin + maps.dermal
    return _mapped(total, maps.pixel_mm, high, BROWNS, "melanin, µm")


def haemoglobin_map(maps: SkinMaps, *, high: float | None = None) -> Pixels:
    """Labelled picture of haemoglobin (g per litre of papillary dermis); ``high``: end of the scale."""
    grams = ledger().value("optics.blood_haemoglobin", "g/L")
    return _mapped(grams * maps.blood, maps.pixel_mm, high, REDS, "Hb, g/L")


def _mapped(
    values: Array, pixel_mm: float, high: float | None, anchors: tuple[tuple[int, int, int], ...], title: str
) -> Pixels:
    step, top = scale_end(float(np.quantile(values, 0.998)) if high is None else high)
    coloured = scale_bar(ramp(values, 0.0, top, anchors), pixel_mm)
    return with_ramp(coloured, 0.0, top, anchors, title, np.arange(0.0, top + 0.5 * step, step).tolist())


def scale_end(largest: float) -> tuple[float, float]:
    """Step and end of a scale from 0 with three to six round steps that holds ``largest``."""
    least = max(largest, 1e-6) / 5.0
    ten = 10.0 ** np.floor(np.log10(least))
    step = next((s * ten for s in STEPS if s * ten >= least), 10.0 * ten)
    return float(step), float(step * np.ceil(max(largest, 1e-6) / step - 1e-9))
