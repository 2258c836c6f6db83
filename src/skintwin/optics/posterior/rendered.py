"""Photographs of people of the population: rendered with texture, gloss, lens, sensor noise and compression.

The law of what a photograph does to a pixel is measured on some of them (:mod:`.photograph_law`), the intervals are
checked on others (:mod:`.photographs`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.optics.camera.device import Camera
from skintwin.optics.emulator import SkinEmulator
from skintwin.optics.emulator_data import EMULATED_NM
from skintwin.optics.emulator_inputs import AXES
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.pigment_table import MELANIN_FOOT_UM
from skintwin.optics.posterior.population import UNKNOWNS, People, people_at
from skintwin.optics.render.picture import raw_channels
from skintwin.optics.render.skin_maps import SkinMaps
from skintwin.optics.render.skin_spectra import SkinSpectra
from skintwin.optics.spectra import VISIBLE_NM
from skintwin.optics.texture.keys import Key
from skintwin.optics.texture.settings import Texture
from skintwin.optics.texture.surface import make_surface

Array = NDArray[np.float64]

PIXEL_MM: Final = 0.15
"""Side of a pixel, mm."""
HAIRED: Final = 0.02
"""Share of a pixel, and of its neighbours through lens and compression, from which hair is seen."""
_AXIS: Final = np.linspace(-1.0, 1.0, 33)
_COLUMNS: Final = np.searchsorted(EMULATED_NM, VISIBLE_NM)
_PLACE: Final = {axis.name: k for k, axis in enumerate(AXES)}


@dataclass(frozen=True, eq=False)
class Photograph:
    """pixels: (P, 3) 8-bit sRGB. melanin (µm), blood: (P,) of each place. hair: (P,) share of hair that is seen."""

    pixels: NDArray[np.uint8]
    melanin: Array
    blood: Array
    hair: Array


def spread_people(count: int, seed: int) -> People:
    """People of the population, evenly spread (a Sobol sequence), so that few of them stand for it."""
    from scipy.stats import norm, qmc

    uniform = qmc.Sobol(len(UNKNOWNS), seed=seed).random_base2(int(np.ceil(np.log2(count))))[:count]
    return people_at(norm.ppf(np.clip(uniform, 1e-9, 1.0 - 1e-9)))


def one_photograph(
    people: People, n: int, camera: Camera, texture: Texture, brightness: float, *, side: int, seed: int
) -> Photograph:
    """A square patch of person ``n``; the seed and n decide its texture and noise."""
    from scipy.ndimage import gaussian_filter

    key, shape = Key(seed, n), (side, side)
    maps = SkinMaps(np.full(shape, people.melanin_um[n]), np.full(shape, people.blood[n]), PIXEL_MM)
    surface = make_surface(texture, shape, PIXEL_MM, key)
    raw = raw_channels(
        maps, person_spectra(people, n), camera.weights(VISIBLE_NM), surface=surface, gloss=float(people.specular[n])
    )
    pixels = camera.develop(camera.record(raw * np.float32(brightness), key))
    melanin, blood = maps.melanin * surface.melanin, maps.blood * surface.blood
    cover = sum((gaussian_filter(np.asarray(each, np.float64), 1.0) for each in surface.hair.values()), np.zeros(shape))
    return Photograph(pixels.reshape(-1, 3), melanin.ravel(), blood.ravel(), cover.ravel())


def person_spectra(people: People, n: int) -> SkinSpectra:
    """Spectra of a person around his own melanin and blood, by the emulator; his dermal melanin is in them."""
    centre = np.log(people.melanin_um[n] + MELANIN_FOOT_UM), np.log(people.blood[n])
    u, v = centre[0] + 0.7 * _AXIS, centre[1] + 1.2 * _AXIS
    epidermis = AXES[_PLACE["epidermis_mm"]].value(people.places[n, _PLACE["epidermis_mm"]])
    places = np.tile(people.places[n], (u.size, v.size, 1))
    share = np.clip((np.exp(u) - MELANIN_FOOT_UM) * 1e-3 / epidermis, 0.0, AXES[0].high)
    places[..., _PLACE["melanin_fraction"]] = AXES[0].place(share)[:, None]
    blood = AXES[_PLACE["blood_papillary"]]
    places[..., _PLACE["blood_papillary"]] = blood.place(np.clip(np.exp(v), blood.low, blood.high))
    emulator = SkinEmulator.load()
    found = emulator.spectra(emulator.coefficients(places))[..., _COLUMNS]
    return SkinSpectra(LayeredSkin.reference(), u, v, found, np.ones((5, 5, VISIBLE_NM.size)))
