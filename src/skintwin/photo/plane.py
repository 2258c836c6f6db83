"""How large a pixel is at a place, from the map of a card or marker that lies in the plane of the skin.

The card's map H takes patch coordinates u (one patch to the next) to pixels x. A pixel at x covers

    A(x) = p q |det ∂u/∂x|        p, q: distance of patches along and down the card, mm,

which differs over a tilted plane: near the camera a pixel is smaller. How well H is known away from the card is found
by fitting it again to patch centres that are moved by chance within their standard deviation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from skintwin.photo.outline import bounds
from skintwin.photo.photograph import Mask
from skintwin.photo.scale import Origin, Scale

if TYPE_CHECKING:
    from skintwin.photo.cards import Card
    from skintwin.photo.cards.marker import Marker

Array = NDArray[np.float64]

_DRAWS: Final = 64
_CENTRE_SD: Final = 0.3  # pixels, of a patch's centre
_MOST_SD: Final = 0.05  # relative; beyond, the mean over the card is better known than the place


@dataclass(frozen=True, eq=False)
class PlaneScale:
    """h: (3, 3) patch coordinates to pixels. spread: (n, 3, 3) the same within its error. pitch_mm: (2,).
    pitch_sd: relative. origin: card or marker."""

    h: Array
    spread: Array
    pitch_mm: tuple[float, float]
    pitch_sd: float
    origin: Origin = "card"

    def area_mm2(self, mask: Mask) -> tuple[float, float]:
        """(area of the plane under a mask in mm^2, its relative sd)."""
        rows, columns = bounds(mask)
        y, x = np.nonzero(mask[rows, columns])
        y, x = y + rows.start, x + columns.start
        step = max(1, y.size // 4000)
        points = np.stack([x[::step], y[::step]], axis=1).astype(np.float64)
        area = y.size * float(_pixel_area(self.h, points).mean()) * self.pitch_mm[0] * self.pitch_mm[1]
        few = points[:: max(1, len(points) // 200)]
        drawn = np.array([_pixel_area(h, few).mean() for h in self.spread])
        relative = float(drawn.std() / drawn.mean()) if np.isfinite(drawn).all() else np.inf
        return area, float(np.hypot(relative, 2 * self.pitch_sd))

    def scale_at(self, mask: Mask) -> Scale | None:
        """The scale whose square is the mean area of a pixel under the mask; None where it is known worse than to 5
        %."""
        area, relative = self.area_mm2(mask)
        if not relative / 2 < _MOST_SD:
            return None
        return Scale(float(np.sqrt(area / np.count_nonzero(mask))), self.origin, relative / 2)


def plane_of(card: Card) -> PlaneScale | None:
    """The plane of a card that was named; None for a card of unknown size."""
    from skintwin.photo.cards.reference import reference

    if card.kind is None:
        return None
    places = reference(card.kind.edition).places
    return _plane(card.placement.h, places, card.kind.pitch_mm, card.kind.pitch_sd, "card")


def plane_of_marker(marker: Marker) -> PlaneScale:
    """The plane of a printed marker."""
    from skintwin.photo.cards.marker import PITCH_MM, PRINT_SD

    return _plane(marker.h, marker.places, (PITCH_MM, PITCH_MM), PRINT_SD, "marker")


def _plane(h: Array, places: Array, pitch_mm: tuple[float, float], pitch_sd: float, origin: Origin) -> PlaneScale:
    from skintwin.photo.cards.homography import fit_homography, project

    centres = project(h, places)
    rng = np.random.default_rng(0)
    moved = centres + _CENTRE_SD * rng.standard_normal((_DRAWS, *centres.shape))
    return PlaneScale(h, np.array([fit_homography(places, one) for one in moved]), pitch_mm, pitch_sd, origin)


def _pixel_area(h: Array, points: Array) -> Array:
    """(n,) |det ∂u/∂x| at (n, 2) pixels: det(H⁻¹) / w³ with w the third row's denominator."""
    back = np.linalg.inv(h)
    w = points @ back[2, :2] + back[2, 2]
    return np.asarray(np.abs(np.linalg.det(back) / w**3))
