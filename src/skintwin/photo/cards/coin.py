"""A coin beside the lesion: its diameter is law, and its rim is an ellipse in the picture.

The longer axis of the ellipse is the diameter seen without foreshortening; the shorter one tells the tilt of the plane.
The scale is that of the mean of a patch on the plane, √(longer × shorter) over the diameter, which is what an area
needs. The rim is found as the closed edge that an ellipse fits best around a point on the coin.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.errors import PhotographError
from skintwin.photo.photograph import Photograph
from skintwin.photo.scale import Scale

Array = NDArray[np.float64]

_RAYS: Final = 180
_LEAST_RADIUS: Final = 10.0  # pixels
_MOST_SHARE: Final = 0.45  # of the picture's shorter side, for the radius
_MOST_TILT: Final = 1.8  # longer over shorter axis: 56 degrees
_MOST_MISS: Final = 0.03  # of the radius: rms distance of rim points from the ellipse
_LEAST_RAYS: Final = 0.6  # of the rays must agree
_SAME_AREA: Final = 1.4  # of the ellipse to the piece that has the coin's colour: else the rim is of something on it
_EDGE_SD: Final = 0.5  # pixels, of the rim: chamfer and shadow


@dataclass(frozen=True)
class Coin:
    """name: as typed. title, diameter_mm, source: of the mint."""

    name: str
    title: str
    diameter_mm: float
    source: str


@cache
def coins() -> dict[str, Coin]:
    """Every known coin by name."""
    text = (files("skintwin.photo.cards") / "data" / "coins.csv").read_text(encoding="utf-8")
    return {row["name"]: Coin(row["name"], row["title"], float(row["diameter_mm"]), row["source"])
            for row in csv.DictReader(text.splitlines())}  # fmt: skip


def coin_named(name: str) -> Coin:
    """The coin called ``name``. Raises PhotographError with the known names."""
    if name not in coins():
        raise PhotographError(f"no coin is called {name!r}", where="coin", expected="one of " + ", ".join(coins()))
    return coins()[name]


def scale_from_coin(photograph: Photograph, at: ArrayLike, diameter_mm: float) -> Scale:
    """Scale from a coin flat on the skin. at: (2,) x, y of a point well inside it, pixels. diameter_mm: of the coin.

    Raises PhotographError where no rim is found, the coin is cut by the frame, or it lies too steeply.
    """
    if not (np.isfinite(diameter_mm) and diameter_mm > 0):
        raise PhotographError(f"the diameter is {diameter_mm}", where="coin", expected="a positive number of mm")
    longer, shorter, miss = coin_axes(photograph, at)
    if longer > _MOST_TILT * shorter:
        raise PhotographError("the coin is seen too steeply", where="coin", expected="less than 56 degrees of tilt",
                              do="lay it flat on the skin and look straight down")  # fmt: skip
    mean = float(np.sqrt(longer * shorter))
    return Scale(diameter_mm / (2 * mean), "coin", float(np.hypot(_EDGE_SD / mean, miss / np.sqrt(_RAYS) / mean)))


def coin_axes(photograph: Photograph, at: ArrayLike) -> tuple[float, float, float]:
    """(longer and shorter half axis, rms distance of the rim points from the ellipse), pixels."""
    centre = np.asarray(at, dtype=np.float64)
    height, width = photograph.shape
    if centre.shape != (2,) or not ((centre >= 0) & (centre < [width, height])).all():
        raise PhotographError("the point lies outside the picture", where="coin", expected="x, y on the coin")
    light = np.cbrt(np.maximum(photograph.linear_srgb, 0)).astype(np.float64)
    best: tuple[float, tuple[float, float, float]] | None = None
    piece = _piece(light, centre)
    for begin in (centre if piece is None else piece[0], centre):
        shape = np.eye(2)
        for _ in range(3):  # rays from the ellipse found last meet the rim squarely, and at one distance
            found = _rim(light, begin, shape)
            if found is None:
                break
            quality, (begin, axes, miss, _, turn) = found
            shape = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
            shape = shape * (axes / np.sqrt(axes.prod()))
            like = 0.0 if piece is None else np.pi * float(axes.prod()) / piece[1]
            if 1 / _SAME_AREA < like < _SAME_AREA and (best is None or quality > best[0]):
                best = quality, (float(axes.max()), float(axes.min()), miss)
    if best is None:
        raise PhotographError("no rim of a coin was found", where="coin", expected="a whole coin, sharp, on the skin",
                              do="give a point near its middle, or type a length")  # fmt: skip
    return best[1]


def _piece(light: Array, at: Array) -> tuple[Array, float] | None:
    """Middle and area of the piece around a point whose colour is nearer to that at the point than to the picture's."""
    from scipy import ndimage

    x, y = np.rint(at).astype(int)
    near = light[max(0, y - 8) : y + 9, max(0, x - 8) : x + 9].reshape(-1, 3)
    coin, rest = np.median(near, axis=0), np.median(light.reshape(-1, 3), axis=0)
    smooth = ndimage.gaussian_filter(light, (3, 3, 0))
    like = ((smooth - coin) ** 2).sum(axis=-1) < ((smooth - rest) ** 2).sum(axis=-1)
    labels, _ = ndimage.label(like)
    if labels[y, x] == 0:
        return None
    rows, columns = np.nonzero(ndimage.binary_fill_holes(labels == labels[y, x]))
    return np.array([columns.mean(), rows.mean()]), float(rows.size)


def _rim(light: Array, centre: Array, shape: Array) -> tuple[float, tuple[Array, Array, float, float, float]] | None:
    """(quality, (centre, half axes, rms miss, share of rays, turn)) of the best ellipse around a point: of several
    radii, the closed rim across which the colour changes most. shape: (2, 2), what makes a circle like the ellipse
    expected."""
    from scipy import ndimage

    most = _MOST_SHARE * min(light.shape[:2])
    radii = np.arange(3.0, most, 0.5)
    angle = np.arange(_RAYS) * 2 * np.pi / _RAYS
    rays = np.stack([np.cos(angle), np.sin(angle)], axis=1) @ shape.T
    x, y = (centre[i] + np.outer(rays[:, i], radii) for i in (0, 1))
    profile = np.stack(
        [ndimage.map_coordinates(light[..., k], [y, x], order=1, mode="constant", cval=np.nan) for k in range(3)],
        axis=-1
    )
    known = np.isfinite(profile).all(axis=-1)
    smooth = ndimage.gaussian_filter1d(np.nan_to_num(profile), 2.0, axis=1)
    step = np.gradient(smooth, axis=1)
    step[~known] = 0.0
    # Metal on one side and skin on the other: the rim is where the colour changes the same way on every ray, which the
    # relief of the coin does not.
    turn = np.stack([_changed(profile, radii, r) if r >= _LEAST_RADIUS else np.zeros(3) for r in radii])
    strength = ndimage.gaussian_filter1d(np.linalg.norm(turn, axis=1), 2.0)
    if strength.max() <= 0:
        return None
    answer = None
    for k in _peaks(strength):
        start = radii[k]
        along = np.maximum(step @ (turn[k] / max(float(np.linalg.norm(turn[k])), 1e-9)), 0.0)
        picked = along * np.exp(-0.5 * ((radii - start) / (0.15 * start)) ** 2)
        r = radii[picked.argmax(axis=1)]
        points = centre + r[:, None] * rays
        fitted = _ellipse(points)
        if fitted is None:
            continue
        middle, axes, miss, share, _ = fitted
        if miss > _MOST_MISS * axes.mean() or share < _LEAST_RAYS or axes.min() < _LEAST_RADIUS:
            continue
        height, width = light.shape[:2]
        if (middle - axes.max() < -1).any() or (middle + axes.max() > np.array([width, height])).any():
            continue
        quality = share * float(strength[k]) * np.sqrt(axes.mean())
        if answer is None or quality > answer[0]:
            answer = quality, fitted
    return answer


def _changed(profile: Array, radii: Array, r: float) -> Array:
    """(3,) median over rays of the colour outside a radius less that inside; 0 where too few rays reach that far."""
    inner = profile[:, (radii > 0.8 * r) & (radii < 0.93 * r)]
    outer = profile[:, (radii > 1.07 * r) & (radii < 1.2 * r)]
    if not inner.size or not outer.size:
        return np.zeros(3)
    rays = np.isfinite(outer).all(axis=(1, 2)) & np.isfinite(inner).all(axis=(1, 2))
    if rays.mean() < _LEAST_RAYS:
        return np.zeros(3)
    return np.asarray(np.median(outer[rays].mean(axis=1) - inner[rays].mean(axis=1), axis=0))


def _peaks(strength: Array) -> NDArray[np.intp]:
    """Up to eight local maxima, the strongest first."""
    inner = np.nonzero((strength[1:-1] >= strength[:-2]) & (strength[1:-1] > strength[2:]))[0] + 1
    return np.asarray(inner[np.argsort(-strength[inner])][:8])


def _ellipse(points: Array) -> tuple[Array, Array, float, float, float] | None:
    """Ellipse through rim points, those far from it left out in turn: (centre, half axes, rms miss of the points kept,
    share kept, turn in radians)."""
    import cv2

    radius = float(np.median(np.linalg.norm(points - points.mean(axis=0), axis=1)))
    limit = max(1.0, 0.02 * radius)
    kept = np.ones(len(points), dtype=np.bool_)
    for factor in (8.0, 5.0, 3.0, 2.0, 1.0, 1.0, 1.0):
        if kept.sum() < 8:
            return None
        (x, y), (a, b), turn = cv2.fitEllipseDirect(points[kept].astype(np.float32))
        axes, middle = np.array([a, b]) / 2, np.array([x, y])
        if not (np.isfinite(axes).all() and axes.min() > 0):
            return None
        miss = _misses(points - middle, axes, np.radians(turn))
        kept = miss < factor * limit
    if kept.sum() < 8:
        return None
    return middle, axes, float(np.sqrt((miss[kept] ** 2).mean())), float(kept.mean()), float(np.radians(turn))


def _misses(points: Array, axes: Array, turn: float) -> Array:
    """(n,) distance from the ellipse along the line to its centre."""
    u = points[:, 0] * np.cos(turn) + points[:, 1] * np.sin(turn)
    v = -points[:, 0] * np.sin(turn) + points[:, 1] * np.cos(turn)
    share = np.hypot(u / axes[0], v / axes[1])
    return np.asarray(np.abs(np.hypot(u, v) * (1 - 1 / np.maximum(share, 1e-9))))
