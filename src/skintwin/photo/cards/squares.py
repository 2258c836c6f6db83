"""Patches as the eye finds them: flat regions as full as a square.

A region of area A whose pixels have the covariance C fills a parallelogram when A = 12 sqrt(det C), whatever its tilt;
this holds after any affine map, and so for a small square in perspective.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_FLATNESS = (0.004, 0.008, 0.016, 0.03)  # encoded sRGB per pixel: from the edge of black on black to a noisy phone
_LEAST_AREA = 12  # pixels of the flat inside
_MOST = 4000  # regions looked at, the largest first
_LARGEST_SHARE = 1 / 30  # of the picture, for one patch


@dataclass(frozen=True, eq=False)
class Squares:
    """Square-like regions. centre: (n, 2) x, y in pixels. side: (n,) square root of the flat area, pixels."""

    centre: Array
    side: Array

    def __len__(self) -> int:
        return len(self.side)


def find_squares(encoded: Array) -> Squares:
    """(h, w, 3) encoded sRGB -> squares, each once, the largest flat region where several levels found it."""
    from scipy import ndimage

    slope = _slope(encoded)
    found = []
    for level in _FLATNESS:
        labels, count = ndimage.label(slope < level)
        found += _regions(labels, count, slope.size)
    found.sort(key=lambda row: -row[2])
    table = np.array(found[:_MOST], dtype=np.float64).reshape(-1, 3)
    kept = np.zeros(len(table), dtype=bool)
    for i, (x, y, side) in enumerate(table):
        others = table[:i][kept[:i]]
        apart = np.hypot(others[:, 0] - x, others[:, 1] - y)
        kept[i] = bool((apart > 0.4 * np.minimum(others[:, 2], 2 * side)).all())
    return Squares(table[kept, :2], table[kept, 2])


def _slope(encoded: Array) -> Array:
    """(h, w) steepest slope over the channels, per pixel."""
    from scipy import ndimage

    slope = np.zeros(encoded.shape[:2])
    for channel in np.moveaxis(encoded, 2, 0):
        smooth = ndimage.gaussian_filter(channel, 1.0)
        slope = np.maximum(slope, np.hypot(ndimage.sobel(smooth, 0), ndimage.sobel(smooth, 1)) / 8)
    return slope


def _regions(labels: NDArray[np.int32], count: int, pixels: int) -> list[tuple[float, float, float]]:
    """Those regions of a labelled picture that are as full as a square: (x, y, side)."""
    from scipy import ndimage

    area = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    boxes = ndimage.find_objects(labels)
    found = []
    for i in np.nonzero((area >= _LEAST_AREA) & (area < _LARGEST_SHARE * pixels))[0]:
        rows, columns = boxes[i]
        height, width = rows.stop - rows.start, columns.stop - columns.start
        if max(height, width) > 3 * min(height, width) or area[i] < 0.35 * height * width:
            continue
        y, x = np.nonzero(ndimage.binary_fill_holes(labels[rows, columns] == i + 1))
        spread = np.cov(np.stack([x, y])) + np.eye(2) / 12  # a pixel is a unit square
        low, high = np.linalg.eigvalsh(spread)
        if high < 4 * low and x.size > 0.85 * 12 * np.sqrt(low * high):
            found.append((x.mean() + columns.start, y.mean() + rows.start, float(np.sqrt(x.size))))
    return found
