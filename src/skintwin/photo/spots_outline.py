"""Outlines of spots: the half-contrast contour around each blob, blobs of one spot joined.

A blob belongs to a stronger one when the contrast between them nowhere falls below ``_VALLEY`` of its own, or no more
than ``_DIP`` standard deviations of the skin. The rest of the plane is shared out by watershed, so that spots that
touch are counted as two.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.photo.photograph import Mask
from skintwin.photo.spots_blobs import Blobs

Array = NDArray[np.float64]
Labels = NDArray[np.int32]

_VALLEY, _DIP = 0.75, 2.5
_HALF = 0.5  # the level that a symmetric blur does not move
_MAD_TO_SD = 1.4826
_SOFT = 0.7  # pixels: takes single-pixel noise out of the contour


def outlines(contrast: Array, usable: Mask, blobs: Blobs) -> tuple[Labels, NDArray[np.intp], Array]:
    """(h, w) labels from 1, the blob (n,) and the contrast (n,) of each label. contrast: (h, w)."""
    from scipy import ndimage
    from skimage.segmentation import watershed

    soft = ndimage.gaussian_filter(contrast, _SOFT)
    values = soft[usable]
    sd = _MAD_TO_SD * float(np.median(np.abs(values - np.median(values)))) if values.size else 0.0
    own, kept = _separate(soft, blobs, _DIP * sd)
    if not kept.size:
        return np.zeros(contrast.shape, np.int32), kept, own
    markers = np.zeros(contrast.shape, np.int32)
    markers[blobs.rows[kept], blobs.columns[kept]] = np.arange(1, kept.size + 1)
    floor = np.concatenate([[np.inf], _HALF * own])
    basins = watershed(-soft, markers, mask=usable & (soft > _HALF * own.min()))  # type: ignore[no-untyped-call]
    inside = soft > floor[basins]
    pieces = ndimage.label(inside)[0]
    # Of a basin, only the piece that holds its marker.
    labels = np.zeros(contrast.shape, np.int32)
    for number, box in enumerate(ndimage.find_objects(np.asarray(basins)), start=1):
        if box is None:
            continue
        at = kept[number - 1]
        piece = pieces[blobs.rows[at], blobs.columns[at]]
        if piece:
            labels[box][(basins[box] == number) & (pieces[box] == piece)] = number
    return labels, kept, own


def _separate(soft: Array, blobs: Blobs, dip: float) -> tuple[Array, NDArray[np.intp]]:
    """Contrast of, and index of, the blobs that are spots of their own: strongest first."""
    from scipy import ndimage

    order = np.argsort(-blobs.contrast, kind="stable")
    kept: list[int] = []
    own: list[float] = []
    taken = np.zeros(soft.shape, np.bool_)
    for i in order:
        row, column, reach = int(blobs.rows[i]), int(blobs.columns[i]), int(np.ceil(4 * blobs.scale[i])) + 2
        top, left = max(0, row - reach), max(0, column - reach)
        window = (slice(top, row + reach + 1), slice(left, column + reach + 1))
        # A faint blob on the flank of a dark spot: what counts is the contrast in the blob's own middle.
        level = float(max(soft[row, column], 1e-6))
        pieces = ndimage.label(soft[window] > min(_VALLEY * level, level - dip))[0]
        piece = pieces[row - top, column - left]
        if piece and (taken[window] & (pieces == piece)).any():
            continue
        kept.append(int(i))
        own.append(level)
        taken[row, column] = True
    return np.array(own), np.array(kept, dtype=np.intp)
