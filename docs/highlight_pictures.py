"""docs/pictures/highlights.jpg: a lamp mirrored on three skins, what is found of it, and the photograph without it.

    python docs/highlight_pictures.py
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from skintwin.measure.calibration import calibrate
from skintwin.measure.highlight import find_highlight
from skintwin.measure.verification.one import photographed, settings_for
from skintwin.optics.colour import srgb_encode
from skintwin.phantoms import draw_phantom

OUT = Path(__file__).parent / "pictures" / "highlights.jpg"
SCENE = {"disorder": "vitiligo", "gloss": "shiny", "card": "nano", "light": "D65", "tone": 0.0, "follow_up": False,
         "tilt": 0.0}  # fmt: skip
"""Of tuning seed 977."""
SIZE = (460, 345)
WHITEST = 0.1
"""Reflection that is drawn white, of a white."""


def shown(linear: np.ndarray) -> Image.Image:
    """A small picture of (h, w, 3) linear light."""
    codes = np.round(255 * np.asarray(srgb_encode(np.clip(linear, 0, 1)))).astype(np.uint8)
    return Image.fromarray(codes).resize(SIZE, Image.Resampling.BOX)


def row(phototype: str) -> np.ndarray:
    """Photograph, what is found, photograph without it."""
    phantom = draw_phantom(31, 977, phototype=phototype, **SCENE)
    photograph, truth = photographed(phantom, 0)
    calibration = calibrate(photograph, settings_for(phantom, truth).rulers)
    skin = replace(photograph, valid=photograph.valid & ~calibration.taken)
    found = find_highlight(skin, truth.mask, calibration)
    without = found.taken_from(photograph)
    y, x = (np.linspace(0, n - 1, m) for n, m in zip(photograph.shape, SIZE[::-1], strict=True))
    level, _ = found.level(np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2))
    light = np.repeat(level.reshape(*SIZE[::-1], 1) / WHITEST, 3, axis=2)
    pictures = [shown(photograph.linear_srgb), shown(light), shown(without.linear_srgb)]
    return np.hstack([np.asarray(each) for each in pictures])


if __name__ == "__main__":
    Image.fromarray(np.vstack([row(phototype) for phototype in ("I", "IV", "VI")])).save(OUT, quality=88)
