"""How wide the patches are against their distance: what tells a Classic from a Passport without a ruler."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.photo.cards.homography import project
from skintwin.photo.cards.placement import Placement
from skintwin.photo.cards.reference import COLUMNS, ROWS
from skintwin.photo.photograph import Photograph

Array = NDArray[np.float64]

_STEPS = 81
_CONTRAST = 0.05  # linear light between patch and board: less, and the edge is not seen; blur is symmetric in it


def patch_fill(photograph: Photograph, placement: Placement) -> float | None:
    """Width of a patch over the pitch, median over the edges that show; None when fewer than eight do.

    Along each line from a patch to its neighbour the board is the darkest tenth; the patch ends half-way to it.
    """
    pairs = [((c, r), (c + 1, r)) for c in range(COLUMNS - 1) for r in range(ROWS)]
    pairs += [((c, r), (c, r + 1)) for c in range(COLUMNS) for r in range(ROWS - 1)]
    ends = np.array(pairs + [(b, a) for a, b in pairs], dtype=np.float64)
    along = np.linspace(0, 0.5, _STEPS)
    lines = project(placement.h, ends[:, :1] + along[None, :, None] * (ends[:, 1:] - ends[:, :1]))
    widths = [w for line in _sampled(photograph, lines) if (w := _edge(line, along)) is not None]
    return float(2 * np.median(widths)) if len(widths) >= 8 else None


def _edge(line: Array, along: Array) -> float | None:
    """Where a line of (n, 3) leaves the colour it starts with, as a share of the pitch."""
    patch = np.median(line[: len(line) // 3], axis=0)
    board = line[int(np.argmin(line.sum(axis=1)[len(line) // 2 :])) + len(line) // 2]
    span = board - patch
    size = float(np.linalg.norm(span))
    if size < _CONTRAST or patch.sum() < board.sum():
        return None
    share = (line - patch) @ span / size**2
    past = np.nonzero(share > 0.5)[0]
    return float(along[past[0]]) if past.size else None


def _sampled(photograph: Photograph, points: Array) -> Array:
    """Bilinear values at (..., 2) x, y."""
    from scipy import ndimage

    largest = np.array(photograph.linear_srgb.shape[1::-1]) - 1
    low = np.clip(np.floor(points.min(axis=(0, 1))).astype(int) - 1, 0, largest)
    high = np.maximum(np.ceil(points.max(axis=(0, 1))).astype(int) + 2, low + 1)
    near = photograph.linear_srgb[low[1] : high[1], low[0] : high[0]]
    where = [points[..., 1] - low[1], points[..., 0] - low[0]]
    planes = np.moveaxis(near, 2, 0)
    return np.stack([ndimage.map_coordinates(p.astype(np.float64), where, order=1, mode="nearest") for p in planes], -1)
