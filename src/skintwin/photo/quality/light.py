"""Light: too little, too much, uneven, glossy."""

from __future__ import annotations

import numpy as np

from skintwin.evidence import ledger
from skintwin.optics.colour import srgb_decode, srgb_encode
from skintwin.photo.quality.check import Check, judged
from skintwin.photo.quality.view import QualityView


def check_exposure(view: QualityView) -> Check:
    """Relative step of linear light between neighbouring levels of the file, in the darkest channel of skin or lesion.

    With v the encoded level (0 to 1) of sRGB, d ln(linear) = 2.4 / (v + 0.055) dv and dv = 1 / (2^bits − 1).
    """
    places = [region for region in (view.lesion, view.skin if view.skin.any() else view.around) if region.any()]
    darkest = min(float(np.median(view.photograph.linear_srgb[region], axis=0).min()) for region in places)
    step = 2.4 / (float(srgb_encode(np.maximum(darkest, 0.0))) + 0.055) / (2.0**view.bits - 1)
    return judged("exposure", step, "lower", "The skin is bright enough.",
                  "The skin is too dark in the picture: more light, or a longer exposure.")  # fmt: skip


def check_clipping(view: QualityView) -> Check:
    """Share of lesion and surroundings at the ceiling of the file."""
    share = float(view.photograph.clipped[view.place].mean())
    return judged("clipped", share, "lower", "Hardly any pixel is at the ceiling of the file.",
                  "Parts of the skin are at the ceiling of the file: less exposure.", percent=True)  # fmt: skip


def check_shading(view: QualityView) -> Check:
    """Light on the brightest over the darkest twentieth of the skin around the lesion, smoothed over an eighth of
    it."""
    import cv2

    usable = (view.skin if view.skin.any() else view.around) & view.photograph.valid
    if not usable.any():
        return judged("shading", float("nan"), "lower", "", "There is no skin to judge the light by.")
    sigma = max(view.radius / 4, 2.0)
    shrink = max(1.0, sigma / 3)  # what is smoothed as much needs no more pixels
    size = tuple(max(1, round(n / shrink)) for n in usable.shape[::-1])
    share, light = (
        cv2.resize(p, size, interpolation=cv2.INTER_AREA)
        for p in (usable.astype(np.float64), np.where(usable, np.log(view.light), 0.0))
    )
    weight, smooth = (
        cv2.GaussianBlur(p, (0, 0), sigma / shrink, borderType=cv2.BORDER_REFLECT) for p in (share, light)
    )
    smooth = smooth / np.maximum(weight, 1e-6)
    there = share >= min(0.5, float(share.max()))
    low, high = np.quantile(smooth[there], [0.05, 0.95])
    return judged("shading", float(np.exp(high - low)), "lower", "The light on the skin is even.",
                  "The light on the skin is uneven: light it from the front, away from shadows.")  # fmt: skip


def check_glare(view: QualityView) -> Check:
    """Share of pixels that are brighter and less coloured than their surroundings: light mirrored by the surface."""
    import cv2

    linear = np.maximum(view.photograph.linear_srgb.astype(np.float64), 1e-4)
    size = min(2 * round(max(view.radius / 6, 3.0)) + 1, 255)
    # The base is a median over a sixth of the radius, on 8 bits of sRGB: its step is far below the level asked for.
    encoded = np.round(255 * srgb_encode(np.clip(linear, 0, 1))).astype(np.uint8)
    middle = [cv2.medianBlur(np.ascontiguousarray(encoded[..., k]), size) for k in range(3)]
    base = srgb_decode(np.stack(middle, axis=-1) / 255.0)
    ratio = linear / np.maximum(base, 1e-4)
    # Gloss adds the same light to all channels, so the weakest channel of skin (blue) grows most.
    bright = ratio.min(axis=-1) > ledger().value("quality.glare_level", "1")
    paler = ratio[..., 2] >= ratio[..., 0] * 0.98
    glossy = (bright & paler) | (view.photograph.clipped & (linear.min(axis=-1) > 0.9))
    share = float(glossy[view.place].mean())
    return judged("glare", share, "lower", "Hardly any gloss on the skin.",
                  "The skin is glossy in places: use crossed polarisers, or turn the light away.",
                  percent=True)  # fmt: skip
