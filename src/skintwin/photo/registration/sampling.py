"""Pictures taken through a map, with the mean over each new pixel's area.

A new pixel that is n old pixels long is the mean of parts. From n = 2 on the old picture is first averaged over squares
of floor(n) pixels; what is left, below 2 to a side, is cut into 1 or 2 x 2 parts, each read by linear interpolation
between pixel centres. Where old pixels are larger than new ones there is one part. The map is smooth: it is computed at
every eighth new pixel and is linear between.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skintwin.photo.crop import CropGeometry

Array = NDArray[np.float64]
Map = Callable[[Array], Array]
"""(n, 2) x, y in pixels of the baseline -> (n, 2) x, y in pixels of the follow-up; pixel centres at whole numbers."""

_STEP = 8  # new pixels between computed points: a plane tilted by 25 degrees bends by less than 0.01 pixels in between
_LAYERS = 4  # that the reader takes at a time


def whole_frame(shape: tuple[int, int], ny: int, nx: int) -> CropGeometry:
    """The window that holds all of a photograph (h, w) on ny x nx pixels."""
    return CropGeometry(0.0, 0.0, float(shape[0]), float(shape[1]), ny, nx, shape)


def sampled(picture: NDArray[np.floating], to_follow_up: Map, window: CropGeometry) -> NDArray[np.floating[Any]]:
    """(h2, w2[, c]) follow-up -> (ny, nx[, c]) on the window of the baseline, nan outside the follow-up.

    Give linear light: the mean of encoded colours is not the colour of the mean. float32 stays float32.
    """
    kind = np.float32 if picture.dtype == np.float32 else np.float64
    flat: NDArray[Any] = np.asarray(picture, dtype=kind)
    layers: NDArray[Any] = flat.reshape(*flat.shape[:2], -1)
    nodes, y0, x0 = _nodes(to_follow_up, window)
    length = _length(nodes)
    if length >= 2:
        layers, nodes = _shrunk(layers, nodes, int(length))
        length /= int(length)
    parts = 1 if length < 1.25 else 2
    total: NDArray[Any] = np.zeros((window.ny, window.nx, layers.shape[2]), dtype=kind)
    outside = np.zeros((window.ny, window.nx), dtype=np.bool_)
    offsets = (np.arange(parts) + 0.5) / parts - 0.5
    for dy in offsets:
        rows = _between(nodes, (np.arange(window.ny) + dy - y0) / _STEP, axis=0)
        for dx in offsets:
            at = _between(rows, (np.arange(window.nx) + dx - x0) / _STEP, axis=1)
            outside |= _outside(at, (layers.shape[0], layers.shape[1]))
            total += _read(layers, at)
    total /= kind(parts**2)
    total[outside] = np.nan
    return total.reshape(window.ny, window.nx, *picture.shape[2:])


def _nodes(to_follow_up: Map, window: CropGeometry) -> tuple[NDArray[np.float32], int, int]:
    """The map at every eighth new pixel, one step beyond each end; the new pixel of the first node."""
    y, x = (np.arange(-_STEP, n + 2 * _STEP, _STEP) for n in (window.ny, window.nx))
    points = np.stack(np.broadcast_arrays(
        window.left + (x[None, :] + 0.5) * window.width / window.nx - 0.5,
        window.top + (y[:, None] + 0.5) * window.height / window.ny - 0.5,
    ), axis=-1)
    seen = to_follow_up(points.reshape(-1, 2)).reshape(points.shape)
    return np.asarray(seen, dtype=np.float32), int(y[0]), int(x[0])


def _length(nodes: NDArray[np.float32]) -> float:
    """Old pixels along a new one: the root of the area that one new pixel covers; median over the window."""
    down, across = np.diff(nodes, axis=0)[:, :-1], np.diff(nodes, axis=1)[:-1]
    area = np.abs(down[..., 0] * across[..., 1] - down[..., 1] * across[..., 0])
    known = area[np.isfinite(area)]
    return float(np.sqrt(np.median(known))) / _STEP if known.size else 1.0


def _shrunk(layers: NDArray[Any], nodes: NDArray[np.float32], times: int) -> tuple[NDArray[Any], NDArray[np.float32]]:
    """Means over squares of ``times`` pixels, and the map to them."""
    import cv2

    old = np.array([layers.shape[1], layers.shape[0]])
    new = np.maximum(old // times, 1)
    pieces = [cv2.resize(layers[..., k], (int(new[0]), int(new[1])), interpolation=cv2.INTER_AREA)
              for k in range(layers.shape[2])]
    where = (nodes + np.float32(0.5)) * (new / old).astype(np.float32) - np.float32(0.5)
    return np.stack(pieces, axis=-1), np.asarray(where, dtype=np.float32)


def _between(nodes: NDArray[np.float32], at: Array, axis: int) -> NDArray[np.float32]:
    """Linear between nodes along one axis, at fractional node numbers."""
    low = np.floor(at).astype(np.intp)
    share = (at - low).astype(np.float32).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
    first = np.take(nodes, low, axis=axis)
    return np.asarray(first + share * (np.take(nodes, low + 1, axis=axis) - first))


def _outside(at: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.bool_]:
    x, y = at[..., 0], at[..., 1]
    return np.asarray(~((x >= -0.5) & (y >= -0.5) & (x <= shape[1] - 0.5) & (y <= shape[0] - 0.5)))


def _read(layers: NDArray[Any], at: NDArray[np.float32]) -> NDArray[Any]:
    import cv2

    x, y = np.ascontiguousarray(at[..., 0]), np.ascontiguousarray(at[..., 1])
    pieces = [
        np.asarray(cv2.remap(np.ascontiguousarray(layers[..., k : k + _LAYERS]), x, y, cv2.INTER_LINEAR,
                             borderMode=cv2.BORDER_REPLICATE)).reshape(*x.shape, -1)
        for k in range(0, layers.shape[2], _LAYERS)
    ]
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces, axis=-1)
