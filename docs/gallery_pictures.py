"""Pictures of docs/gallery.md: ``python docs/gallery_pictures.py`` rewrites docs/pictures/gallery-*.jpg.

Names after it: only those. Look at them before you keep them.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from skintwin.disorders import disorders
from skintwin.disorders.canvas import Canvas
from skintwin.engine.grid import Grid
from skintwin.evidence import ledger
from skintwin.optics.camera.device import Camera
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.render.skin_maps import SkinMaps
from skintwin.optics.render.skin_spectra import SkinSpectra
from skintwin.optics.texture.keys import Key
from skintwin.optics.texture.settings import Texture
from skintwin.optics.views.dermoscopy import dermoscopy
from skintwin.optics.views.photographs import USUAL, clinical, cross_polarised
from skintwin.optics.views.pigment_maps import haemoglobin_map, melanin_map
from skintwin.optics.views.scale import scale_bar, text
from skintwin.optics.views.wood_table import WoodTable
from skintwin.optics.views.woods_lamp import woods_lamp
from skintwin.skin.phototype import PHOTOTYPES

PICTURES = Path(__file__).parent / "pictures"
SKIN = LayeredSkin.reference()
HEAD = 26
BRIGHT = Camera.usual("sRGB", "D65", exposure=1.3)
"""Exposed as skin is photographed: a perfect white would be lost."""


def lesion(disorder: str, phototype: str, extent: float, side: float, factor: float, *, dermal: float = 0.0,
           width: int = 512, seed: int = 4) -> SkinMaps:  # fmt: skip
    """A drawn lesion: ``factor`` its melanin relative to the skin around, ``dermal`` its dermal melanin (µm)."""
    at = Canvas(Grid(width, width, side / width), (seed, 11), extent)
    drawn = disorders()[disorder].draw(at)
    assert drawn is not None
    around = ledger().value(f"phototype.melanin_{phototype.lower()}", "1") * 1e3 * float(SKIN.epidermis_mm)
    melanin = np.clip(around * (1.0 + (factor - 1.0) * drawn.shade), 0.0, None)
    if drawn.core is not None:
        melanin = melanin * (1 - drawn.core) + (around + 6.0) * drawn.core
    blood = np.full(melanin.shape, float(SKIN.blood_papillary))
    blood = blood if drawn.vessels is None else blood * (1.0 + 2.0 * (drawn.vessels - 1.0))
    return SkinMaps(melanin, blood, side / width, dermal * drawn.shade if dermal else None)


def sheet(
    rows: list[list[np.ndarray]], columns: list[str], names: list[str], tile: int, margin: int = 92
) -> Image.Image:
    """Pictures in rows, each as high as a tile, with names above and at the left."""
    scaled = [[_high(picture, tile) for picture in row] for row in rows]
    widths = [max(row[k].width for row in scaled) for k in range(len(columns))]
    out = Image.new("RGB", (margin + sum(widths) + 4 * len(widths), HEAD + len(rows) * (tile + 4)), "white")
    pen = ImageDraw.Draw(out)
    for r, row in enumerate(scaled):
        x = margin
        text(pen, (4, HEAD + r * (tile + 4) + tile / 2), names[r], 13, "black", "lm")
        for k, picture in enumerate(row):
            out.paste(picture, (x, HEAD + r * (tile + 4)))
            if r == 0:
                text(pen, (x + tile / 2, HEAD / 2), columns[k], 14, "black", "mm")
            x += widths[k] + 4
    return out


def _high(picture: np.ndarray, tile: int) -> Image.Image:
    image = Image.fromarray(picture)
    return image.resize((round(image.width * tile / image.height), tile), Image.Resampling.LANCZOS)


def views() -> Image.Image:
    """Six views of four lesions."""
    spectra, wood = SkinSpectra.build(SKIN), WoodTable.build(SKIN)
    cases = {
        "vitiligo,\ntype IV": (lesion("vitiligo", "IV", 26, 40, 0.0), (12.0, 20.0)),
        "mark after\nacne, type IV": (lesion("pih_acne", "IV", 34, 40, 1.7), None),
        "lentigines,\ntype III": (lesion("solar_lentigo", "III", 26, 40, 2.6), None),
        "dermal,\ntype III": (lesion("solar_lentigo", "III", 26, 40, 1.25, dermal=5.0), None),
    }  # fmt: skip
    rows = []
    for k, (maps, centre) in enumerate(cases.values()):
        key = Key(7, k)
        rows.append([
            clinical(maps, spectra, camera=BRIGHT, key=key), cross_polarised(maps, spectra, camera=BRIGHT, key=key),
            woods_lamp(maps, wood, key=key), melanin_map(maps, high=8.0), haemoglobin_map(maps, high=12.0),
            dermoscopy(maps, spectra, centre_mm=centre, key=key),
        ])  # fmt: skip
    columns = ["clinical", "cross-polarised", "Wood's lamp", "melanin", "haemoglobin", "dermoscopy"]
    return sheet(rows, columns, list(cases), 256, 108)


def phototypes() -> Image.Image:
    """The same vitiligo on six phototypes in daylight and under the Wood's lamp."""
    spectra, wood = SkinSpectra.build(SKIN), WoodTable.build(SKIN)
    patches = [lesion("vitiligo", phototype, 26, 40, 0.0, width=320) for phototype in PHOTOTYPES]
    rows = [
        [clinical(m, spectra, camera=BRIGHT, key=Key(2, k)) for k, m in enumerate(patches)],
        [cross_polarised(m, spectra, camera=BRIGHT, key=Key(2, k)) for k, m in enumerate(patches)],
        [woods_lamp(m, wood, key=Key(2, k)) for k, m in enumerate(patches)],
    ]
    return sheet(rows, [f"type {p}" for p in PHOTOTYPES], ["clinical", "cross-pol.", "Wood's"], 200)


def cameras() -> Image.Image:
    """One patch through four cameras under five lights, balanced by a grey card, and once left at daylight."""
    spectra = SkinSpectra.build(SKIN)
    maps = lesion("vitiligo", "III", 26, 40, 0.0, width=320)
    lights = ["D65", "A", "flash", "led", "fluorescent"]
    rows = [
        [cross_polarised(maps, spectra, camera=Camera.usual(name, light), key=Key(1)) for light in lights]
        for name in ("sRGB", "Nikon D810", "Canon PowerShot S90")
    ]
    left = [Camera.usual("Nikon D810", light, white_balance="daylight") for light in lights]
    rows.append([cross_polarised(maps, spectra, camera=camera, key=Key(1)) for camera in left])
    return sheet(rows, lights, ["observer", "Nikon D810", "PowerShot\nS90", "D810 left\nat daylight"], 170)


def texture() -> Image.Image:
    """One patch flat, and with each part of the texture alone."""
    spectra = SkinSpectra.build(SKIN)
    maps = lesion("vitiligo", "III", 11, 16, 0.0)
    none = Texture(*[False] * 7)
    parts = ["relief", "pores", "mottling", "vessels", "vellus", "terminal"]
    kinds = {"off": None, **{part: replace(none, **{part: True}) for part in parts}}
    kinds["all"] = replace(USUAL, terminal=True)
    drawn = {name: clinical(maps, spectra, texture=kind, key=Key(3)) for name, kind in kinds.items()}
    tiles = [captioned(picture, name, maps.pixel_mm) for name, picture in drawn.items()]
    return sheet([tiles[:4], tiles[4:]], [""] * 4, [""] * 2, 320, 4)


def captioned(picture: np.ndarray, words: str, pixel_mm: float) -> np.ndarray:
    """The picture with a scale bar and words in its upper left corner."""
    image = Image.fromarray(scale_bar(picture, pixel_mm))
    text(ImageDraw.Draw(image), (12, 12), words, 26, "white", "lt", edge="black")
    return np.array(image)


def close_up() -> Image.Image:
    """Dermoscopy at full size: a border of vitiligo, lentigines, a halo naevus."""
    spectra = SkinSpectra.build(SKIN)
    border = dermoscopy(lesion("vitiligo", "IV", 26, 40, 0.0), spectra, centre_mm=(12.0, 20.0), key=Key(5))
    spots = dermoscopy(lesion("solar_lentigo", "II", 26, 40, 3.5), spectra, key=Key(5, 1))
    halo = dermoscopy(lesion("halo_naevus", "III", 12, 20, 0.0), spectra, field_mm=14.0, key=Key(5, 2))
    return sheet([[border, spots, halo]], ["border of vitiligo, IV", "lentigo, II", "halo naevus, III"], [""], 420, 4)


DRAWN = {"views": views, "phototypes": phototypes, "cameras": cameras, "texture": texture, "close_up": close_up}


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for name in sys.argv[1:] or DRAWN:
        DRAWN[name]().save(PICTURES / f"gallery-{name}.jpg", quality=86, optimize=True)
