"""Predicted pictures: the photograph itself, with only pigment and blood changed.

A pixel of the prediction is the photographed pixel times the ratio of two model colours,

    L(t) = L(0) · C(m(t), b(t)) T(m(t), D(t)) / (C(m(0), b(0)) T(m(0), D(0))),

in linear light; T is what dermal melanin D does (``optics.dermal_tint``). Texture, shading, hair and the naevus in a
halo stay as photographed; where nothing changes the ratio is one and the photograph comes back bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from skintwin.optics.dermal_tint import DermalTint
from skintwin.study.enlarge import enlarged
from skintwin.study.patch import Patch

Array = NDArray[np.float64]


def predicted_picture(patch: Patch, maps: Mapping[str, Array], erythema_gain: float) -> Array:
    """Linear sRGB (h, w, 3) of the display crop.

    maps: (ny, nx) each: melanin (µm as the camera sees it), inflammation, vessels relative to the blood of day 0, and,
    if it is there, melanin_dermal (µm, as seen). erythema_gain: rise of blood at half-maximal inflammation.
    """
    # Vessels go back to what the skin around has, not below: a lesion drawn with less redness than the model gives it
    # would else turn green.
    least = np.minimum(patch.blood, patch.reference_blood)
    blood = np.maximum(patch.blood * maps["vessels"] * (1.0 + erythema_gain * maps["inflammation"]), least)
    ratio = patch.table.linear_srgb(maps["melanin"], blood) / patch.table.linear_srgb(patch.melanin, patch.blood)
    now, before = maps.get("melanin_dermal"), 0.0 if patch.dermal is None else patch.dermal
    if now is not None and (np.any(now) or np.any(before)):
        tint = DermalTint.build(patch.table.template)
        ratio = ratio * tint.factor(maps["melanin"], now) / tint.factor(patch.melanin, before)
    return np.asarray(patch.display * enlarged(ratio, patch.display.shape[:2]))
