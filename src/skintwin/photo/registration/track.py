"""Landmarks followed to a fraction of a pixel between two pictures that already lie on each other.

Points with texture in two directions (Shi and Tomasi's corners, evenly spread) are followed by minimising the squared
difference of a window (Lucas and Kanade), there and back. A point counts when it comes back to where it started, when
its window correlates at both places, and when it moves as its eight neighbours do (their median, with the spread about
it: the usual test of particle image velocimetry).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.photo.photograph import Mask
from skintwin.photo.registration.plane import Array

Bytes = NDArray[np.uint8]

_MOST = 450
_WINDOW = 25
HALF = _WINDOW // 2 + 1
"""Pixels from a followed point to the edge of what it sees."""
_SPACING = 22.0  # pixels: windows of neighbours share little
_NEIGHBOURS = 8
_OWN_NOISE = 0.15  # pixels: spread of neighbours below which nothing is called an outlier
_OUTLIER = 3.0


@dataclass(frozen=True, eq=False)
class Tracked:
    """points: (n, 2) x, y on the first picture. moves: (n, 2) to the second, pixels. Only those that count."""

    points: Array = field(repr=False)
    moves: Array = field(repr=False)


def corners(picture: Bytes, usable: Mask) -> NDArray[np.float32]:
    """(n, 2) x, y of points that can be followed."""
    import cv2

    edge = _WINDOW // 2
    allowed = cv2.erode(usable.astype(np.uint8), np.ones((5, 5), np.uint8))
    allowed[:edge], allowed[-edge:], allowed[:, :edge], allowed[:, -edge:] = 0, 0, 0, 0
    spacing = max(7.0, min(_SPACING, max(picture.shape) / 30))
    found = cv2.goodFeaturesToTrack(picture, _MOST, 0.003, spacing, mask=allowed, blockSize=9)
    return np.zeros((0, 2), np.float32) if found is None else np.asarray(found, dtype=np.float32).reshape(-1, 2)


def follow(one: Bytes, other: Bytes, points: NDArray[np.float32], levels: int) -> Tracked:
    """Follow points from one picture to the other. levels: halvings of the picture; each doubles the reach."""
    import cv2

    if len(points) < _NEIGHBOURS + 2:
        return Tracked(np.zeros((0, 2)), np.zeros((0, 2)))
    how: dict[str, Any] = {
        "winSize": (_WINDOW, _WINDOW), "maxLevel": levels, "criteria": (3, 30, 0.01), "minEigThreshold": 1e-4,
    }  # fmt: skip
    start = points.reshape(-1, 1, 2)
    flow: Any = cv2.calcOpticalFlowPyrLK
    there, ok, _ = flow(one, other, start, None, **how)
    back, ok_back, _ = flow(other, one, there, start.copy(), flags=cv2.OPTFLOW_USE_INITIAL_FLOW, **how)
    there, back = there.reshape(-1, 2), back.reshape(-1, 2)
    closed = np.hypot(*(back - points).T) < ledger().value("registration.closure", "1")
    keep = (ok.ravel() > 0) & (ok_back.ravel() > 0) & closed & np.isfinite(there).all(axis=1)
    keep[keep] = _correlations(one, other, points[keep], there[keep]) > ledger().value(
        "registration.window_correlation", "1")
    at, moves = points[keep].astype(np.float64), (there - points)[keep].astype(np.float64)
    for _ in range(2):
        fits = _like_neighbours(at, moves)
        at, moves = at[fits], moves[fits]
    return Tracked(at, moves)


def _correlations(
    one: Bytes, other: Bytes, start: NDArray[np.float32], end: NDArray[np.float32]
) -> NDArray[np.float64]:
    """(n,) correlation of the windows around each pair of points."""
    import cv2

    size = (_WINDOW, _WINDOW)
    out = np.zeros(len(start))
    for k, (a, b) in enumerate(zip(start.tolist(), end.tolist(), strict=True)):
        u = cv2.getRectSubPix(one, size, a, patchType=cv2.CV_32F)
        v = cv2.getRectSubPix(other, size, b, patchType=cv2.CV_32F)
        u, v = u - u.mean(), v - v.mean()
        out[k] = float((u * v).sum() / max(float(np.sqrt((u * u).sum() * (v * v).sum())), 1e-6))
    return out


def _like_neighbours(points: Array, moves: Array) -> Mask:
    """(n,) bool: the move differs from the median of the neighbours' by no more than theirs do, times three."""
    from scipy.spatial import cKDTree

    if len(points) < _NEIGHBOURS + 2:
        return np.ones(len(points), dtype=np.bool_)
    near = cKDTree(points).query(points, k=_NEIGHBOURS + 1)[1][:, 1:]
    around = moves[near]
    middle = np.median(around, axis=1)
    spread = np.median(np.hypot(*np.moveaxis(around - middle[:, None], -1, 0)), axis=1)
    return np.asarray(np.hypot(*(moves - middle).T) <= _OUTLIER * (spread + _OWN_NOISE))
