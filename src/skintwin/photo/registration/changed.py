"""Where the lesion was and is: parts of the picture that may differ although the skin is the same."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from skintwin.evidence import ledger
from skintwin.photo.photograph import Mask
from skintwin.photo.registration.plane import Array
from skintwin.photo.registration.sampling import Map, sampled, whole_frame
from skintwin.photo.registration.views import working_shape

_BESIDE = 60  # working pixels, at least
_SMALL = 300  # pixels of the longer side: enough to see whether two outlines meet


@dataclass(frozen=True, eq=False)
class Changed:
    """lesion: (h, w) bool on the baseline; lesion_now: on the follow-up; None where not known. shape: (h, w)."""

    lesion: Mask | None = field(repr=False)
    lesion_now: Mask | None = field(repr=False)
    shape: tuple[int, int]

    def on_baseline(self, to_follow_up: Map, longest: int) -> Mask | None:
        """(ny, nx) bool: lesion of either visit on the baseline at a working size; None where neither is known."""
        shares = self._shares(to_follow_up, longest)
        return np.asarray(np.logical_or.reduce([s > 0.01 for s in shares])) if shares else None

    def border(self, to_follow_up: Map, longest: int, half: int | None = None) -> Mask | None:
        """(ny, nx) bool: a band around the border of the lesion at either visit; None where neither is known.

        half: half of its width, working pixels; the ledger's share of the lesion's radius if None.
        """
        import cv2

        band: Mask | None = None
        for share in self._shares(to_follow_up, longest):
            inside = (share > 0.5).astype(np.uint8)
            radius = float(np.sqrt(inside.sum() / np.pi))
            width = half or max(3, round(ledger().value("registration.border_band", "1") * radius))
            disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1))
            own = np.asarray((cv2.dilate(inside, disc) > 0) & ~(cv2.erode(inside, disc) > 0))
            band = own if band is None else np.asarray(band | own)
        return band

    def beside(self, longest: int) -> Mask | None:
        """(ny, nx) bool: the lesion of the baseline and the skin within two of its radii; None where not known."""
        import cv2

        if self.lesion is None:
            return None
        window = whole_frame(self.shape, *working_shape(self.shape, longest))
        share = np.asarray(sampled(self.lesion.astype(np.float32), _same, window))
        inside = (np.nan_to_num(share) > 0.5).astype(np.uint8)
        reach = max(_BESIDE, round(2 * float(np.sqrt(inside.sum() / np.pi))))
        return np.asarray(cv2.dilate(inside, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)) > 0)

    def meets(self, to_follow_up: Map) -> bool:
        """Whether the lesion of one visit overlaps that of the other; true where one is not known or not in view."""
        shares = self._shares(to_follow_up, _SMALL)
        if len(shares) < 2:
            return True
        then, now = (share > 0.3 for share in shares)
        return bool((then & now).any()) or not then.any() or not now.any()

    def _shares(self, to_follow_up: Map, longest: int) -> list[Array]:
        window = whole_frame(self.shape, *working_shape(self.shape, longest))
        ways = ((self.lesion, _same), (self.lesion_now, to_follow_up))
        return [np.nan_to_num(np.asarray(sampled(mask.astype(np.float32), way, window)))
                for mask, way in ways if mask is not None]


def _same(points: Array) -> Array:
    return points
