"""Blur, told from the picture alone, at its sharpest edges.

With σ the standard deviation of the point spread, the slope at the middle of an edge of height h, after a further
Gaussian blur t, is h / √(2π (σ² + t²)). Two blurs t₁ < t₂ give

    σ² = (t₂² − r t₁²) / (r − 1),      r = (slope at t₁ / slope at t₂)².

r is the median over the steepest hundredth of the pixels: borders, hair, pores, relief, naevi. White noise of
variance n adds n / 4π t⁴ to a squared slope; n comes from the median absolute diagonal difference and is taken away.
The result is an apparent blur, of lens, focus and hand together; a scene without any fine detail looks the same.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.photo.quality.check import Check, judged
from skintwin.photo.quality.view import QualityView

Array = NDArray[np.float64]

_SCALES = (1.0, 2.0)
_MAD_TO_SD = 1.4826
_MOST = 20.0
_STEEPEST = 0.01  # of the pixels
_CLEAR = 4.0  # squared slope of an edge over that of noise, below which blur cannot be told


def blur_sd(view: QualityView) -> float:
    """Apparent standard deviation of the point spread, pixels; nan where noise is all there is."""
    from scipy import ndimage

    picture = np.log(view.light)
    inner = ndimage.binary_erosion(view.photograph.valid, iterations=3)
    if not inner.any():
        return float("nan")
    diagonal = 0.5 * (picture[1:, 1:] - picture[1:, :-1] - picture[:-1, 1:] + picture[:-1, :-1])
    noise = (_MAD_TO_SD * float(np.median(np.abs(diagonal[inner[1:, 1:]])))) ** 2
    energy = []
    for t in _SCALES:
        rows, columns = _slopes(picture, t)
        energy.append(rows[inner] ** 2 + columns[inner] ** 2)
    steep = energy[1] >= np.quantile(energy[1], 1 - _STEEPEST)
    grain = [noise / (4 * np.pi * t**4) for t in _SCALES]
    slopes = [float(np.median(e[steep])) - g for e, g in zip(energy, grain, strict=True)]
    if min(slopes) <= 0 or slopes[1] < _CLEAR * grain[1]:
        return float("nan")
    ratio = slopes[0] / slopes[1]
    near, far = (t**2 for t in _SCALES)
    if ratio <= 1:
        return _MOST
    return float(np.clip(np.sqrt(max((far - ratio * near) / (ratio - 1), 0.0)), 0.0, _MOST))


def _slopes(picture: Array, t: float) -> tuple[Array, Array]:
    """Derivatives (h, w) along rows and columns of a picture under a Gaussian of sd ``t``."""
    import cv2

    x = np.arange(-round(3 * t), round(3 * t) + 1, dtype=np.float64)
    bell = np.exp(-0.5 * (x / t) ** 2)
    bell /= bell.sum()
    slope = bell * x / t**2  # OpenCV correlates
    border = cv2.BORDER_REFLECT
    down, across = (
        cv2.sepFilter2D(picture, cv2.CV_64F, kx, ky, borderType=border) for kx, ky in ((bell, slope), (slope, bell))
    )
    return np.asarray(down), np.asarray(across)


def check_blur(view: QualityView) -> Check:
    """Apparent blur over the lesion's radius."""
    value = blur_sd(view) / max(view.radius, 1e-9)
    return judged("blur", value, "lower", "The picture is sharp enough for this lesion.",
                  "The picture is blurred for a lesion of this size: hold still, focus on the skin, go nearer.",
    )  # fmt: skip
