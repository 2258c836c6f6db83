"""A patch of skin in front of a camera: channels before the lens, and the finished picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.optics.camera.device import Camera, Pixels
from skintwin.optics.render.channel_table import ChannelTable
from skintwin.optics.render.skin_maps import SkinMaps
from skintwin.optics.render.skin_spectra import SkinSpectra
from skintwin.optics.render.spread import spread
from skintwin.optics.spectra import VISIBLE_NM, refractive_index
from skintwin.optics.texture.keys import Key
from skintwin.optics.texture.settings import Texture
from skintwin.optics.texture.surface import Surface, make_surface

Array = NDArray[np.float64]
Real = NDArray[np.float32]

NO_KEY = Key()


def fresnel_share() -> float:
    """Share of light that a smooth skin surface reflects at normal incidence: what SCI holds and SCE leaves out."""
    n = refractive_index()
    return ((n - 1.0) / (n + 1.0)) ** 2


def raw_channels(
    maps: SkinMaps, skin: SkinSpectra, weights: Array, *, surface: Surface | None = None, gloss: float = 0.0,
    spreading: bool = True,
) -> Real:  # fmt: skip
    """(h, w, C) channels, a perfect white giving 1.

    weights: (W, C) on ``VISIBLE_NM``, columns of sum 1. surface: relief, vessels and hair, or None for flat skin.
    gloss: mean surface reflection in units of white; 0 through crossed polarisers. spreading: light wanders sideways.
    """
    table = skin.channels(weights)
    usual = skin.typical(float(np.median(maps.melanin)), float(np.median(maps.blood)))
    received = weights * usual[:, None] if spreading else None
    raw = _skin(table, maps, maps.melanin, maps.blood, None, received)
    if surface is not None:
        melanin, blood = maps.melanin * surface.melanin, maps.blood * surface.blood
        textured = _skin(table, maps, melanin, blood, surface.light, received)
        mean = raw.mean(axis=(0, 1), dtype=np.float64) / textured.mean(axis=(0, 1), dtype=np.float64)
        raw = surface.haired(textured * mean.astype(np.float32), VISIBLE_NM, weights)
    if gloss:
        raw = raw + np.float32(gloss) * (np.float32(1.0) if surface is None else surface.gloss[..., None])
    return np.asarray(raw, dtype=np.float32)


def _skin(
    table: ChannelTable, maps: SkinMaps, melanin: Array, blood: Array, entry: Real | None, received: Array | None
) -> Real:
    """Channels of the skin itself; ``received`` None: light stays where it is."""
    if received is not None:
        return spread(table(melanin, blood, maps.dermal, power=0.5), entry, maps.pixel_mm, VISIBLE_NM, received)
    raw = table(melanin, blood, maps.dermal)
    return raw if entry is None else np.asarray(raw * entry[..., None])


def photograph(
    maps: SkinMaps, skin: SkinSpectra, camera: Camera, *, texture: Texture | None = None, gloss: float = 0.0,
    key: Key = NO_KEY, spreading: bool = True,
) -> Pixels:  # fmt: skip
    """(h, w, 3) 8-bit sRGB of a patch as a camera takes it. Arguments as in ``raw_channels``; texture None: flat."""
    surface = make_surface(texture, maps.shape, maps.pixel_mm, key) if texture else None
    raw = raw_channels(maps, skin, camera.weights(VISIBLE_NM), surface=surface, gloss=gloss, spreading=spreading)
    return camera.develop(camera.record(raw, key))
