"""How much of a lesion's pigment change is left at each place, told from light alone.

At each visit ln(light) is taken relative to the skin around the lesion, along one direction w of the channels:

    g(x) = w·(ln I(x) − ln I_skin(x)),        s = g / g₀,        g₀ the baseline's median over the lesion.

I_skin is a plane in ln I through the surrounding skin; the second visit's is the first's and a plane through the
difference of the two pictures there, in which the skin's own texture cancels. Exposure, colour of the light and its
slope fall out; a level of pigment is not needed. Light is no straight function of pigment: half of the pigment is at
the share ℓ = ½ + k d of the contrast, with d that of the lesion in ln(green) (``photo.outline_level_slope``, as for
outlines), so that the share of the pigment left is, joined by a power law,

    p = sgn(s) |s|^(1/q),       q = −log₂ ℓ.

A camera's tone curve makes contrasts larger where the picture is darker. Without cards the second visit's contrast is
multiplied by (brightness of its skin over the first's)^ε (``measure.tone_exposure``).

Pigment maps of two photographs, each inverted on its own, differ more: in dark or glossy skin a small error of the
level stretches the contrast. On 36 follow-ups of rendered lesions (tuning seed 503) the 95 % limits of the repigmented
share were ± 25 points from pigment maps and ± 9 from light. A surface of the second order instead of the plane: ± 13.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.photo.background import smooth_skin
from skintwin.photo.photograph import Mask

Array = NDArray[np.float64]

WEIGHTS: Final = (0.25, 0.55, 0.2)
"""w: green carries the pigment, and a mean over channels has less noise."""
_UNIT: Final = 30.0  # of ln(light): about one of L*, on which the floor of the skin's variation is set
_DARKEST: Final = 1e-3  # linear light: below, a logarithm is of noise
_LEVELS: Final = (0.3, 0.7)
_NONE: Final = 1e-6  # of ln(light): rounding


def pigment_left(baseline: Array, now: Array, lesion: Mask, skin: Mask, tone: float = 0.0) -> tuple[Array, Array]:
    """(h, w) share of the lesion's pigment change at the baseline and now: 0 on skin, 1 at the lesion's median.

    baseline, now: (h, w, 3) linear sRGB on each other, nan where not seen. lesion, skin: (h, w) bool. tone: ε, 0 for
    linear light (colours corrected by a card).
    Both results are nan where a picture is; all nan where the lesion has no contrast in light.
    """
    first, second = (np.log(np.maximum(picture, _DARKEST)) for picture in (baseline, now))
    known, known_now = (np.isfinite(picture).all(axis=-1) for picture in (baseline, now))
    around, inside = skin & known & known_now, lesion & known
    surface = _plane(first, around)
    contrast = first - surface
    contrast_now = second - surface - _plane(second - first, around)
    weights = np.array(WEIGHTS)
    contrast_now *= np.exp(tone * np.median((second - first)[around] @ weights))
    usual = float(np.median((contrast @ weights)[inside]))
    if abs(usual) < _NONE:
        return np.full(lesion.shape, np.nan), np.full(lesion.shape, np.nan)
    slope = ledger().value("photo.outline_level_slope", "1")
    half = ledger().value("photo.outline_level", "1") + slope * float(np.median(contrast[inside][:, 1]))
    power = -1.0 / np.log2(np.clip(half, *_LEVELS))
    shares = []
    for each, seen in ((contrast, known), (contrast_now, known_now)):
        share = (each @ weights) / usual
        shares.append(np.where(seen, np.sign(share) * np.abs(share) ** power, np.nan))
    return shares[0], shares[1]


def _plane(logs: Array, skin: Mask) -> Array:
    """(h, w, 3) plane through (h, w, 3) ln(light) of the skin."""
    known = np.where(skin[..., None], logs, 0.0)
    return smooth_skin(_UNIT * known, skin, 1)[0] / _UNIT
