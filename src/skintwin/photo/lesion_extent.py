"""How far a lesion reaches, and how strong it is at each place.

A real lesion has dark parts and pale parts, and a border belongs to the part that it is the border of. The extent is
drawn first, where the colour of evenly lit skin has gone half of the way to the lesion's median: this holds the pale
parts too. The strength A(x) of the score is then a mean over the lesion's inside near x, and the border is drawn at a
share of A(x).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.optics.colour import linear_srgb_to_lab
from skintwin.photo.photograph import Mask

Array = NDArray[np.float64]

_MAD_TO_SD = 1.4826
_RIM = 0.15  # of the equivalent radius: nearer to the border the blur of the border is felt
_REACH = 0.3  # of the equivalent radius: standard deviation of the mean
_LIKE = 0.25  # of the score: what is less is a core or an island
_FEWEST = 8
_BOUNDS = (0.2, 1.5)


def extent_score(logs: Array, surface: Array, skin: Mask, inside: Mask, sigma: float) -> Array:
    """(h, w) score in L*a*b* of evenly lit skin, 0 on skin and 1 at the median of ``inside``.

    logs, surface: (h, w, 3) ln(linear sRGB) of the picture and of the skin. skin, inside: (h, w) bool. sigma: of the
    Gaussian under which it is drawn, pixels. The direction is Fisher's: where the lesion differs most from the skin's
    own variation.
    """
    import cv2

    flat = np.median(surface[skin], axis=0)
    even = np.asarray(linear_srgb_to_lab(np.exp(logs - surface + flat))) - np.asarray(linear_srgb_to_lab(np.exp(flat)))
    around = even[skin]
    sd = _MAD_TO_SD * np.median(np.abs(around - np.median(around, axis=0)), axis=0)
    near = skin & (np.abs(even) < 4 * sd + 1e-9).all(axis=-1)
    if near.sum() < _FEWEST:
        near = skin
    picked = even[inside]
    spread = np.cov(even[near].T) + np.diag(sd**2 + 1.0)
    direction = np.linalg.solve(spread, np.median(picked, axis=0))
    projected = cv2.GaussianBlur(even @ direction, (0, 0), float(sigma), borderType=cv2.BORDER_REFLECT)
    return np.asarray(projected / max(float(np.median(picked @ direction)), 1e-9))


def strength(score: Array, mask: Mask) -> Array:
    """(h, w) A(x): mean score of the lesion's inside near each place, 1 where no inside is near."""
    import cv2
    from scipy import ndimage

    radius = max(2.0, float(np.sqrt(mask.sum() / np.pi)))
    depth = ndimage.distance_transform_edt(np.pad(ndimage.binary_fill_holes(mask), 1))[1:-1, 1:-1]
    told = (depth >= max(1.5, _RIM * radius)) & (score > _LIKE)
    if told.sum() < _FEWEST:
        told = mask
    weight, value = (
        cv2.GaussianBlur(m, (0, 0), _REACH * radius) for m in (told.astype(np.float64), np.where(told, score, 0.0))
    )
    found = np.where(weight > 1e-4, value / np.maximum(weight, 1e-9), 1.0)
    return np.asarray(np.clip(found, *_BOUNDS))
