"""Predicted pictures: the photograph itself, with only pigment and blood changed.

A pixel of the prediction is the photographed pixel times the ratio of two model colours,

    L(t) = L(0) · C(m(t), b(t)) / C(m(0), b(0)),

in linear light. Texture, shading, hair and the naevus in a halo stay as photographed; where nothing changes the
ratio is one and the photograph comes back bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from skintwin.study.enlarge import enlarged
from skintwin.study.patch import Patch

Array = NDArray[np.float64]


def predicted_picture(patch: Patch, maps: Mapping[str, Array], erythema_gain: float) -> Array:
    """Linear sRGB (h, w, 3) of the display crop.

    maps: (ny, nx) each: melanin (µm as the camera sees it), inflammation, and vessels relative to day 0.
    erythema_gain: rise of blood at half-maximal inflammation.
    """
    blood = patch.blood * maps["vessels"] * (1.0 + erythema_gain * maps["inflammation"])
    ratio = patch.table.linear_srgb(maps["melanin"], blood) / patch.table.linear_srgb(patch.melanin, patch.blood)
    return np.asarray(patch.display * enlarged(ratio, patch.display.shape[:2]))
