"""Unevenness of pigment: faint mottling, and the net of rete ridges that a dermoscope shows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.optics.texture.cells import border_distance
from skintwin.optics.texture.keys import Key
from skintwin.optics.texture.noise import positive, smooth_noise

Array = NDArray[np.float64]


def mottling(shape: tuple[int, int], pixel_mm: float, amplitude: float, key: Key, purpose: str) -> Array:
    """(h, w) factor of mean 1 whose ln has the standard deviation ``amplitude``, half of it 1 mm and half 4 mm wide."""
    draw = key.generator(purpose)
    fine, wide = (smooth_noise(shape, pixel_mm, scale, draw) for scale in (1.0, 4.0))
    return positive((fine + wide) / np.sqrt(2.0), amplitude)


def network(shape: tuple[int, int], pixel_mm: float, key: Key) -> Array:
    """(h, w) factor of mean 1: more melanin along rete ridges, less over the papillae between them.

    Ridges part the skin into meshes; seen from above, the deeper epidermis of a ridge holds more melanin per area.
    """
    value = ledger().value
    mesh, contrast = value("texture.network_mesh", "mm"), value("texture.network_contrast", "1")
    draw = key.generator("pigment network")
    x, y = np.meshgrid(*((np.arange(side) + 0.5) * pixel_mm for side in shape[::-1]))
    x = x + 0.25 * mesh * smooth_noise(shape, pixel_mm, 2.5 * mesh, draw)
    y = y + 0.25 * mesh * smooth_noise(shape, pixel_mm, 2.5 * mesh, draw)
    ridge = np.exp(-((border_distance(x, y, mesh, draw) / (0.16 * mesh)) ** 2))
    uneven = np.clip(1.0 + 0.4 * smooth_noise(shape, pixel_mm, 4.0 * mesh, draw), 0.2, 2.0)
    factor = 1.0 + contrast * ridge * uneven
    return np.asarray(factor / factor.mean())
