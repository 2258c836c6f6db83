"""The colour that the skin would have without the lesion: a smooth surface through the skin around it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from skintwin.photo.photograph import Mask

Array = NDArray[np.float64]

_TUKEY = 4.685  # tuning constant of the biweight: 95 % efficiency for normal errors
_MAD_TO_SD = 1.4826
_RIDGE = 1e-12  # of the number of pixels: holds the surface where the skin lies on a line, bends it nowhere else
_ENTER = 8_000  # pixels: a surface of fifteen numbers is known to a hundredth of their sd
_NEAR = 1e-3  # weight of usable neighbours that fills a hole
_BLUR = 4.0  # pixels: a wider Gaussian is taken on a picture of half the size


def smooth_skin(lab: Array, skin: Mask, order: int, passes: int = 6) -> tuple[Array, Array]:
    """Fit a polynomial surface to each of L*, a*, b* by iteratively reweighted least squares.

    lab: (h, w, 3). skin: (h, w) bool, pixels to fit. order: 0 to 4 in x and y.
    Returns the surface (h, w, 3), and the robust standard deviation (3,) of the skin about it.
    The biweight lets neighbouring spots, stray hairs and shadows fall out. At most about ``_ENTER`` pixels enter.
    """
    basis = _basis(skin.shape, order)
    rows, columns = np.nonzero(skin)
    step = max(1, rows.size // _ENTER)
    at = (rows[::step], columns[::step])
    design, values = basis[at], lab[at]
    weight = np.ones(values.shape[0])
    ridge = _RIDGE * max(rows.size, 1) * np.eye(design.shape[1])
    for _ in range(passes):
        weighted = (design * weight[:, None]).T
        coefficients = np.linalg.solve(weighted @ design + ridge, weighted @ values)
        residual = values - design @ coefficients
        sd = np.maximum(_MAD_TO_SD * np.median(np.abs(residual), axis=0), 0.05)
        distance = np.sqrt(((residual / sd) ** 2).mean(axis=1))
        weight = np.where(distance < _TUKEY, (1 - (distance / _TUKEY) ** 2) ** 2, 0.0) + 1e-6
    return np.asarray(basis @ coefficients), np.asarray(sd)


def fill_holes_smoothly(values: Array, usable: Mask, sigma: float) -> Array:
    """Replace unusable pixels by a Gaussian-weighted mean of usable neighbours (normalised convolution).

    values: (h, w, c). sigma: pixels; doubled until every hole has neighbours.
    """
    import cv2

    missing = ~usable
    out = values.copy()
    if not usable.any():
        return out
    widest = 4.0 * max(usable.shape)
    weight = usable.astype(np.float64)
    filled = np.where(usable[..., None], values, 0.0)
    size = (usable.shape[1], usable.shape[0])
    while missing.any():
        if sigma > widest:  # a few pixels in a large picture
            out[missing] = values[usable].mean(axis=0)
            break
        if sigma > _BLUR and min(weight.shape) > 2:
            half = ((weight.shape[1] + 1) // 2, (weight.shape[0] + 1) // 2)
            weight, filled = (cv2.resize(p, half, interpolation=cv2.INTER_AREA) for p in (weight, filled))
            sigma /= 2
            widest /= 2
        near, smooth = (
            cv2.resize(
                cv2.GaussianBlur(p, (0, 0), sigma, borderType=cv2.BORDER_REFLECT), size, interpolation=cv2.INTER_LINEAR
            )
            for p in (weight, filled)
        )
        here = missing & (near > _NEAR)
        out[here] = smooth[here] / near[here][:, None]
        missing &= ~here
        sigma *= 2
    return out


@lru_cache(maxsize=8)
def _basis(shape: tuple[int, ...], order: int) -> Array:
    y, x = np.meshgrid(*(np.linspace(-1, 1, n) for n in shape), indexing="ij")
    powers = [[np.ones_like(v), v] for v in (x, y)]
    for found in powers:
        while len(found) <= order:
            found.append(found[-1] * found[1])
    made = np.stack([powers[0][i] * powers[1][j] for i in range(order + 1) for j in range(order + 1 - i)], axis=-1)
    made.setflags(write=False)
    return made
