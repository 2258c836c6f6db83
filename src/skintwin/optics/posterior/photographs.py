"""Whether the intervals hold on photographs: people rendered with texture, gloss, lens, sensor noise and compression.

Each photograph shows a patch of one person of the population, lit by chance; some of its pixels are inverted, and
the intervals are counted that hold the truth of the place. None of these people was used in training. A pixel on which
a hair lies shows hair and not skin; such pixels are left out unless asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.optics import colour
from skintwin.optics.camera.device import Camera
from skintwin.optics.emulator import SkinEmulator
from skintwin.optics.emulator_data import EMULATED_NM
from skintwin.optics.emulator_inputs import AXES
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.measured_skin import ITA_CLASSES, ita_class
from skintwin.optics.pigment_table import MELANIN_FOOT_UM
from skintwin.optics.posterior.network import MELANIN_FOOT
from skintwin.optics.posterior.population import UNKNOWNS, People, Priors, people_at
from skintwin.optics.posterior.table import PosteriorTable
from skintwin.optics.render.picture import raw_channels
from skintwin.optics.render.skin_maps import SkinMaps
from skintwin.optics.render.skin_spectra import SkinSpectra
from skintwin.optics.spectra import VISIBLE_NM
from skintwin.optics.texture.keys import Key
from skintwin.optics.texture.settings import Texture
from skintwin.optics.texture.surface import make_surface

Array = NDArray[np.float64]

SEED: Final = 90210
"""Seed of the people in the photographs; training must not use it."""
SIDE: Final = 40
"""Pixels along a photograph."""
PIXEL_MM: Final = 0.15
"""Side of a pixel, mm."""
HAIRED: Final = 0.02
"""Share of a pixel, and of its neighbours through lens and compression, from which hair is seen."""
PIXELS: Final = 16
"""Pixels of each photograph that are inverted."""
_AXIS: Final = np.linspace(-1.0, 1.0, 33)
_COLUMNS: Final = np.searchsorted(EMULATED_NM, VISIBLE_NM)
_PLACE: Final = {axis.name: k for k, axis in enumerate(AXES)}
_Z: Final = (1.0, 1.6448536269514722)


@dataclass(frozen=True)
class Coverage:
    """Photographs of one tone class: how many, and the share (%) of pixels whose truth lies within the intervals of
    68.3 and of 90 %, for melanin and for blood; rms error of ln melanin and ln blood (%)."""

    name: str
    photographs: int
    melanin: tuple[float, float]
    blood: tuple[float, float]
    rms: tuple[float, float]

    @property
    def worst(self) -> float:
        """Largest distance from what is asked, in points."""
        return max(
            abs(got - asked) for pair in (self.melanin, self.blood) for got, asked in zip(pair, ASKED, strict=True)
        )


ASKED: Final = (68.27, 90.0)
"""Percent that the intervals should hold."""


def photograph_coverage(
    table: PosteriorTable, count: int, *, camera: Camera | None = None, texture: Texture | None = None,
    seed: int = SEED, by_light: bool = True, haired: bool = False,
) -> list[Coverage]:  # fmt: skip
    """Coverage by tone class of ``count`` photographs; the class is that of the picture's median colour (SCE).

    by_light: uneven light between photographs with the ledger's spread of shading. haired: pixels under hair count too.
    """
    people = _spread_people(count, seed)
    chosen, drawn = camera or Camera.usual(), texture or Texture()
    rng = np.random.default_rng(seed + 1)
    dim = np.exp(Priors.from_ledger().shading * rng.standard_normal(count)) if by_light else np.ones(count)
    rows, classes = [], []
    for n in range(count):
        pixels, melanin, blood, cover = one_photograph(people, n, chosen, drawn, float(dim[n]))
        at = rng.choice(np.flatnonzero(haired | (cover < HAIRED)), PIXELS)
        found = table.estimate(pixels[at])
        u = (np.log(melanin[at] + MELANIN_FOOT) - np.log(found.melanin_um + MELANIN_FOOT)) / found.melanin_sd
        v = (np.log(blood[at]) - np.log(found.blood)) / found.blood_sd
        error = np.log(np.maximum(found.melanin_um, 1e-3) / np.maximum(melanin[at], 1e-3)) ** 2
        rows.append(np.stack([np.abs(u), np.abs(v), error, (v * found.blood_sd) ** 2]))
        middle = colour.srgb_decode(np.median(pixels, axis=0) / 255.0)
        classes.append(ita_class(float(colour.ita_degrees(colour.linear_srgb_to_lab(middle)))))
    every, names = np.stack(rows), np.array(classes)
    groups = [(name, every[names == name]) for name, _ in ITA_CLASSES]
    return [_count(name, group) for name, group in [*groups, ("all", every)] if len(group)]


def _spread_people(count: int, seed: int) -> People:
    """People of the population, evenly spread (a Sobol sequence), so that few of them stand for it."""
    from scipy.stats import norm, qmc

    uniform = qmc.Sobol(len(UNKNOWNS), seed=seed).random_base2(int(np.ceil(np.log2(count))))[:count]
    return people_at(norm.ppf(np.clip(uniform, 1e-9, 1.0 - 1e-9)))


def _count(name: str, z: Array) -> Coverage:
    share = [tuple(100.0 * float(np.mean(z[:, k] < limit)) for limit in _Z) for k in (0, 1)]
    rms = [100.0 * float(np.sqrt(z[:, k].mean())) for k in (2, 3)]
    return Coverage(name, len(z), (share[0][0], share[0][1]), (share[1][0], share[1][1]), (rms[0], rms[1]))


def one_photograph(
    people: People, n: int, camera: Camera, texture: Texture, brightness: float
) -> tuple[NDArray[np.uint8], Array, Array, Array]:
    """(P, 3) 8-bit pixels of person ``n``, and for each its melanin (µm), its blood and how much hair is seen."""
    from scipy.ndimage import gaussian_filter

    key, shape = Key(SEED, n), (SIDE, SIDE)
    maps = SkinMaps(np.full(shape, people.melanin_um[n]), np.full(shape, people.blood[n]), PIXEL_MM)
    surface = make_surface(texture, shape, PIXEL_MM, key)
    raw = raw_channels(
        maps, person_spectra(people, n), camera.weights(VISIBLE_NM), surface=surface, gloss=float(people.specular[n])
    )
    pixels = camera.develop(camera.record(raw * np.float32(brightness), key))
    truth = maps.melanin * surface.melanin, maps.blood * surface.blood
    cover = sum((gaussian_filter(np.asarray(each, np.float64), 1.0) for each in surface.hair.values()), np.zeros(shape))
    return pixels.reshape(-1, 3), truth[0].ravel(), truth[1].ravel(), cover.ravel()


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
