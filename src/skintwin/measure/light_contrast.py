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

Light is no straight function of pigment. On this project's optics, with the light I(m) of melanin m under the usual
blood, two columns m_skin and m_lesion are found whose greens are that of the skin and differ as the lesion's does; half
of the pigment lies between them and is seen at the share

    s½ = w·ln((I(½ m_skin + ½ m_lesion) + f)/(I(m_skin) + f)) / w·ln((I(m_lesion) + f)/(I(m_skin) + f))

of the contrast, so that the share of the pigment left is, joined by a power law,

    p = sgn(s) |s|^(1/q),       q = −log₂ s½.

f is what the surface of the skin reflects (``surface``): pigment does not colour it, and it is taken from the light
before columns are found. A contrast that no melanin makes at this brightness is moved to the nearest one at which it
does: a picture without a card does not know its brightness.

Where pigment ends within less than the picture can show, the border that is seen is blurred in light, not in
pigment: its middle lies at half of the light, s* = w·ln((1 + e^d)/2). Under a Gaussian blur b the slope of s there is
g* = w·2 tanh(d/2) / (b√2π); with g the slope of s at a place, what replaces s½ there is

    L(x) = s½ + (s* − s½) min(1, g(x)/g*)².

The lesion is compared with the skin around it *now*: where a tan has come or gone between the visits, an unpigmented
patch that did not change has another contrast, and p says so.

Pigment maps of two photographs, each inverted on its own, differ more: in dark or glossy skin a small error of the
level stretches the contrast. On 72 follow-ups of rendered lesions (tuning seeds 502 and 503) the 95 % limits of the
repigmented share were ± 27 points from pigment maps and ± 13 from light. Planes of the second order did worse.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.measure.skin_light import blood_direction, light_of, skin_lights
from skintwin.photo.background import smooth_skin
from skintwin.photo.photograph import Mask

Array = NDArray[np.float64]

_UNIT: Final = 30.0  # of ln(light): about one of L*, on which the floor of the skin's variation is set
_DARKEST: Final = 1e-3  # linear light: below, a logarithm is of noise
_NOISE: Final = 0.02  # ν, of ln(light)
_LEVELS: Final = (0.2, 0.65)  # of s½
_HALF_LIGHT: Final = (0.15, 0.85)  # of s*: that of contrasts of ± 4; channels that disagree could say anything
_MOST_SURFACE: Final = 0.8  # of the darkest light that is seen: the rest is the skin's own
_SLOPE_SD: Final = 0.7  # pixels: of the Gaussian under which the slope of a border is told
_PIXEL_VARIANCE: Final = 1.0 / 12.0 + 1.0 / 3.0  # pixel²: of a mean over a pixel, and of a difference across two
_NONE: Final = 1e-6  # of ln(light): rounding


def pigment_left(
    baseline: Array, now: Array, lesion: Mask, skin: Mask, gain: float = 1.0, *, surface: float = 0.0, blur: float = 0.0
) -> tuple[Array, Array]:
    """(h, w) share of the lesion's pigment change at the baseline and now: 0 on skin, 1 at the lesion's median.

    baseline, now: (h, w, 3) linear sRGB on each other, nan where not seen. lesion, skin: (h, w) bool. gain: how many
    times as strong the later picture shows contrasts. surface: reflection of the skin's surface in both, in units of a
    white. blur: standard deviation (pixels) of what they show of a sharp border; 0: every border is the pigment's own.
    Both results are nan where a picture is; all nan where the lesion has no contrast in light.
    """
    first, second = (np.log(np.maximum(picture, _DARKEST)) for picture in (baseline, now))
    known, known_now = (np.asarray(np.isfinite(picture).all(axis=-1)) for picture in (baseline, now))
    around = skin & known & known_now
    plane, moved = _plane(first, around), _plane(second - first, around)
    contrast, contrast_now = first - plane, (second - plane - moved) / gain
    usual = np.median(contrast[lesion & known], axis=0)
    if np.abs(usual).max() < _NONE:
        return np.full(lesion.shape, np.nan), np.full(lesion.shape, np.nan)
    weights = channel_weights(usual)
    half = _half_pigment(np.exp(np.median(first[around], axis=0)), usual, weights, surface)
    half_light = float(np.clip(np.log((1.0 + np.exp(usual)) / 2.0) @ weights, *_HALF_LIGHT))
    steepest = _steepest(float(2.0 * np.tanh(usual / 2.0) @ weights), blur)
    shares = []
    for each, seen in ((contrast, known), (contrast_now, known_now)):
        share = each @ weights
        share -= np.median(share[around])
        level = half + (half_light - half) * _sharpness(share, seen, steepest)
        shares.append(np.where(seen, np.sign(share) * np.abs(share) ** (-1.0 / np.log2(level)), np.nan))
    return shares[0], shares[1]


def _half_pigment(skin: Array, contrast: Array, weights: Array, surface: float) -> float:
    """s½ of a lesion with this contrast (3,) in ln(light) to skin (3,) of this light."""
    lesion = np.asarray(skin * np.exp(contrast))
    bare = min(surface, _MOST_SURFACE * float(min(skin.min(), lesion.min())))
    d = float(np.log((lesion[1] - bare) / (skin[1] - bare)))
    columns, lights = skin_lights()
    green = -np.log(lights[:, 1])  # rises with the column
    least, most = green[0] + max(d, 0.0), green[-1] + min(d, 0.0)
    at = np.clip(-np.log(skin[1] - bare), least, most) if least < most else (least + most) / 2.0
    ends = np.interp([at, at - d], green, columns)
    seen = [np.log(light_of(column) + surface) @ weights for column in (ends[0], ends.mean(), ends[1])]
    if abs(seen[2] - seen[0]) < _NONE:
        return 0.5
    return float(np.clip((seen[1] - seen[0]) / (seen[2] - seen[0]), *_LEVELS))


def _steepest(edge: float, blur: float) -> float:
    """g*, 1/pixel, as it is told under ``_SLOPE_SD``; infinite without a blur, and where channels disagree so that
    there is no border. edge: w·2 tanh(d/2)."""
    if blur <= 0 or edge <= 0:
        return float("inf")
    return edge / float(np.sqrt(2.0 * np.pi * (blur**2 + _SLOPE_SD**2 + _PIXEL_VARIANCE)))


def _sharpness(share: Array, seen: Mask, steepest: float) -> Array | float:
    """(h, w) how much of the width of a border is blur, 0 to 1, from the slope of ``share``."""
    if np.isinf(steepest):
        return 0.0
    from scipy import ndimage

    slope = np.hypot(*np.gradient(ndimage.gaussian_filter(np.where(seen, share, 0.0), _SLOPE_SD)))
    return np.asarray(np.minimum(1.0, slope / steepest) ** 2)


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


def _plane(logs: Array, skin: Mask) -> Array:
    """(h, w, 3) plane through (h, w, 3) ln(light) of the skin."""
    known = np.where(skin[..., None], logs, 0.0)
    return smooth_skin(_UNIT * known, skin, 1)[0] / _UNIT
