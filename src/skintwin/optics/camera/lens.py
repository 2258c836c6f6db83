"""Blur of a lens: a Gaussian point spread, told by its standard deviation or by the frequency of half contrast.

    MTF(f) = exp(−2 π² σ² f²)          f in cycles per pixel, σ in pixels
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def mtf(frequency: ArrayLike, blur: float) -> Array:
    """Contrast that is left at a frequency (cycles per pixel, or per mm with ``blur`` in mm), same shape."""
    return np.exp(-2.0 * (np.pi * blur * np.asarray(frequency, dtype=np.float64)) ** 2)


def blur_of_mtf50(frequency: float) -> float:
    """Standard deviation (pixels) of a lens whose contrast is one half at ``frequency`` (cycles per pixel)."""
    return float(np.sqrt(np.log(2.0) / 2.0) / (np.pi * frequency))


def blurred(picture: NDArray[np.float32], blur: float) -> NDArray[np.float32]:
    """(h, w, c) after a lens of standard deviation ``blur`` pixels; mirrored at the border."""
    from scipy.ndimage import gaussian_filter

    if blur <= 0:
        return picture
    return np.asarray(gaussian_filter(picture, (blur, blur, 0), mode="reflect", truncate=3.5))
