"""Spots on a photograph: freckles, lentigines, and their pale counterparts, found, outlined and counted.

A spot is a blob (``spots_blobs``) of at least the ledger's smallest diameter and contrast, not long and not red. The
count is uncertain because a spot near a threshold is seen on one photograph and not on the next: with u the
smallest of the distances to the thresholds of noise, contrast and size, in standard deviations,

    p = Φ(u)       expected count Σ p,   var = Σ p (1 − p) + false       (Poisson binomial, and false spots)

The sum runs over the spots found (p > ½) and over near misses (p < ½).
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

_SLACK = 0.0
"""Lowest distance to the noise threshold (sd) at which a blob is kept: below it most are noise, none a near miss."""
_LARGEST_SHARE = 0.12
"""Largest diameter over the frame's shorter side when the scale is unknown: larger things are lesions."""


@dataclass(frozen=True, eq=False)
class Spots:
    """Spots found.

    centres: (n, 2) x, y in pixels of the photograph. areas: (n,) pixels. contrast: (n,) L* units to the skin around.
    chances: (n,) that each is found again. near_misses: (m,) chances of blobs below a threshold.
    labels: (h, w) int32, 0 for none, i + 1 for spot i. region: (h, w) bool that was looked at, hair and glare included.
    smallest_diameter: pixels; smallest_contrast: L* units; what counts as a spot.
    false_expected: expected false spots in the region. red: how many were left out as red. warnings: sentences.
    """

    centres: Array = field(repr=False)
    areas: Array = field(repr=False)
    contrast: Array = field(repr=False)
    chances: Array = field(repr=False)
    near_misses: Array = field(repr=False)
    labels: NDArray[np.int32] = field(repr=False)
    region: Mask = field(repr=False)
    kind: Kind
    smallest_diameter: float
    smallest_contrast: float
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
        p = np.concatenate([self.chances, self.near_misses])
        return float(np.sqrt((p * (1 - p)).sum() + self.false_expected))


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
    blobs = find_blobs(view.contrast, view.usable, smallest * view.factor, largest * view.factor, false, _SLACK)
    labels, kept, own = outlines(view.contrast, view.usable, blobs)
    if area_cm2 is not None:
        colour = "dark" if kind == "hyperpigmented" else "pale"
        false += area_cm2 * ledger().value(f"scores.spots_false_{colour}", "1/cm^2")
    return _judged(photograph, region, kind, view, blobs, labels, kept, own, smallest, false, notes)


def _sizes(photograph: Photograph, scale: Scale) -> tuple[float, float, list[str]]:
    """Smallest and largest diameter in pixels."""
    value = ledger().value
    least = value("scores.spots_smallest_pixels", "1")
    if scale.mm_per_pixel is None:
        return least, max(3 * least, _LARGEST_SHARE * min(photograph.shape)), [
            f"scale unknown: spots from {least:g} pixels on are counted, whatever their size in mm"]
    smallest = value("scores.spots_smallest_diameter", "mm") / scale.mm_per_pixel
    largest = value("scores.spots_largest_diameter", "mm") / scale.mm_per_pixel
    notes = []
    if smallest < least:
        notes.append(f"the photograph is coarse: spots below {least * scale.mm_per_pixel:.2g} mm are not counted")
        smallest = least
    return smallest, max(min(largest, min(photograph.shape) / 2), 2 * smallest), notes


def _judged(
    photograph: Photograph, region: Mask, kind: Kind, view: ContrastMap, blobs: Blobs, labels: NDArray[np.int32],
    kept: NDArray[np.intp], own: Array, smallest: float, false: float, notes: list[str],
) -> Spots:  # fmt: skip
    """Measure each outline and keep what is a spot."""
    from scipy import ndimage, stats

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
    chances = np.asarray(stats.norm.cdf(distance))
    found = possible & (distance >= 0)
    back = np.zeros(kept.size + 1, np.int32)
    back[1:][found] = np.arange(1, found.sum() + 1)
    centres = np.array(ndimage.center_of_mass(ones, labels, number[found])).reshape(-1, 2)[:, ::-1]
    turned_away = int((red & (distance >= 0)).sum())
    if turned_away:
        notes.append(f"{turned_away} red spots (vessels, inflammation) are not counted")
    if found.any() and pixels[found].sum() > 0.4 * view.usable.sum():
        notes.append("spots cover more than two fifths of the skin: what is skin and what is spot is uncertain")
    return Spots(
        (centres + 0.5) / view.factor - 0.5, pixels[found] / view.factor**2, own[found], chances[found],
        chances[possible & ~found], _larger(back[labels], photograph.shape), region, kind, smallest, least, false,
        turned_away, tuple(notes),
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
