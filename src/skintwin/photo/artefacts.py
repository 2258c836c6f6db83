"""Pixels that show something else than skin colour: hair, glints, clipped or transparent pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.photo.photograph import Mask

Array = NDArray[np.float64]

# A hair is a line: its width is at most this share of the frame's shorter side, and it is longer than wide.
_HAIR_WIDTH_SHARE = 0.02
_LINE_ELONGATION = 3.0
_BAR_WIDTH_SHARE = 0.014  # of the shorter side: width of one straight line, a lock of hair included


def thin_lines(lightness: Array, usable: Mask) -> Mask:
    """Hairs and glints, dark or bright.

    lightness: (h, w) L* (0 to 100). usable: (h, w) bool. Returns (h, w) bool, widened by one pixel.
    A thin structure is what a closing (dark) or an opening (bright) by a disc removes; of these only pieces
    that are longer than wide are taken, so that small round spots stay.
    """
    import cv2
    from scipy import ndimage

    disc = disc_footprint(max(2, round(_HAIR_WIDTH_SHARE * min(lightness.shape)))).astype(np.uint8)
    filled = np.where(usable, lightness, np.median(lightness[usable])).astype(np.float32)
    dark = cv2.morphologyEx(filled, cv2.MORPH_CLOSE, disc, borderType=cv2.BORDER_REFLECT) - filled
    bright = filled - cv2.morphologyEx(filled, cv2.MORPH_OPEN, disc, borderType=cv2.BORDER_REFLECT)
    least = ledger().value("photo.hair_contrast", "1")
    lines = _elongated(dark > least) | _elongated(bright > least)
    return np.asarray(ndimage.binary_dilation(lines, disc_footprint(1)) & usable)


def disc_footprint(radius: int) -> Mask:
    """(2 r + 1, 2 r + 1) bool disc of a radius in pixels."""
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    return np.asarray(x**2 + y**2 <= (radius + 0.5) ** 2)


def _elongated(candidates: Mask) -> Mask:
    """Pieces whose second moments say that they are longer than wide."""
    from scipy import ndimage

    labels, count = ndimage.label(candidates, np.ones((3, 3)))
    if count == 0:
        return candidates
    index = np.arange(1, count + 1)
    y, x = np.mgrid[: candidates.shape[0], : candidates.shape[1]].astype(np.float64)
    n = ndimage.sum_labels(np.ones_like(x), labels, index)
    my, mx = (ndimage.mean(c, labels, index) for c in (y, x))
    syy = ndimage.mean(y * y, labels, index) - my**2 + 1 / 12
    sxx = ndimage.mean(x * x, labels, index) - mx**2 + 1 / 12
    sxy = ndimage.mean(x * y, labels, index) - mx * my
    half, root = (sxx + syy) / 2, np.hypot((sxx - syy) / 2, sxy)
    ratio = np.sqrt((half + root) / np.maximum(half - root, 1 / 12))
    # a network of crossing hairs is round by its moments but fills little of its own extent
    sparse = n < 0.35 * 4 * np.pi * np.sqrt(np.maximum((half + root) * (half - root), 1 / 144))
    # A bar of even width w has the smaller moment w^2 / 12. A narrow lesion is wider than a hair.
    width = np.sqrt(12 * np.maximum(half - root, 0.0))
    thin = width <= 1.0 + _BAR_WIDTH_SHARE * min(candidates.shape)
    keep = (n >= 6) & (((ratio >= _LINE_ELONGATION) & thin) | sparse)
    return np.asarray(np.concatenate([[False], keep])[labels])
