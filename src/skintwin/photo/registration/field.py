"""The smooth map through followed points, its deformation, and how well it is known.

    d_i = X_i b + g(x_i) + e_i        g ~ GP(0, s^2 r k(|x - x'| / l)),   e ~ N(0, s^2)

d: moves of points. X b: the linearised correction of a homography, eight numbers for both axes together. g: the
deformation of the skin, a Gaussian process with Matern's 5/2 kernel, the same for both axes. l and r are those of the
largest restricted likelihood on a grid; b and s follow in closed form. The mean of g given the moves is a field like a
thin plate, whose stiffness the points themselves choose, and its variance is that of the map (universal kriging).

The deformation is kept only when it predicts points that were held out, in whole blocks, better than the homography
alone, by more than the standard error of the difference. When it is not kept its variance stays in the map's: what is
too weak to be drawn still moves points.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from skintwin.evidence import ledger
from skintwin.photo.registration.plane import Array

_LENGTHS = (0.2, 0.35, 0.6, 1.0)  # of the half side of the points' frame
_RATIOS = np.concatenate([[0.0], np.logspace(-1.5, 3.5, 21)])
_FOLDS, _BLOCKS = 5, 6
_TINY = 1e-9


@dataclass(frozen=True, eq=False)
class SmoothField:
    """Moves as a function of place. Made by :func:`fit_field`.

    deformed: whether more than a homography is drawn. noise: s, sd of one followed point, pixels.
    signal: sd of the deformation, drawn or not, pixels. held_out: root mean square of held-out moves, pixels:
    (homography, with deformation).
    """

    deformed: bool
    noise: float
    signal: float
    held_out: tuple[float, float]
    _centre: Array = field(repr=False)
    _half: float = field(repr=False)
    _points: Array = field(repr=False)
    _model: _Model = field(repr=False)

    def moves(self, points: Array) -> Array:
        """(n, 2) x, y -> (n, 2) moves, pixels."""
        return self._model.mean(self._to_unit(points), self._points, self.deformed)

    def variance(self, points: Array) -> Array:
        """(n,) variance of the map along one axis (mean of both), pixels squared."""
        return self._model.variance(self._to_unit(points), self._points, self.deformed)

    def _to_unit(self, points: Array) -> Array:
        return (np.asarray(points, dtype=np.float64) - self._centre) / self._half


@dataclass(frozen=True, eq=False)
class _Model:
    """One fit: kernel length, ratio r, noise s^2, trend b, and what predictions need of the points."""

    length: float
    ratio: float
    noise2: float
    trend: Array
    residual: Array  # (n, 2) V^-1 (d - X b)
    vectors: Array  # (n, n) of the kernel
    shrink: Array  # (n,) 1 / (1 + r lambda)
    information: Array  # (8, 8) X' V^-1 X
    columns: Array  # (2, n, 8)

    def mean(self, at: Array, points: Array, deformed: bool) -> Array:
        out = np.stack([x @ self.trend for x in _columns(at)], axis=-1)
        if deformed and self.ratio > 0:
            out = out + self.ratio * _kernel(at, points, self.length) @ self.residual
        return np.asarray(out)

    def variance(self, at: Array, points: Array, deformed: bool) -> Array:
        inverse = np.linalg.inv(self.information)
        total = np.zeros(len(at))
        drawn = deformed and self.ratio > 0
        cross = self.ratio * _kernel(at, points, self.length) if self.ratio > 0 else np.zeros((len(at), len(points)))
        turned = cross @ self.vectors
        solved = (turned * self.shrink) @ self.vectors.T
        known = (turned**2 * self.shrink).sum(axis=1) if drawn else np.zeros(len(at))
        for x, own in zip(_columns(at), self.columns, strict=True):
            gap = x - solved @ own if drawn else x
            total += self.ratio - known + ((gap @ inverse) * gap).sum(axis=1)
        return np.asarray(self.noise2 * np.maximum(total / 2, 0.0))


def fit_field(points: Array, moves: Array) -> SmoothField:
    """Fit moves (n, 2) at points (n, 2), n >= 12, both in pixels."""
    low, high = points.min(axis=0), points.max(axis=0)
    centre, half = (low + high) / 2, max(float((high - low).max()) / 2, _TINY)
    unit = (points - centre) / half
    model = _fit(unit, moves)
    held = _held_out(unit, moves, model)
    plain, smooth = (held**2).sum(axis=2)
    better = plain - smooth
    sure = better.mean() > ledger().value("registration.deformation_z", "1") * better.std() / np.sqrt(len(better))
    return SmoothField(
        bool(model.ratio > 0 and sure), float(np.sqrt(model.noise2)), float(np.sqrt(model.noise2 * model.ratio)),
        (float(np.sqrt(plain.mean() / 2)), float(np.sqrt(smooth.mean() / 2))), centre, half, unit, model,
    )


def _fit(points: Array, moves: Array) -> _Model:
    """Length and ratio of the largest restricted likelihood."""
    best: tuple[float, _Model] | None = None
    for length in _LENGTHS:
        values, vectors = np.linalg.eigh(_kernel(points, points, length))
        values = np.maximum(values, 0.0)
        columns = _columns(points)
        y, x = vectors.T @ moves, [vectors.T @ c for c in columns]
        for ratio in _RATIOS:
            if ratio == 0 and length != _LENGTHS[0]:
                continue
            shrink = 1 / (1 + ratio * values)
            information = sum(c.T @ (shrink[:, None] * c) for c in x) + _TINY * np.eye(8)
            right = sum(c.T @ (shrink * y[:, k]) for k, c in enumerate(x))
            trend = np.linalg.solve(information, right)
            rest = np.stack([y[:, k] - c @ trend for k, c in enumerate(x)], axis=-1)
            free = max(2 * len(points) - 8, 1)
            noise2 = max(float((shrink[:, None] * rest**2).sum()) / free, _TINY)
            score = free * np.log(noise2) - 2 * np.log(shrink).sum() + np.linalg.slogdet(information)[1]
            if best is None or score < best[0]:
                residual = vectors @ (shrink[:, None] * rest)
                best = float(score), _Model(length, float(ratio), noise2, trend, residual, vectors, shrink,
                                            information, np.stack(columns))
    assert best is not None
    return best[1]


def _held_out(points: Array, moves: Array, model: _Model) -> Array:
    """(2, n, 2) errors of the homography and of the deformation at points left out in whole blocks."""
    blocks = np.clip(((points + 1) / 2 * _BLOCKS).astype(int), 0, _BLOCKS - 1)
    fold = (blocks[:, 0] + 2 * blocks[:, 1]) % _FOLDS
    out = np.zeros((2, *moves.shape))
    for k in range(_FOLDS):
        test, train = fold == k, fold != k
        if not test.any() or train.sum() < 9:
            continue
        for which, ratio in enumerate((0.0, model.ratio)):
            v = np.eye(int(train.sum())) + ratio * _kernel(points[train], points[train], model.length)
            columns = _columns(points[train])
            solved = np.linalg.solve(v, np.concatenate([moves[train], *columns], axis=1))
            inverse_y, inverse_x = solved[:, :2], (solved[:, 2:10], solved[:, 10:])
            left = sum(c.T @ s for c, s in zip(columns, inverse_x, strict=True)) + _TINY * np.eye(8)
            right = sum(c.T @ inverse_y[:, j] for j, c in enumerate(columns))
            trend = np.linalg.solve(left, right)
            rest = inverse_y - np.stack([s @ trend for s in inverse_x], axis=-1)
            said = np.stack([c @ trend for c in _columns(points[test])], axis=-1)
            said = said + ratio * _kernel(points[test], points[train], model.length) @ rest
            out[which, test] = moves[test] - said
    return out


def _columns(points: Array) -> tuple[Array, Array]:
    """(n, 8) each: what the eight numbers of a small homography do to x and to y."""
    x, y = points[:, 0], points[:, 1]
    one, nil = np.ones_like(x), np.zeros_like(x)
    return (
        np.stack([one, x, y, nil, nil, nil, x * x, x * y], axis=1),
        np.stack([nil, nil, nil, one, x, y, x * y, y * y], axis=1),
    )


def _kernel(one: Array, other: Array, length: float) -> Array:
    """Matern's 5/2: twice differentiable, 1 at 0."""
    from scipy.spatial.distance import cdist

    s = np.sqrt(5.0) / length * cdist(one, other)
    return np.asarray((1 + s + s * s / 3) * np.exp(-s))
