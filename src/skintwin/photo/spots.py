"""Spots on a photograph: freckles, lentigines, and their pale counterparts, found, outlined and counted.

A spot is a blob (``spots_blobs``) of at least the ledger's smallest diameter and contrast, not long and not red. The
count is uncertain because a spot near a threshold is seen on one photograph and not on the next: with u the
smallest of the distances to the thresholds of noise, contrast and size, in standard deviations,

    p = Φ(u),   var = 2 Σ p (1 − p) + false

The sum runs over the spots found. It is taken twice because as many hide just below a threshold as stand just above:
with evenly spread u the sum over all spots is twice that over those with u > 0 (Poisson binomial). ``false``: expected
false spots (Poisson).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import PhotographError
from skintwin.evidence import ledger
from skintwin.photo.outline import Kind
from skintwin.photo.photograph import Mask, Photograph
from skintwin.photo.scale import UNKNOWN_SCALE, Scale
from skintwin.photo.spots_blobs import Blobs, find_blobs
from skintwin.photo.spots_contrast import ContrastMap, contrast_map
from skintwin.photo.spots_outline import outlines

Array = NDArray[np.float64]

_PLAIN_SHARE = 0.25
"""Share of the skin that must be free of spots for its noise to be taken."""
_SMALLEST_SHARE, _LARGEST_SHARE = 0.01, 0.12
"""Diameters over the frame's shorter side when the scale is unknown: 1 and 12 mm on a frame of 10 cm."""


@dataclass(frozen=True, eq=False)
class Spots:
    """Spots found.

    centres: (n, 2) x, y in pixels of the photograph. areas: (n,) pixels. contrast: (n,) L* units to the skin around.
    chances: (n,) that each is found again.
    labels: (h, w) int32, 0 for none, i + 1 for spot i. region: (h, w) bool that was looked at, hair and glare included.
    smallest_diameter: pixels; smallest_contrast: L* units; what counts as a spot.
    floor: L* units, from which a spot of the smallest size is found in half the cases; above ``smallest_contrast`` on
    rough skin. false_expected: expected false spots in the region. red: spots left out as red. warnings: sentences.
    """

    centres: Array = field(repr=False)
    areas: Array = field(repr=False)
    contrast: Array = field(repr=False)
    chances: Array = field(repr=False)
    labels: NDArray[np.int32] = field(repr=False)
    region: Mask = field(repr=False)
    kind: Kind
    smallest_diameter: float
    smallest_contrast: float
    floor: float
    false_expected: float
    red: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Spots found."""
        return len(self.areas)

    @property
    def count_sd(self) -> float:
        """Standard deviation of the count from one photograph of the same skin to the next."""
        return float(np.sqrt(2 * (self.chances * (1 - self.chances)).sum() + self.false_expected))


def find_spots(
    photograph: Photograph, *, region: Mask | None = None, kind: Kind = "hyperpigmented",
    scale: Scale = UNKNOWN_SCALE,
) -> Spots:
    """Find spots that are darker (or paler) than the skin around them.

    region: (h, w) bool where to look, everywhere if None. scale: with it sizes are in mm, without it in pixels.
    Raises PhotographError for a region of another size or without usable skin.
    """
    region = np.ones(photograph.shape, np.bool_) if region is None else region
    if region.shape != photograph.shape:
        raise PhotographError(f"a region of shape {region.shape}", where="region", expected=f"{photograph.shape}")
    smallest, largest, notes = _sizes(photograph, scale)
    sign = 1.0 if kind == "hyperpigmented" else -1.0
    view = contrast_map(photograph, region, sign, smallest, largest)
    area_cm2 = _cm2(int(region.sum()), scale)
    false = ledger().value("scores.spots_false", "1")
    blobs, labels, kept, own = _found(view, smallest, largest, false)
    if area_cm2 is not None:
        colour = "dark" if kind == "hyperpigmented" else "pale"
        false += area_cm2 * ledger().value(f"scores.spots_false_{colour}", "1/cm^2")
    return _judged(photograph, region, kind, view, blobs, labels, kept, own, smallest, false, notes)


def _sizes(photograph: Photograph, scale: Scale) -> tuple[float, float, list[str]]:
    """Smallest and largest diameter in pixels."""
    value = ledger().value
    least = value("scores.spots_smallest_pixels", "1")
    if scale.mm_per_pixel is None:
        side = min(photograph.shape)
        smallest = max(least, _SMALLEST_SHARE * side)
        note = f"scale unknown: spots from {smallest:.3g} pixels on are counted, whatever their size in mm"
        return smallest, max(3 * smallest, _LARGEST_SHARE * side), [note]
    smallest = value("scores.spots_smallest_diameter", "mm") / scale.mm_per_pixel
    largest = value("scores.spots_largest_diameter", "mm") / scale.mm_per_pixel
    notes = []
    if smallest < least:
        notes.append(f"the photograph is coarse: spots below {least * scale.mm_per_pixel:.2g} mm are not counted")
        smallest = least
    return smallest, max(min(largest, min(photograph.shape) / 2), 2 * smallest), notes


def _found(
    view: ContrastMap, smallest: float, largest: float, false: float
) -> tuple[Blobs, NDArray[np.int32], NDArray[np.intp], Array]:
    """Blobs and outlines, the second time with the noise of the skin between the spots of the first."""
    from scipy import ndimage

    sizes = (smallest * view.factor, largest * view.factor)
    blobs = find_blobs(view.contrast, view.usable, *sizes, false)
    labels, _, _ = outlines(view.contrast, view.usable, blobs)
    plain = view.usable & ~ndimage.binary_dilation(labels > 0, iterations=2)
    if plain.sum() > _PLAIN_SHARE * view.usable.sum():
        blobs = find_blobs(view.contrast, view.usable, *sizes, false, plain)
    return (blobs, *outlines(view.contrast, view.usable, blobs))


def _judged(
    photograph: Photograph, region: Mask, kind: Kind, view: ContrastMap, blobs: Blobs, labels: NDArray[np.int32],
    kept: NDArray[np.intp], own: Array, smallest: float, false: float, notes: list[str],
) -> Spots:  # fmt: skip
    """Measure each outline and keep what is a spot."""
    from scipy import ndimage, special

    value = ledger().value
    least = value("scores.spots_smallest_contrast", "1")
    number = np.arange(1, kept.size + 1)
    ones = np.ones(labels.shape)
    pixels = np.atleast_1d(ndimage.sum_labels(ones, labels, number)).astype(np.float64)
    there = np.maximum(pixels, 1)
    diameter = 2 * np.sqrt(pixels / np.pi) / view.factor
    redness = np.atleast_1d(ndimage.sum_labels(view.redness, labels, number)) / there
    mean = np.atleast_1d(ndimage.sum_labels(view.contrast, labels, number)) / there
    red = (redness > value("scores.spots_red", "1") * np.abs(mean)) & (kind == "hyperpigmented")
    long = _elongation(labels, number) > value("scores.spots_longest", "1")
    # Distances to the thresholds in standard deviations: noise, contrast, size (half a working pixel all around).
    distance = np.minimum.reduce([
        blobs.excess[kept], (own - least) / blobs.noise[kept], (diameter - smallest) * view.factor,
    ]) if kept.size else np.empty(0)  # fmt: skip
    possible = ~red & ~long & (pixels > 0)
    chances = np.asarray(special.ndtr(distance))
    found = possible & (distance >= 0)
    back = np.zeros(kept.size + 1, np.int32)
    back[1:][found] = np.arange(1, found.sum() + 1)
    centres = np.array(ndimage.center_of_mass(ones, labels, number[found])).reshape(-1, 2)[:, ::-1]
    turned_away = int((red & (distance >= 0)).sum())
    if view.lesions:
        notes.append(f"{view.lesions} larger than any spot (lesion, shadow, cloth) left out")
    if turned_away:
        notes.append(f"{turned_away} red spots (vessels, inflammation) are not counted")
    if found.any() and pixels[found].sum() > 0.4 * view.usable.sum():
        notes.append("spots cover more than two fifths of the skin: what is skin and what is spot is uncertain")
    return Spots(
        (centres + 0.5) / view.factor - 0.5, pixels[found] / view.factor**2, own[found], chances[found],
        _larger(back[labels], photograph.shape), region, kind, smallest, least,
        max(least, blobs.floor), false, turned_away, tuple(notes),
    )  # fmt: skip


def _elongation(labels: NDArray[np.int32], number: NDArray[np.intp]) -> Array:
    """(n,) ratio of the axes of each label's second moments."""
    from scipy import ndimage

    y, x = (c.astype(np.float64) for c in np.mgrid[: labels.shape[0], : labels.shape[1]])
    n = np.maximum(np.atleast_1d(ndimage.sum_labels(np.ones_like(x), labels, number)), 1)
    moments = (np.atleast_1d(ndimage.sum_labels(q, labels, number)) / n for q in (x, y, x * x, y * y, x * y))
    sx, sy, sxx, syy, sxy = moments
    xx, yy, xy = sxx - sx**2 + 1 / 12, syy - sy**2 + 1 / 12, sxy - sx * sy
    half, root = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    return np.asarray(np.sqrt((half + root) / np.maximum(half - root, 1 / 12)))


def _larger(labels: NDArray[np.int32], shape: tuple[int, int]) -> NDArray[np.int32]:
    """Labels at the photograph's size, nearest working pixel."""
    rows, columns = (np.minimum((np.arange(n) * m) // n, m - 1) for n, m in zip(shape, labels.shape, strict=True))
    return np.asarray(labels[np.ix_(rows, columns)])


def _cm2(pixels: int, scale: Scale) -> float | None:
    area = scale.area_mm2(pixels)
    return None if area is None else area / 100  # mm² in cm²
