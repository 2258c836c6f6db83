"""Texture of a patch as maps that a renderer multiplies with: all have mean 1 but hair, which covers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.optics.texture.hair import hair_cover, hair_spectrum
from skintwin.optics.texture.keys import Key
from skintwin.optics.texture.pigment_pattern import mottling, network
from skintwin.optics.texture.pores import pore_depth
from skintwin.optics.texture.relief import relief
from skintwin.optics.texture.settings import Texture
from skintwin.optics.texture.vessels import vessel_factor

Real = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Surface:
    """Maps (h, w) of mean 1. light: what enters; gloss: what the surface reflects; melanin, blood: relative to the
    patch's maps. hair: kind → share covered (not of mean 1)."""

    light: Real
    gloss: Real
    melanin: Real
    blood: Real
    hair: dict[str, Real]

    def haired(self, channels: Real, wavelength: NDArray[np.float64], weights: NDArray[np.float64]) -> Real:
        """(h, w, C) channels with hair over them; weights (W, C) take reflectances at (W,) nm to the channels."""
        for kind, cover in self.hair.items():
            own = (hair_spectrum(kind, wavelength) @ weights).astype(np.float32)
            channels = channels + cover[..., None] * (own - channels)
        return channels


def make_surface(texture: Texture, shape: tuple[int, int], pixel_mm: float, key: Key) -> Surface:
    """Texture of a patch (h, w) with pixels of ``pixel_mm``; the key alone decides where everything lies."""
    value = ledger().value
    light, gloss = relief(shape, pixel_mm, key) if texture.relief else (np.ones(shape), np.ones(shape))
    if texture.pores:
        pit = pore_depth(shape, pixel_mm, key)
        light, gloss = light * (1.0 - pit), gloss * (1.0 - pit)
    melanin, blood = np.ones(shape), np.ones(shape)
    if texture.mottling:
        melanin = mottling(shape, pixel_mm, value("texture.melanin_mottling", "1"), key, "melanin")
        blood = mottling(shape, pixel_mm, value("texture.blood_mottling", "1"), key, "blood")
    if texture.network:
        melanin = melanin * network(shape, pixel_mm, key)
    if texture.vessels:
        blood = blood * vessel_factor(shape, pixel_mm, key)
    kinds = [kind for kind, wanted in (("vellus", texture.vellus), ("terminal", texture.terminal)) if wanted]
    hair = {kind: hair_cover(kind, shape, pixel_mm, key).astype(np.float32) for kind in kinds}
    return Surface(_mean_one(light), _mean_one(gloss), _mean_one(melanin), _mean_one(blood), hair)


def _mean_one(field: NDArray[np.float64]) -> Real:
    return np.asarray(field / field.mean(), np.float32)
