"""Blocks of skin all over the frame, away from the lesion: what the light of a scene is told from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.photo.photograph import Mask, Photograph

Array = NDArray[np.float64]

_BLOCKS: Final = 14  # along the longer side
_POINTS: Final = 280  # along the longer side: 20 by 20 in a block give its median to 1 %
_FREE: Final = 0.3  # share of a block that must be skin
_DARKEST: Final = 1e-4  # linear: below, a logarithm is of noise
_LUMINANCE: Final = np.array([0.2126, 0.7152, 0.0722])  # IEC 61966-2-1
_MAD_TO_SD: Final = 1.4826
_MEDIAN_SD: Final = 1.2533  # of a median over that of a mean


@dataclass(frozen=True, eq=False)
class SkinBlocks:
    """at: (n, 2) x, y in pixels. logs: (n, 4) medians of ln R, ln G, ln B and ln luminance. sd: (n, 4) of them."""

    at: Array
    logs: Array
    sd: Array


def skin_blocks(
    photograph: Photograph, lesion: Mask, like: float, developed: Callable[[Array], Array] | None = None, *,
    away_radii: float = 0.15,
) -> SkinBlocks:  # fmt: skip
    """Blocks that are skin: valid, not clipped, away from the lesion (h, w), and of the hue of the skin next to it.

    like: by how much ln of red to green and of blue to green may differ from that skin. developed: (..., 3) linear sRGB
    of the photograph → what is looked at. away_radii: how far from the lesion, in its radii. No blocks where no skin is
    next to the lesion.
    """
    from scipy.ndimage import distance_transform_edt

    step = max(1, max(photograph.shape) // _POINTS)
    thin = slice(step // 2, None, step), slice(step // 2, None, step)
    mask, usable = lesion[thin], photograph.valid[thin] & ~photograph.clipped[thin]
    radius = float(np.sqrt(max(int(mask.sum()), 1) / np.pi))
    away = np.asarray(distance_transform_edt(~mask))
    seen = np.asarray(photograph.linear_srgb[thin], np.float64)
    linear = np.maximum(seen if developed is None else developed(seen), _DARKEST)
    near = usable & (away > away_radii * radius) & (away < max(radius, 4.0))
    if not near.any():
        return SkinBlocks(np.empty((0, 2)), np.empty((0, 4)), np.empty((0, 4)))
    hue = np.log(linear[..., [0, 2]] / linear[..., [1]])
    alike = (np.abs(hue - np.median(hue[near], axis=0)) < like).all(axis=-1)
    rows, columns = np.nonzero(usable & (away > max(away_radii * radius, 1.0)) & alike)
    size = max(mask.shape) / _BLOCKS
    number = (rows // size).astype(int) * (_BLOCKS + 1) + (columns // size).astype(int)
    order = np.argsort(number, kind="stable")
    groups = np.split(order, np.nonzero(np.diff(number[order]))[0] + 1)
    kept = [g for g in groups if len(g) >= _FREE * size**2]
    at = np.array([[columns[g].mean(), rows[g].mean()] for g in kept]).reshape(-1, 2) * step + step // 2
    logs = np.concatenate([np.log(linear), np.log(linear @ _LUMINANCE)[..., None]], axis=-1)
    values = [logs[rows[g], columns[g]] for g in kept]
    middle = np.array([np.median(v, axis=0) for v in values]).reshape(-1, 4)
    off = np.array([np.median(np.abs(v - m), axis=0) for v, m in zip(values, middle, strict=True)]).reshape(-1, 4)
    count = np.array([len(v) for v in values], np.float64).reshape(-1, 1)
    return SkinBlocks(at, middle, _MAD_TO_SD * off * _MEDIAN_SD / np.sqrt(count))
