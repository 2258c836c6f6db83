"""Under a Wood's lamp in a dark room: where melanin is missing, the dermis shines blue-white."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.optics.camera.device import Camera, Pixels
from skintwin.optics.camera.gamut import into_gamut
from skintwin.optics.fluorescence import emission_shape
from skintwin.optics.render.picture import NO_KEY
from skintwin.optics.render.skin_maps import SkinMaps
from skintwin.optics.render.spread import spread
from skintwin.optics.texture.keys import Key
from skintwin.optics.texture.settings import Texture
from skintwin.optics.texture.surface import make_surface
from skintwin.optics.views.photographs import USUAL
from skintwin.optics.views.wood_table import EMISSION_NM, WoodTable

Array = NDArray[np.float64]

BRIGHTEST = 0.95
"""Linear brightness, in its brightest channel, to which skin without melanin is exposed."""


def fluorescence_map(maps: SkinMaps, table: WoodTable) -> Array:
    """(h, w) fluorescence at the peak of emission, skin without melanin being 1: the measure behind the picture."""
    return np.asarray(table.signal()(maps.melanin, maps.blood, maps.dermal)[..., 0], dtype=np.float64)


def woods_lamp(
    maps: SkinMaps, table: WoodTable, *, camera: Camera | None = None, texture: Texture | None = USUAL,
    key: Key = NO_KEY,
) -> Pixels:  # fmt: skip
    """(h, w, 3) sRGB, white balance at daylight, exposed for unpigmented skin; the lamp's ultraviolet is not seen.

    Spread: the emitted light wanders as light of its own wavelength does; that of the ultraviolet, which is shorter, is
    left out. Gloss is ultraviolet and is left out.
    """
    chosen = camera or Camera.usual("Nikon D810", white_balance="daylight")
    surface = make_surface(texture, maps.shape, maps.pixel_mm, key) if texture else None
    melanin = maps.melanin if surface is None else maps.melanin * surface.melanin
    blood = maps.blood if surface is None else maps.blood * surface.blood
    root = table.channels(chosen.sensor)(melanin, blood, maps.dermal, power=0.5)
    received = np.repeat(emission_shape(EMISSION_NM)[:, None], root.shape[-1], axis=1)
    raw = spread(root, None if surface is None else surface.light, maps.pixel_mm, EMISSION_NM, received)
    if surface is not None:
        for cover in surface.hair.values():  # hair neither lets the lamp through nor shines
            raw = raw * (1.0 - 0.85 * cover[..., None])
    return chosen.develop(into_gamut(chosen.record(np.asarray(raw * np.float32(BRIGHTEST)), key)))
