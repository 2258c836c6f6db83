"""Which connected piece of a contrast map is the lesion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skintwin.photo.photograph import Mask

Array = NDArray[np.float64]

_LEVELS = 12
_CENTRE_WIDTH = 0.45
"""Standard deviation of the preference for the middle of the frame, in half-diagonals' share of the side."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """mask: (h, w) bool. quality: contrast x sqrt(area) x centrality (a matched filter's signal)."""

    mask: Mask
    quality: float


def best_candidate(contrast: Array, noise: float, smallest: float, largest: float) -> Candidate | None:
    """The piece that stands out most, over a range of thresholds.

    contrast: (h, w), 0 for surrounding skin, positive towards the lesion. noise: its sd on skin.
    smallest, largest: share of the frame that a lesion may fill.
    Of all pieces at all thresholds, the one with the largest mean contrast x sqrt(area): for a region of
    constant contrast in white noise that is the most likely segmentation. Pieces far from the centre, and
    pieces that leave through the frame, count less.
    """
    from scipy import ndimage

    top = float(np.quantile(contrast, 1 - smallest / 2))
    if top <= 2 * noise:
        return None
    best: Candidate | None = None
    for level in np.geomspace(max(1.5 * noise, 0.08 * top), 0.85 * top, _LEVELS):
        labels = ndimage.label(contrast > level)[0]
        for piece, box in enumerate(ndimage.find_objects(labels), start=1):
            mask = labels[box] == piece
            share = mask.sum() / contrast.size
            if not smallest <= share <= largest:
                continue
            strength = float(contrast[box][mask].mean() * np.sqrt(mask.sum()))
            quality = strength * _centrality(mask, box, contrast.shape)
            if best is None or quality > best.quality:
                full = np.zeros(contrast.shape, dtype=np.bool_)
                full[box] = mask
                best = Candidate(full, quality)
    return best


def frame_share(mask: Mask) -> float:
    """Share of a mask's border pixels that lie on the frame of the picture."""
    from scipy import ndimage

    border = mask & ~ndimage.binary_erosion(mask)
    on_frame = np.zeros_like(mask)
    on_frame[[0, -1]] = on_frame[:, [0, -1]] = True
    return float((border & on_frame).sum() / max(border.sum(), 1))


def _centrality(mask: Mask, box: tuple[slice, ...], shape: tuple[int, ...]) -> float:
    rows, columns = np.nonzero(mask)
    off = [
        (where.mean() + part.start - (n - 1) / 2) / n
        for where, part, n in zip((rows, columns), box, shape, strict=True)
    ]
    central = np.exp(-0.5 * (off[0] ** 2 + off[1] ** 2) / (_CENTRE_WIDTH / 2) ** 2)
    open_sides = sum(
        float(edge.sum())
        for edge, touches in (
            (mask[0], box[0].start == 0), (mask[-1], box[0].stop == shape[0]),
            (mask[:, 0], box[1].start == 0), (mask[:, -1], box[1].stop == shape[1]),
        )
        if touches
    )
    girth = 2 * np.sqrt(np.pi * mask.sum())
    return float(central * np.exp(-3 * open_sides / girth))
