"""Skin as light leaves it towards a camera: pigment, blood and surface at every pixel, then the camera's channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.optics.render.picture import fresnel_share
from skintwin.optics.render.spread import spread
from skintwin.optics.spectra import VISIBLE_NM
from skintwin.optics.texture.hair import hair_spectrum
from skintwin.optics.texture.keys import Key
from skintwin.phantoms.description import Person, Phantom, Scene
from skintwin.phantoms.lattice import noise
from skintwin.phantoms.lesion_map import LesionMap, Places
from skintwin.phantoms.marks import hair, pores, vessels
from skintwin.phantoms.naevi import Naevus, add_naevi
from skintwin.phantoms.people import most_melanin, person_spectra
from skintwin.phantoms.relief import relief
from skintwin.phantoms.view import View

Array = NDArray[np.float64]
Real = NDArray[np.float32]

_WIDE: Final = 25.0  # mm, of unevenness over centimetres
_MOTTLES: Final = (1.0, 4.0)  # mm, as in ``texture.pigment_pattern``


@dataclass(frozen=True, eq=False)
class SkinView:
    """What lies at each pixel. u, v: mm. area: mm² of a pixel. pixel_mm: side of one at the lesion. here: the lesion.
    melanin (µm), blood: (h, w)."""

    view: View
    u: Real
    v: Real
    area: Real
    pixel_mm: float
    here: Places
    melanin: Real
    blood: Real


def look_at(phantom: Phantom, visit: int, view: View, lesion: LesionMap, naevi: tuple[Naevus, ...]) -> SkinView:
    """Pigment and blood at every pixel of a view."""
    key, person, value = Key(phantom.seed, phantom.number), phantom.person, ledger().value
    u, v, area = view.grids()
    here = lesion.at(u, v)
    near = area[here.distance < 0]
    pixel_mm = float(np.sqrt(np.median(near if near.size else area)))
    parts, bloody = [(_WIDE, person.uneven_melanin)], [(_WIDE, person.uneven_blood)]
    if person.texture:
        fine = 1.0 / np.sqrt(len(_MOTTLES))
        parts += [(size, fine * value("texture.melanin_mottling", "1")) for size in _MOTTLES]
        bloody += [(size, fine * value("texture.blood_mottling", "1")) for size in _MOTTLES]
    tan = 1.0 if not visit or phantom.course is None else 1.0 + phantom.course.tan
    around = np.float32(person.melanin_um * tan) * np.exp(noise(u, v, parts, key, "melanin"))
    melanin = around * (np.float32(1.0) + lesion.relative(here))
    inside = np.exp(noise(u, v, bloody, key, "blood"))
    blood = np.float32(person.blood) * inside
    blood *= np.float32(1.0) + np.float32(phantom.lesion.redness - 1.0) * here.share * (1.0 - here.closed)
    naevus = naevus_melanin(person)
    if here.core.any():
        melanin += here.core * (np.float32(naevus) - melanin)
    add_naevi(melanin, u, v, view, naevi)
    np.clip(melanin, 0.0, most_melanin(person), out=melanin)
    return SkinView(view, u, v, area, pixel_mm, here, melanin, blood)


def naevus_melanin(person: Person) -> float:
    """Melanin column (µm) of a brown naevus, as the drawings of disorders have it."""
    value = ledger().value
    spot = value("drawing.excess_floor", "1") * 1e3 * person.epidermis_mm
    spot += value("drawing.excess_share", "1") * person.melanin_um
    return person.melanin_um + value("drawing.contrast_naevus", "1") * spot


def skin_channels(phantom: Phantom, visit: int, seen: SkinView, weights: Array) -> Real:
    """(h, w, C) channels of the skin with its surface, a white under the same light giving 1."""
    key, person, scene = Key(phantom.seed, phantom.number), phantom.person, phantom.scenes[visit]
    spectra = person_spectra(person)
    table = spectra.channels(weights)
    melanin, blood, entry = seen.melanin, seen.blood, None
    gloss: Real | np.float32 = np.float32(1.0)
    box = _box(seen)
    if person.texture:
        entry, gloss = relief(seen.u, seen.v, seen.pixel_mm, key)
        pit = pores(seen.view, box, seen.pixel_mm, key)
        entry = entry * (1.0 - pit)
        entry /= entry.mean(dtype=np.float64).astype(np.float32)
        cover = vessels(seen.view, box, seen.pixel_mm, key)
        if cover is not None:
            blood = blood * (np.float32(1.0) + np.float32(ledger().value("texture.vessel_contrast", "1")) * cover)
    usual = spectra.typical(float(np.median(melanin[::7, ::7])), float(np.median(blood[::7, ::7])))
    root = table(melanin, blood, power=0.5)  # type: ignore[arg-type]
    raw = spread(root, entry, seen.pixel_mm, VISIBLE_NM, weights * usual[:, None])
    _lay_hair(raw, phantom, visit, seen, box, weights)
    level = surface_level(scene)
    if level:
        shine = np.asarray(np.float32(level) * gloss * _highlight(scene, key.generator(f"highlight {visit}")))
        raw += shine[..., None]
    return raw


def surface_level(scene: Scene) -> float:
    """Surface reflection of the skin outside of a highlight, in units of white."""
    if scene.gloss == "crossed":
        return 0.0
    share = 1.0 if scene.gloss == "even" else ledger().value("phantoms.gloss_from_lamp", "1")
    return share * fresnel_share()


def _lay_hair(
    raw: Real, phantom: Phantom, visit: int, seen: SkinView, box: tuple[Array, Array], weights: Array
) -> None:
    shaved = bool(visit and phantom.course is not None and phantom.course.shaved)
    kinds = {"none": (), "vellus": ("vellus",), "terminal": ("vellus", "terminal")}[phantom.person.hair]
    for kind in kinds:
        if shaved and kind == "terminal":
            continue
        cover = hair(kind, seen.view, box, seen.pixel_mm, Key(phantom.seed, phantom.number))
        if cover is not None:
            own = (hair_spectrum(kind, VISIBLE_NM) @ weights).astype(np.float32)
            at = np.flatnonzero(cover)
            flat, share = raw.reshape(-1, 3), cover.ravel()[at, None]
            flat[at] += share * (own - flat[at])


def _highlight(scene: Scene, draw: np.random.Generator) -> Real | np.float32:
    """(h, w) gloss relative to its even part: a soft blob where the lamp is mirrored."""
    if scene.gloss != "shiny":
        return np.float32(1.0)
    prior = ledger().parameter("phantoms.highlight").prior
    peak, size = float(prior.ppf(draw.uniform())), draw.uniform(0.15, 0.35) * np.hypot(scene.width, scene.height)
    y, x = (np.arange(side, dtype=np.float32) - draw.uniform(0, side) for side in (scene.height, scene.width))
    blob = np.exp(-((y / size) ** 2))[:, None] * np.exp(-((x / size) ** 2))[None, :]
    return np.asarray(1.0 + peak * blob, np.float32)


def _box(seen: SkinView) -> tuple[Array, Array]:
    """Lowest and highest u, v in the picture."""
    return np.array([seen.u.min(), seen.v.min()], float), np.array([seen.u.max(), seen.v.max()], float)
