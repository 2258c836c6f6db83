"""Number, area and density of spots.

    σ² of the area: spots that come and go, Σ p (1 − p) A², and half a working pixel along each border, (√(πA) s)²/3;
    twice the scale's relative sd is added for mm²
"""

from __future__ import annotations

import numpy as np

from skintwin.measure.observation import Observation
from skintwin.photo.scale import Scale
from skintwin.photo.spots import Spots


def spot_observations(spots: Spots, scale: Scale) -> list[Observation]:
    """Count, total area (mm²) and share of the region (percent), density (1/cm²), median contrast and diameter."""
    pixels = float(spots.region.sum())
    total, area_sd = float(spots.areas.sum()), _area_sd(spots)
    ruler = 2 * (scale.relative_sd or 0.0)
    note = "" if scale.known else "scale unknown: give mm per pixel"
    if scale.assumed:
        note = "rests on an ASSUMED pixel size: not a measurement"
    floor = (f"spots of at least {_size(spots, scale)} and {spots.smallest_contrast:g} L*; of the smallest, half are "
             f"found from {spots.floor:.2g} L* on")
    area = scale.area_mm2(total)
    area_error = None if area is None else float(np.hypot(area_sd * area / total, ruler * area)) if total else 0.0
    region = scale.area_mm2(pixels)
    density = None if region is None else spots.count / (region / 100)
    density_error = None if region is None or density is None else float(
        np.hypot(spots.count_sd / (region / 100), ruler * density))
    contrast, contrast_error = _median(spots.contrast)
    across, across_error = _median(2 * np.sqrt(spots.areas / np.pi))
    mm = scale.mm_per_pixel
    return [
        Observation("spot_count", float(spots.count), "1", floor, spots.count_sd, "; ".join(spots.warnings)),
        Observation("spot_area", area, "mm^2", "pixels inside the outlines times pixel area", area_error, note),
        Observation("spot_area_share", 100 * total / pixels, "percent", "area of the spots over area of the region",
                    100 * area_sd / pixels),
        Observation("spot_density", density, "1/cm^2", "spots over area of the region", density_error, note),
        Observation("spot_contrast", contrast, "1", "median over spots of L* of the skin around minus L* of the spot",
                    contrast_error, "" if spots.count else "no spots"),
        Observation("spot_diameter", None if mm is None or across is None else across * mm, "mm",
                    "median diameter of the disc of the same area",
                    None if mm is None or across_error is None else across_error * mm,
                    note if spots.count else "no spots"),
    ]  # fmt: skip


def _area_sd(spots: Spots) -> float:
    p, areas = spots.chances, spots.areas
    come_and_go = (p * (1 - p) * areas**2).sum()
    # A working pixel is a fifth of the smallest spot or more; its border is known to half of it, evenly distributed.
    pixel = max(1.0, spots.smallest_diameter / 5)
    border = ((2 * np.sqrt(np.pi * areas) * pixel / 2) ** 2 / 3).sum()
    return float(np.sqrt(come_and_go + border))


def _median(values: np.ndarray) -> tuple[float | None, float | None]:
    """Median and its standard error from the spread (normal efficiency √(π/2))."""
    if not len(values):
        return None, None
    error = float(np.sqrt(np.pi / 2) * values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else None
    return float(np.median(values)), error


def _size(spots: Spots, scale: Scale) -> str:
    if scale.mm_per_pixel is None:
        return f"{spots.smallest_diameter:.3g} pixels"
    return f"{spots.smallest_diameter * scale.mm_per_pixel:.3g} mm"
