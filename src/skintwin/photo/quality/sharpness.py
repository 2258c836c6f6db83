"""Blur, told from the picture alone.

With σ the standard deviation of the point spread and P(k) the power spectrum of the scene, the energy of the gradient
of ln(light) after a further Gaussian blur t is

    G(t) = ∫ k² P(k) exp(−k² (σ² + t²)) d²k / 4π²        which for P ∝ k⁻² goes as 1 / (σ² + t²).

P ∝ k⁻² is the spectrum of pictures made of edges (Field 1987, doi:10.1364/JOSAA.4.002379): borders, hair, relief. Two
blurs t₁ < t₂ then give

    σ² = (t₂² − r t₁²) / (r − 1),      r = G(t₁) / G(t₂).

White noise of variance n adds n / 4π t⁴; n comes from the median absolute diagonal difference and is taken away. The
result is an apparent blur, of lens, focus and hand together; a scene without fine detail looks the same.
"""

from __future__ import annotations

import numpy as np

from skintwin.photo.quality.check import Check, judged
from skintwin.photo.quality.view import QualityView

_SCALES = (1.0, 2.0)
_MAD_TO_SD = 1.4826
_MOST = 20.0


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
        rows, columns = (ndimage.gaussian_filter(picture, t, order=o, truncate=3.0) for o in ((1, 0), (0, 1)))
        found = float((rows[inner] ** 2 + columns[inner] ** 2).mean())
        energy.append(found - noise / (4 * np.pi * t**4))
    if min(energy) <= 0:
        return float("nan")
    ratio = energy[0] / energy[1]
    near, far = (t**2 for t in _SCALES)
    if ratio <= 1:
        return _MOST
    return float(np.clip(np.sqrt(max((far - ratio * near) / (ratio - 1), 0.0)), 0.0, _MOST))


def check_blur(view: QualityView) -> Check:
    """Apparent blur over the lesion's radius."""
    value = blur_sd(view) / max(view.radius, 1e-9)
    return judged("blur", value, "lower", "The picture is sharp enough for this lesion.",
                  "The picture is blurred for a lesion of this size: hold still, focus on the skin, go nearer.",
    )  # fmt: skip
