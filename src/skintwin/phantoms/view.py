"""Where a place of the skin is seen: skin (u, v) in mm ↔ pixels (x, y), exactly both ways.

    (u, v) → deformed (a, b) = (u, v) + Σ d_k sin(k_k · (u, v) + φ_k)          material → as it lies at the visit
    (a, b) → (t, s) along and across the axis of a cylinder of curvature κ;  n = sin(κ s)/κ,  w = (1 − cos(κ s))/κ
    p_c = R (p − T) + (0, 0, Z),   (x, y) = f p_c[:2]/p_c[2] + centre            w points into the skin

a, b are lengths on the surface, so that areas in them are areas of the skin at the visit. Pixel centres lie at whole
numbers. A card lies in the plane w = 0, which touches the skin at the origin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Real = NDArray[np.float32]

NODES: Final = 48
"""Nodes over the longer side at which whole pictures are mapped exactly; between them the map is cubic."""
_ITERATIONS: Final = 12


@dataclass(frozen=True)
class View:
    """A pose of the camera over the skin.

    shape: height and width, pixels. focal: pixels. rotation: nine numbers of R, row by row. target: T on the skin's
    plane, mm. distance: Z, mm. curvature: κ, 1/mm; axis: radians. waves: rows (k_u, k_v, φ, d_u, d_v).
    """

    shape: tuple[int, int]
    focal: float
    rotation: tuple[float, ...]
    target: tuple[float, float]
    distance: float
    curvature: float = 0.0
    axis: float = 0.0
    waves: tuple[tuple[float, float, float, float, float], ...] = ()

    def deformed(self, skin: ArrayLike) -> Array:
        """(..., 2) material places → where they lie on the surface, mm."""
        at = np.asarray(skin, dtype=np.float64)
        return at + self._shift(at)

    def pixels(self, skin: ArrayLike) -> Array:
        """(..., 2) places of the skin, mm → (..., 2) x, y in pixels."""
        return self.seen(self._surface(self.deformed(skin)))

    def skin(self, pixels: ArrayLike) -> Array:
        """(..., 2) x, y in pixels → (..., 2) places of the skin, mm; nan where the skin is not met."""
        lying = self.lying(pixels)
        found = lying.copy()
        for _ in range(_ITERATIONS if self.waves else 0):
            found = lying - self._shift(found)
        return found

    def lying(self, pixels: ArrayLike) -> Array:
        """(..., 2) pixels → (..., 2) where they meet the surface, as it lies at the visit."""
        direction, origin = self._rays(pixels)
        along, across = self._axes()
        dn, dw = direction[..., :2] @ across, direction[..., 2]
        cn, cw = float(origin[:2] @ across), float(origin[2])
        k = self.curvature
        a, b, c = k * (dn**2 + dw**2), k * (cn * dn + cw * dw) - dw, k * (cn**2 + cw**2) - 2.0 * cw
        with np.errstate(invalid="ignore", divide="ignore"):  # rays that miss the skin or graze it
            reach = c / (np.sqrt(b**2 - a * c) - b)
            n, w = cn + reach * dn, cw + reach * dw
            s = np.arctan2(k * n, 1.0 - k * w) / k if k else n
            t = float(origin[:2] @ along) + reach * (direction[..., :2] @ along)
            return np.asarray(t[..., None] * along + s[..., None] * across)

    def plane(self) -> Array:
        """(3, 3) plane w = 0, mm → pixels."""
        r = self._matrix()
        shift = np.array([0.0, 0.0, self.distance]) - r @ np.array([*self.target, 0.0])
        cy, cx = ((side - 1) / 2 for side in self.shape)
        camera = np.array([[self.focal, 0.0, cx], [0.0, self.focal, cy], [0.0, 0.0, 1.0]])
        return np.asarray(camera @ np.column_stack([r[:, 0], r[:, 1], shift]))

    def seen(self, points: Array) -> Array:
        """(..., 3) points in space, mm → (..., 2) pixels."""
        p = (points - np.array([*self.target, 0.0])) @ self._matrix().T + np.array([0.0, 0.0, self.distance])
        centre = np.array([(self.shape[1] - 1) / 2, (self.shape[0] - 1) / 2])
        return np.asarray(self.focal * p[..., :2] / p[..., 2:] + centre)

    def normal_slope(self, lying: Array) -> Array:
        """(..., 2) slope of the surface, radians, in the directions u and v."""
        across = self._axes()[1]
        return np.asarray((self.curvature * (lying @ across))[..., None] * across)

    def grids(self) -> tuple[Real, Real, Real]:
        """(h, w) u and v (mm) of every pixel, and its area (mm²) on the skin as it lies."""
        rows, columns, at = self.nodes()
        skin, lying = self.skin(at), self.lying(at)
        step = float(at[0, 1, 0] - at[0, 0, 0])
        (av, au), (bv, bu) = (np.gradient(lying[..., k], step) for k in (0, 1))
        area = np.abs(au * bv - av * bu)
        u, v, mm2 = (upsampled(rows, np.nan_to_num(each), columns) for each in (skin[..., 0], skin[..., 1], area))
        return u, v, mm2

    def nodes(self) -> tuple[Real, Real, Array]:
        """Cubic interpolation from nodes: (h, m) and (w, n) weights, and (m, n, 2) pixels of the nodes."""
        step = max(1.0, max(self.shape) / NODES)
        down, across = (_knots(side, step) for side in self.shape)
        at = np.stack(np.meshgrid(across, down), axis=-1)
        return _cubic(self.shape[0], down), _cubic(self.shape[1], across), at

    def _rays(self, pixels: ArrayLike) -> tuple[Array, Array]:
        centre = np.array([(self.shape[1] - 1) / 2, (self.shape[0] - 1) / 2])
        flat = (np.asarray(pixels, dtype=np.float64) - centre) / self.focal
        r = self._matrix()
        direction = flat @ r[:2] + r[2]
        return direction, np.array([*self.target, 0.0]) - self.distance * r[2]

    def _surface(self, lying: Array) -> Array:
        along, across = self._axes()
        t, s, k = lying @ along, lying @ across, self.curvature
        n, w = (np.sin(k * s) / k, (1.0 - np.cos(k * s)) / k) if k else (s, np.zeros_like(s))
        return np.concatenate([t[..., None] * along + n[..., None] * across, w[..., None]], axis=-1)

    def _shift(self, at: Array) -> Array:
        total = np.zeros_like(at)
        for ku, kv, phase, du, dv in self.waves:
            total += np.sin(at @ np.array([ku, kv]) + phase)[..., None] * np.array([du, dv])
        return total

    def _matrix(self) -> Array:
        return np.array(self.rotation).reshape(3, 3)

    def _axes(self) -> tuple[Array, Array]:
        c, s = np.cos(self.axis), np.sin(self.axis)
        return np.array([c, s]), np.array([-s, c])


def upsampled(rows: Real, nodes: Array, columns: Real) -> Real:
    """(h, w) from values at nodes (m, n), by the weights of ``View.nodes``."""
    return np.asarray((rows @ np.ascontiguousarray(nodes, np.float32)) @ columns.T, np.float32)


def rotation(turn: float, tilt: float, azimuth: float) -> tuple[float, ...]:
    """R of a camera turned about its view and tilted by an angle in a direction of the skin; degrees."""
    a, b, c = np.deg2rad([turn, tilt, azimuth])

    def about_view(angle: float) -> Array:
        return np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1.0]])

    tilting = np.array([[np.cos(b), 0, np.sin(b)], [0, 1.0, 0], [-np.sin(b), 0, np.cos(b)]])
    return tuple(float(x) for x in (about_view(a) @ about_view(c) @ tilting @ about_view(-c)).ravel())


def _knots(side: int, step: float) -> Array:
    """Nodes from two steps before the first pixel to two after the last."""
    return np.asarray((np.arange(int(np.ceil(side / step)) + 4) - 1.5) * step)


def _cubic(side: int, knots: Array) -> Real:
    """(side, n) weights of the cubic through the four nodes around each pixel."""
    place = (np.arange(side) - knots[0]) / (knots[1] - knots[0])
    first = np.clip(np.floor(place).astype(int), 1, knots.size - 3)
    p = place - first
    weights = np.zeros((side, knots.size), np.float32)
    rows = np.arange(side)
    weights[rows, first - 1] = -p * (p - 1) * (p - 2) / 6
    weights[rows, first] = (p + 1) * (p - 1) * (p - 2) / 2
    weights[rows, first + 1] = -(p + 1) * p * (p - 2) / 2
    weights[rows, first + 2] = (p + 1) * p * (p - 1) / 6
    return weights
