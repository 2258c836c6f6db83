"""How much of a lesion's pigment change is left at each place, told from light alone.

At each visit ln(light) is taken relative to the skin around the lesion. With d the baseline's median of it over the
lesion, a vector of three channels,

    g(x) = ln I(x) − ln I_skin(x),        s = w·g(x),        w = C⁻¹d / d·C⁻¹d,        C = ν² 1 + σ² β βᵀ + τ² diag(d²).

s is 1 at the lesion's median. β is what more blood does to ln(light) (from this project's optics, skin without melanin,
where it shows most) and σ how far blood may differ between visits (``measure.blood_change``): a lesion that has become
red must not look as if its pigment had come back. τ is how far two pictures may differ in the contrast that one channel
shows (``measure.channel_gain``); without it, the weights of a yellowish mark would live on the difference of two
channels. Blood that has doubled leaves up to 8 % of a usual contrast in s; with equal weights it would be 40 %.

I_skin is a plane in ln I through the surrounding skin; the second visit's is the first's and a plane through the
difference of the two pictures there, in which the skin's own texture cancels. Colour of the light and its slope fall
out, and so does exposure in linear light. Without cards each picture has a tone curve of its own, and the second
visit's contrast is divided by the gain that its skin shows (:mod:`skintwin.measure.tone_gain`).

Light is no straight function of pigment: half of the pigment is at the share

    ℓ = ½ + k d_green / (1 + c |d_green|)        (``measure.half_pigment_slope``, ``measure.half_pigment_bend``)

of the contrast, so that the share of the pigment left is, joined by a power law,

    p = sgn(s) |s|^(1/q),       q = −log₂ ℓ.

The lesion is compared with the skin around it *now*: where a tan has come or gone between the visits, an unpigmented
patch that did not change has another contrast, and p says so.

Pigment maps of two photographs, each inverted on its own, differ more: in dark or glossy skin a small error of the
level stretches the contrast. On 72 follow-ups of rendered lesions (tuning seeds 502 and 503) the 95 % limits of the
repigmented share were ± 27 points from pigment maps and ± 13 from light. Planes of the second order did worse.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.photo.background import smooth_skin
from skintwin.photo.photograph import Mask

Array = NDArray[np.float64]

_UNIT: Final = 30.0  # of ln(light): about one of L*, on which the floor of the skin's variation is set
_DARKEST: Final = 1e-3  # linear light: below, a logarithm is of noise
_NOISE: Final = 0.02  # ν, of ln(light)
_LEVELS: Final = (0.3, 0.57)  # of ℓ, beyond which the optics bends back in the darkest skin
_NONE: Final = 1e-6  # of ln(light): rounding


def pigment_left(baseline: Array, now: Array, lesion: Mask, skin: Mask, gain: float = 1.0) -> tuple[Array, Array]:
    """(h, w) share of the lesion's pigment change at the baseline and now: 0 on skin, 1 at the lesion's median.

    baseline, now: (h, w, 3) linear sRGB on each other, nan where not seen. lesion, skin: (h, w) bool. gain: how many
    times as strong the later picture shows contrasts.
    Both results are nan where a picture is; all nan where the lesion has no contrast in light.
    """
    first, second = (np.log(np.maximum(picture, _DARKEST)) for picture in (baseline, now))
    known, known_now = (np.isfinite(picture).all(axis=-1) for picture in (baseline, now))
    around = skin & known & known_now
    surface, moved = _plane(first, around), _plane(second - first, around)
    contrast, contrast_now = first - surface, (second - surface - moved) / gain
    usual = np.median(contrast[lesion & known], axis=0)
    if np.abs(usual).max() < _NONE:
        return np.full(lesion.shape, np.nan), np.full(lesion.shape, np.nan)
    weights = channel_weights(usual)
    power = -1.0 / np.log2(_half_pigment(float(usual[1])))
    shares = []
    for each, seen in ((contrast, known), (contrast_now, known_now)):
        share = each @ weights
        share -= np.median(share[around])
        shares.append(np.where(seen, np.sign(share) * np.abs(share) ** power, np.nan))
    return shares[0], shares[1]


def _half_pigment(green: float) -> float:
    """ℓ for the contrast of a lesion in ln(linear green)."""
    slope, bend = (ledger().value(f"measure.half_pigment_{name}", "1") for name in ("slope", "bend"))
    return float(np.clip(0.5 + slope * green / (1.0 + bend * abs(green)), *_LEVELS))


def channel_weights(contrast: Array) -> Array:
    """(3,) w for a contrast (3,) in ln(light): w·contrast = 1, least noise, and blood suppressed."""
    beta = blood_direction()
    sd = ledger().value("measure.blood_change", "1")
    gain = ledger().value("measure.channel_gain", "1")
    spread = np.diag(_NOISE**2 + (gain * contrast) ** 2) + sd**2 * np.outer(beta, beta)
    found = np.linalg.solve(spread, contrast)
    return np.asarray(found / (found @ contrast))


def unlike_blood(contrast: Array) -> float:
    """Sine of the angle between a contrast (3,) in ln(light) and what blood does: 0 for a mark of blood alone. Pigment
    of any phototype has 0.28 and more on this project's optics."""
    beta = blood_direction()
    cosine = float(contrast @ beta) / max(float(np.linalg.norm(contrast) * np.linalg.norm(beta)), 1e-12)
    return float(np.sqrt(max(1.0 - cosine**2, 0.0)))


@cache
def blood_direction() -> Array:
    """(3,) β: change of ln(linear sRGB) with ln(blood share), skin without melanin, about the usual share."""
    from skintwin.measure.site_colours import site_table, usual_blood

    table = site_table(None)
    usual, factor = usual_blood(table), np.sqrt(2.0)
    more, less = (np.log(table.linear_srgb(0.0, share)) for share in (usual * factor, usual / factor))
    made = np.asarray((more - less) / np.log(2.0)).reshape(3)
    made.setflags(write=False)
    return made


def _plane(logs: Array, skin: Mask) -> Array:
    """(h, w, 3) plane through (h, w, 3) ln(light) of the skin."""
    known = np.where(skin[..., None], logs, 0.0)
    return smooth_skin(_UNIT * known, skin, 1)[0] / _UNIT
