"""Landmarks of the skin and the plane-to-plane maps that many of them agree on.

Landmarks are extrema of differences of Gaussians with histograms of gradient directions (SIFT) on the even views;
histograms are compared by the angle between their square roots. A pair counts when each is the other's nearest and
the second nearest is clearly further. Every landmark has a direction and a size, so that a pair says how the picture
was turned and enlarged: pairs that say what most others say are kept, and among them a homography is looked for by
weighted random sampling (MAGSAC); the pairs that follow it are taken away and the next is looked for: a card that was
laid elsewhere has its own map. Fine texture has many landmarks that look alike, so the coarser ones are tried first.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from skintwin.evidence import ledger
from skintwin.photo.photograph import Mask
from skintwin.photo.registration.plane import Array, plausible
from skintwin.photo.registration.views import Real, View, as_bytes, even, small

SIDES = (400, 800)
"""Pixels of the longer side at which landmarks are looked for, in turn; the finest are seen at twice the size."""
_REACH_SIDE = 800  # pixels: on which ``registration.match_reach`` is told
_MOST = 3000  # landmarks of a picture, strongest first
_EDGE = 12.0  # ratio of curvatures up to which a landmark is a spot and not a line
_TRIES = 5000
_MAPS = 3
_TURN = np.radians(30.0)  # two tilted views turn parts of the picture by as much
_SIZE = np.log(1.5)


@dataclass(frozen=True, eq=False)
class Landmarks:
    """points: (n, 2) x, y in pixels of the photograph. signs: (n, 128) of length 1. turns: (n,) rad. sizes: (n,) ln of
    pixels. pixel: side of a working pixel."""

    points: Array = field(repr=False)
    signs: Real = field(repr=False)
    turns: Array = field(repr=False)
    sizes: Array = field(repr=False)
    pixel: float


def landmarks(view: View, side: int) -> Landmarks:
    """Landmarks of a view at a working size."""
    import cv2

    light, usable = small(view, side)
    finder = cv2.SIFT_create(  # type: ignore[attr-defined]
        nfeatures=_MOST, contrastThreshold=0.02, edgeThreshold=_EDGE,
    )
    keys, signs = finder.detectAndCompute(as_bytes(even(light, usable)), usable.astype(np.uint8))
    pixel = view.shape[1] / light.shape[1]
    if signs is None or len(keys) == 0:
        return Landmarks(np.zeros((0, 2)), np.zeros((0, 128), dtype=np.float32), np.zeros(0), np.zeros(0), pixel)
    points = (np.array([key.pt for key in keys], dtype=np.float64) + 0.5) * pixel - 0.5
    turns, sizes = np.array([(np.radians(key.angle), np.log(key.size * pixel)) for key in keys], dtype=np.float64).T
    roots = np.sqrt(np.asarray(signs, dtype=np.float32) / np.maximum(signs.sum(axis=1, keepdims=True), 1e-6))
    return Landmarks(points, np.asarray(roots, dtype=np.float32), turns, sizes, pixel)


def matches(one: Landmarks, other: Landmarks) -> tuple[Array, Array]:
    """(m, 2) and (m, 2): pairs of landmarks that are each other's nearest, with a clear second, and turned and enlarged
    as most pairs are."""
    if min(len(one.points), len(other.points)) < 3:
        return np.zeros((0, 2)), np.zeros((0, 2))
    alike = one.signs @ other.signs.T
    nearest = alike.argmax(axis=1)
    rows = np.arange(len(nearest))
    best = alike[rows, nearest]
    back = alike.argmax(axis=0)
    alike[rows, nearest] = -1.0
    second = alike.max(axis=1)
    ratio = np.sqrt(np.maximum(1 - best, 0) / np.maximum(1 - second, 1e-9))
    keep = (back[nearest] == rows) & (ratio < ledger().value("registration.match_ratio", "1"))
    first, then = rows[keep], nearest[keep]
    usual = _as_most(other.turns[then] - one.turns[first], other.sizes[then] - one.sizes[first])
    return one.points[first[usual]], other.points[then[usual]]


def _as_most(turns: Array, sizes: Array) -> Mask:
    """(m,) bool: pairs near the turn and the enlargement that have the most pairs near them."""
    if len(turns) == 0:
        return np.zeros(0, dtype=np.bool_)
    apart = np.abs((turns[:, None] - turns[None] + np.pi) % (2 * np.pi) - np.pi)
    near = (apart <= _TURN) & (np.abs(sizes[:, None] - sizes[None]) <= _SIZE)
    return np.asarray(near[int(np.argmax(near.sum(axis=1)))])


def agreed_maps(one: Landmarks, other: Landmarks, shape: tuple[int, int]) -> list[Array]:
    """Up to three homographies (3, 3) from baseline to follow-up pixels, most agreed on first."""
    import cv2

    source, target = matches(one, other)
    found: list[Array] = []
    side = max(shape) / one.pixel
    reach = ledger().value("registration.match_reach", "1") * side / _REACH_SIDE
    fewest = int(ledger().value("registration.fewest_pairs", "1"))
    for _ in range(_MAPS):
        if len(source) < fewest:
            break
        h, taken = cv2.findHomography(
            source / one.pixel, target / other.pixel, cv2.USAC_MAGSAC, reach, maxIters=_TRIES, confidence=0.9999
        )
        if h is None:
            break
        with_map = np.asarray(taken).ravel() > 0
        up, down = np.diag([other.pixel, other.pixel, 1.0]), np.diag([1 / one.pixel, 1 / one.pixel, 1.0])
        whole = up @ np.asarray(h) @ down
        if with_map.sum() >= fewest and plausible(whole, shape):
            found.append(whole)
        source, target = source[~with_map], target[~with_map]
    return found
