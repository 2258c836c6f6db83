"""Colours that sRGB cannot show, such as the blue of a Wood's lamp, brought inside it as a camera does: paler."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float32]

LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""Share of red, green and blue in the luminance of linear sRGB (IEC 61966-2-1)."""
PALE = 0.8
"""How saturated a colour beyond the gamut becomes, relative to the most saturated that sRGB can show."""


def into_gamut(linear: Real) -> Real:
    """(..., 3) linear sRGB: colours with a negative channel are mixed with grey of their luminance, others kept."""
    grey = np.maximum(linear @ LUMINANCE, 0.0)[..., None]
    lowest = linear.min(axis=-1, keepdims=True)
    reach = np.where(lowest < 0, PALE * grey / np.maximum(grey - lowest, 1e-9), np.float32(1.0))
    # Near the border the change sets in gradually, so that no edge shows.
    near = np.clip(lowest / np.maximum(0.3 * grey, 1e-9), 0.0, 1.0)
    soft = np.where(lowest < 0, reach, PALE + (1.0 - PALE) * near)
    return np.asarray(grey + soft * (linear - grey), dtype=np.float32)
