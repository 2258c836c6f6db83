"""Plane to plane: the projective map between a card and its picture.

    (x, y, 1) ~ H (u, v, 1)      u, v on the card; x, y in pixels, pixel centres at whole numbers
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def fit_homography(card: ArrayLike, pixels: ArrayLike) -> Array:
    """(n, 2) points on the card and (n, 2) in pixels, n >= 4 -> (3, 3) least-squares H (normalised linear method)."""
    source, target = np.asarray(card, dtype=np.float64), np.asarray(pixels, dtype=np.float64)
    s, t = _normaliser(source), _normaliser(target)
    (u, v), (x, y) = project(s, source).T, project(t, target).T
    one, nil = np.ones_like(u), np.zeros_like(u)
    rows = np.concatenate([
        np.stack([u, v, one, nil, nil, nil, -x * u, -x * v, -x], axis=1),
        np.stack([nil, nil, nil, u, v, one, -y * u, -y * v, -y], axis=1),
    ])
    square = np.linalg.qr(rows, mode="r") if len(rows) > 9 else rows
    h = np.linalg.inv(t) @ np.linalg.svd(square)[2][-1].reshape(3, 3) @ s
    return np.asarray(h / np.linalg.norm(h) * (np.sign(h[2, 2]) or 1.0))


def fit_affine(card: ArrayLike, pixels: ArrayLike) -> Array:
    """(n, 2) and (n, 2), n >= 3 -> (3, 3) least-squares affine map."""
    source, target = np.asarray(card, dtype=np.float64), np.asarray(pixels, dtype=np.float64)
    design = np.column_stack([source, np.ones(len(source))])
    part = np.linalg.lstsq(design, target, rcond=None)[0].T
    return np.vstack([part, [0.0, 0.0, 1.0]])


def project(h: Array, points: ArrayLike) -> Array:
    """(..., 2) points through H; points at or behind the horizon become nan."""
    p = np.asarray(points, dtype=np.float64)
    x, y, w = (p[..., 0] * h[i, 0] + p[..., 1] * h[i, 1] + h[i, 2] for i in range(3))
    w = np.where(w > 1e-12, w, np.nan)
    return np.stack([x / w, y / w], axis=-1)


def local_steps(h: Array, points: ArrayLike) -> tuple[Array, Array]:
    """(..., 2) pixels that one unit of u, and one of v, is long at each point."""
    p = np.asarray(points, dtype=np.float64)
    half = np.array([0.5, 0.0]), np.array([0.0, 0.5])
    return tuple(project(h, p + d) - project(h, p - d) for d in half)  # type: ignore[return-value]


def _normaliser(points: Array) -> Array:
    centre = points.mean(axis=0)
    scale = np.sqrt(2) / max(float(np.sqrt(((points - centre) ** 2).sum(axis=1)).mean()), 1e-12)
    return np.array([[scale, 0, -scale * centre[0]], [0, scale, -scale * centre[1]], [0, 0, 1.0]])
