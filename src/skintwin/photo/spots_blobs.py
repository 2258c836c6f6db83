"""Blobs of a contrast map at all scales, and how far each rises above the noise of the skin.

    ρ_σ = −σ² ∇²G_σ * c / (2/e)      for a disc of diameter 2√2 σ its contrast, for a slope 0
    z_σ = ρ_σ / robust sd of ρ_σ over the skin      (texture, pores and camera noise are in it)

A place is a blob where ρ is largest in space and scale. Its threshold is the z at which normal noise would give
``false`` blobs in the whole region: with Nσ = area/(2πσ²) independent places at each of m scales,

    Φ(−z₀) = false / (m Nσ)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skintwin.photo.photograph import Mask

Array = NDArray[np.float64]

_STEP = 1.3
"""Ratio of neighbouring scales: between two of them a disc loses under 2 % of its response."""
_PEAK = 2 / np.e  # response of −σ²∇²G to a disc of radius √2 σ and contrast 1
_MAD_TO_SD = 1.4826
_ENOUGH = 100_000  # pixels: their neighbours add nothing to a median


@dataclass(frozen=True, eq=False)
class Blobs:
    """rows, columns, scale: place and σ (pixels) of each blob. contrast: its ρ. noise: sd of ρ at its scale.

    excess: z − z₀, above 0. floor: contrast at which a disc of the smallest size is found in half the cases.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    scale: Array
    contrast: Array
    noise: Array
    excess: Array
    floor: float


def find_blobs(
    contrast: Array, usable: Mask, smallest: float, largest: float, false: float, plain: Mask | None = None
) -> Blobs:
    """contrast: (h, w), 0 outside ``usable``. smallest, largest: diameters, pixels.

    plain: (h, w) bool, skin without spots, on which the noise is measured; all of ``usable`` if None.
    """
    from scipy import ndimage, special

    first, last = smallest / (2 * np.sqrt(2)), largest / (2 * np.sqrt(2))
    count = max(2, 1 + int(np.ceil(np.log(last / first) / np.log(_STEP))))
    scales = np.geomspace(first, last, count)
    response = _responses(contrast, scales)
    quiet = response if plain is None else _responses(np.where(plain, contrast, 0.0), scales)
    noise = np.array([_noise(r, usable if plain is None else plain) for r in quiet])
    places = usable.sum() / (2 * np.pi * scales**2)
    threshold = -special.ndtri(np.minimum(0.5, false / (count * np.maximum(places, 1.0))))
    excess = response / noise[:, None, None] - threshold[:, None, None]
    top = response == ndimage.maximum_filter(response, size=3, mode="nearest")
    peak = top & usable & (excess > 0) & (response > 0)
    k, rows, columns = np.nonzero(peak)
    return Blobs(rows, columns, scales[k], response[peak], noise[k], excess[peak], float(threshold[0] * noise[0]))


def _responses(contrast: Array, scales: Array) -> NDArray[np.float32]:
    """(m, h, w) ρ at each scale, by cosine transform: mirrored at the frame, all scales at one cost."""
    from scipy import fft

    transform = fft.dctn(contrast.astype(np.float32), norm="ortho")
    squared = sum(np.meshgrid(*((np.pi * np.arange(n) / n) ** 2 for n in contrast.shape), indexing="ij"))
    out = np.empty((len(scales), *contrast.shape), np.float32)
    for i, scale in enumerate(scales):
        s = (scale**2 * squared).astype(np.float32)
        out[i] = fft.idctn(transform * (s * np.exp(-s / 2) / _PEAK), norm="ortho")
    return out


def _noise(response: Array, usable: Mask) -> float:
    """Robust sd over the skin, spots left out by clipping twice."""
    values = response[usable]
    values = values[:: max(1, values.size // _ENOUGH)]
    for _ in range(3):
        middle = np.median(values)
        sd = _MAD_TO_SD * float(np.median(np.abs(values - middle)))
        kept = values[np.abs(values - middle) < 3 * max(sd, 1e-9)]
        if kept.size in (0, values.size):
            break
        values = kept
    return max(sd, 1e-3)
