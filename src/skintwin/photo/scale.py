"""How large a pixel is: given, derived from a known diameter, assumed, or unknown. Never guessed silently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from skintwin.errors import PhotographError
from skintwin.photo.photograph import Mask

Origin = Literal["given", "card", "marker", "ruler", "length", "coin", "lesion diameter", "assumed", "unknown"]


@dataclass(frozen=True)
class Scale:
    """Millimetres per pixel of the upright photograph.

    mm_per_pixel: positive, or None when unknown (areas are then shares of lesion or frame only).
    origin: where the number comes from; "assumed" marks a nominal size chosen by the caller, "length" two typed points.
    relative_sd: standard deviation of mm_per_pixel as a fraction of it; None when nobody said.
    """

    mm_per_pixel: float | None
    origin: Origin
    relative_sd: float | None = None

    @property
    def assumed(self) -> bool:
        """Whether lengths in mm rest on a nominal size and not on a measurement."""
        return self.origin == "assumed"

    @property
    def known(self) -> bool:
        """Whether lengths can be given in mm at all."""
        return self.mm_per_pixel is not None

    def area_mm2(self, pixels: float) -> float | None:
        """Area in mm^2 of a number of pixels, or None when the scale is unknown."""
        return None if self.mm_per_pixel is None else float(pixels) * self.mm_per_pixel**2

    def resized(self, factor: float) -> Scale:
        """The scale after each pixel has become ``factor`` times as wide (2 for a picture halved in size)."""
        mm = None if self.mm_per_pixel is None else self.mm_per_pixel * factor
        return Scale(mm, self.origin, self.relative_sd)


UNKNOWN_SCALE = Scale(None, "unknown")


def scale_from_mm_per_pixel(mm_per_pixel: float, *, assumed: bool = False) -> Scale:
    """Scale from mm per pixel. assumed: True when it is nominal. Raises PhotographError unless positive."""
    return Scale(_positive(mm_per_pixel, "mm per pixel"), "assumed" if assumed else "given")


def scale_from_diameter(diameter_mm: float, mask: Mask) -> Scale:
    """Scale from the lesion's largest diameter.

    diameter_mm: the largest distance between two points of the border (largest Feret diameter), mm, as a
    ruler gives it. mask: (h, w) bool lesion, holes filled or not.
    The relative sd counts half a pixel at each end of the line; the ruler's own error is not known here.
    """
    feret = largest_feret_diameter(mask)
    mm_per_pixel = _positive(diameter_mm, "lesion diameter") / feret
    return Scale(mm_per_pixel, "lesion diameter", float(0.5**0.5 / feret))


def largest_feret_diameter(mask: Mask) -> float:
    """Largest distance in pixels between two border points, pixels taken as unit squares.

    Raises PhotographError when the mask is empty.
    """
    from scipy.spatial import ConvexHull
    from scipy.spatial.distance import pdist

    rows, columns = np.nonzero(mask)
    if rows.size == 0:
        raise PhotographError("the lesion mask is empty", where="outline", do="draw the outline again")
    corners = np.concatenate(
        [np.stack([rows + dy, columns + dx], axis=1) for dy in (-0.5, 0.5) for dx in (-0.5, 0.5)]
    )
    hull = corners[ConvexHull(corners).vertices]
    return float(pdist(hull).max())


def _positive(value: float, name: str) -> float:
    if not (np.isfinite(value) and value > 0):
        raise PhotographError(f"{name} is {value}", where="scale", expected="a positive number of mm")
    return float(value)
