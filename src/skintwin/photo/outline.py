"""The lesion's outline: what every later measurement takes as "the lesion"."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import PhotographError
from skintwin.evidence import ledger
from skintwin.photo.photograph import Mask

Kind = Literal["hypopigmented", "hyperpigmented"]


@dataclass(frozen=True, eq=False)
class LesionOutline:
    """A lesion on a photograph.

    mask: (h, w) bool, the lesion with its holes filled.
    kind: lighter or darker than the surrounding skin.
    polygon: (n, 2) float, (x, y) of the largest piece's border in pixels, pixel centres at whole numbers.
    core_mask: (h, w) bool inside mask: what is not of the lesion's colour (the naevus in its halo,
        islands of returned pigment).
    confidence: 0 to 1; 1 for a given outline. For a found one: agreement (IoU) of the outlines drawn a fifth
        of the contrast further in and further out, times the share of its border that lies inside the frame.
    contrast: CIEDE2000 between lesion and surrounding skin, nan for a given outline.
    warnings: sentences for the reader.
    place_sd: standard deviation of how far the whole border lies outside or inside of where it should, over the
        equivalent diameter; 0 for a found outline, whose confidence says how sure it is.
    """

    mask: Mask = field(repr=False)
    kind: Kind
    polygon: NDArray[np.float64] = field(repr=False)
    core_mask: Mask = field(repr=False)
    confidence: float
    contrast: float = float("nan")
    warnings: tuple[str, ...] = ()
    place_sd: float = 0.0

    @property
    def lesion_only(self) -> Mask:
        """(h, w) bool: the lesion without its core."""
        return self.mask & ~self.core_mask

    @cached_property
    def pixels(self) -> int:
        """Number of pixels inside."""
        return int(np.count_nonzero(self.mask))

    @cached_property
    def window(self) -> tuple[slice, slice]:
        """Smallest rows and columns that hold the lesion."""
        return bounds(self.mask)

    @property
    def equivalent_radius(self) -> float:
        """Radius in pixels of the disc of the same area."""
        return float(np.sqrt(self.pixels / np.pi))


def given_outline(mask: Mask, kind: Kind, core_mask: Mask | None = None) -> LesionOutline:
    """An outline that is taken as it is. mask: (h, w) bool. Raises PhotographError when it is empty."""
    if not mask.any():
        raise PhotographError("the outline holds no pixel of the photograph", where="outline",
                              expected="an area inside the picture", do="draw it again")
    core = np.zeros_like(mask) if core_mask is None else core_mask & mask
    return LesionOutline(mask, kind, border_polygon(mask), core, confidence=1.0)


def drawn_outline(mask: Mask, kind: Kind, warnings: tuple[str, ...] = ()) -> LesionOutline:
    """An outline drawn by a person, with the error of a hand (ledger: photo.drawn_border_sd and _pixels; the larger
    one). mask: (h, w) bool. Raises PhotographError when it is empty."""
    taken = given_outline(mask, kind)
    share, pixels = (ledger().value(f"photo.drawn_border_{name}", "1") for name in ("sd", "pixels"))
    return replace(taken, warnings=warnings, place_sd=max(share, pixels / (2 * taken.equivalent_radius)))


def bounds(mask: Mask) -> tuple[slice, slice]:
    """Smallest rows and columns that hold every pixel of a mask that has some."""
    rows = np.nonzero(mask.any(axis=1))[0]
    inside = slice(int(rows[0]), int(rows[-1]) + 1)
    columns = np.nonzero(mask[inside].any(axis=0))[0]
    return inside, slice(int(columns[0]), int(columns[-1]) + 1)


def border_polygon(mask: Mask) -> NDArray[np.float64]:
    """(n, 2) closed border (x, y) of the largest piece of a mask, through the edges of its pixels."""
    from skimage.measure import find_contours

    window = bounds(mask)
    top, left = (part.start for part in window)
    inside = np.pad(mask[window], 1).astype(np.float64)
    contours = find_contours(inside, 0.5)  # type: ignore[no-untyped-call]
    longest = max(contours, key=lambda c: abs(_signed_area(c)))
    return np.asarray(longest[:, ::-1] + np.array([left - 1.0, top - 1.0]))


def _signed_area(ring: NDArray[np.float64]) -> float:
    a, b = ring[:-1], ring[1:]
    return float(0.5 * np.sum(a[:, 1] * b[:, 0] - b[:, 1] * a[:, 0]))
