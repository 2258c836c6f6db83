"""Relief of the skin surface: furrows that part it into small fields, and the light and gloss that follow from slopes.

Height: a net of primary furrows (key ``corcuff1983``) that runs along one direction, and a finer one inside its fields,
each a groove of Gaussian section. Light that enters is n · l for a lamp at some height; gloss is the share of small
facets that are turned halfway between lamp and camera, a Gaussian of the slope.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.optics.texture.cells import border_distance
from skintwin.optics.texture.keys import Key
from skintwin.optics.texture.noise import smooth_noise

Array = NDArray[np.float64]

FINE = 0.05
"""Pixel (mm) at which relief is computed, or the picture's own if that is finer."""
STRETCH = 1.35
"""Length over width of the fields between primary furrows."""
SECONDARY = (0.45, 0.4)
"""Spacing and depth of the finer furrows relative to the primary ones."""


def height(shape: tuple[int, int], pixel_mm: float, key: Key) -> Array:
    """(h, w) height of the surface (mm), 0 on the fields and negative in the furrows."""
    value = ledger().value
    spacing, depth = value("texture.furrow_spacing", "mm"), value("texture.furrow_depth", "mm")
    width = value("texture.furrow_width", "mm")
    draw = key.generator("relief")
    x, y = np.meshgrid(*((np.arange(side) + 0.5) * pixel_mm for side in shape[::-1]))
    turn = draw.uniform(0.0, np.pi)
    x, y = x + 0.3 * spacing * smooth_noise(shape, pixel_mm, 3 * spacing, draw), y + 0.3 * spacing * smooth_noise(
        shape, pixel_mm, 3 * spacing, draw
    )
    along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    ground = np.zeros(shape)
    for scale, part in ((1.0, 1.0), SECONDARY):
        distance = border_distance(along / STRETCH, across, scale * spacing, draw)
        # Furrows differ in depth along their way.
        uneven = np.clip(1.0 + 0.3 * smooth_noise(shape, pixel_mm, 2.5 * spacing, draw), 0.1, 2.0)
        ground -= part * depth * uneven * np.exp(-((distance / (width * np.sqrt(scale))) ** 2))
    return ground


def light_and_gloss(ground: Array, pixel_mm: float) -> tuple[Array, Array]:
    """(h, w) light that enters and gloss, each of mean 1, from a height map (mm)."""
    value = ledger().value
    tilt, rough = value("texture.lamp_tilt", "radian"), value("texture.roughness", "1")
    down, across = np.gradient(ground, pixel_mm)
    # The lamp stands up and to the left: slopes that face it are positive here.
    facing = (down + across) / np.sqrt(2.0)
    steep = 1.0 + down**2 + across**2
    light = np.maximum(np.cos(tilt) + np.sin(tilt) * facing, 0.05) / np.sqrt(steep)
    half = np.tan(tilt / 2)
    away = (down - half / np.sqrt(2.0)) ** 2 + (across - half / np.sqrt(2.0)) ** 2
    gloss = np.exp(-away / (2.0 * rough**2))
    return light / light.mean(), gloss / gloss.mean()


def averaged(fine: Array, times: int) -> Array:
    """Mean over blocks of ``times`` by ``times``."""
    h, w = fine.shape[0] // times, fine.shape[1] // times
    return np.asarray(fine.reshape(h, times, w, times).mean(axis=(1, 3)))


def relief(shape: tuple[int, int], pixel_mm: float, key: Key) -> tuple[Array, Array]:
    """(h, w) light and gloss of a patch, averaged over each pixel from a finer grid."""
    times = min(max(1, int(np.ceil(pixel_mm / FINE - 1e-6))), 6)
    size = (shape[0] * times, shape[1] * times)
    light, gloss = light_and_gloss(height(size, pixel_mm / times, key), pixel_mm / times)
    return averaged(light, times), averaged(gloss, times)
