"""Time of a spectral render of 512 × 512 pixels to sRGB: ``OMP_NUM_THREADS=1 python benchmarks/render.py``.

Printed: the median of seven runs after one that compiles, for each step and for whole pictures, and the bar.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from skintwin.optics.camera.device import Camera
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.render.picture import fresnel_share, photograph, raw_channels
from skintwin.optics.render.skin_maps import SkinMaps
from skintwin.optics.render.skin_spectra import SkinSpectra
from skintwin.optics.spectra import VISIBLE_NM
from skintwin.optics.texture.keys import Key
from skintwin.optics.texture.settings import Texture
from skintwin.optics.texture.surface import make_surface
from skintwin.optics.views.wood_table import WoodTable
from skintwin.optics.views.woods_lamp import woods_lamp

SIDE = 512
BAR = 0.3
"""Seconds a spectral render may take."""


def patch() -> SkinMaps:
    """A white patch on 40 mm of type IV skin, with some dermal melanin."""
    y, x = (np.mgrid[:SIDE, :SIDE] + 0.5) * 40.0 / SIDE - 20.0
    inside = 1.0 / (1.0 + np.exp((np.hypot(x, 1.2 * y) - 9.0) / 0.3))
    return SkinMaps(3.4 * (1 - inside), 0.02 + 0.01 * inside, 40.0 / SIDE, 2.0 * np.clip(x / 20.0, 0.0, 1.0))


def seconds(what: Callable[[], Any], runs: int = 7) -> float:
    what()
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        what()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def main() -> None:
    template = LayeredSkin.reference()
    start = time.perf_counter()
    skin = SkinSpectra.build(template)
    print(f"spectra of a site (once)                        {time.perf_counter() - start:6.2f} s")
    start = time.perf_counter()
    wood = WoodTable.build(template)
    print(f"fluorescence of a site (once)                   {time.perf_counter() - start:6.2f} s")
    maps, camera = patch(), Camera.usual("Nikon D810", "flash")
    weights = camera.weights(VISIBLE_NM)
    raw = raw_channels(maps, skin, weights)
    linear = camera.record(raw, Key())
    rows = {
        "table of the camera's channels": lambda: skin.channels(weights),
        "channels of every pixel, light staying": lambda: raw_channels(maps, skin, weights, spreading=False),
        "channels of every pixel, light spreading": lambda: raw_channels(maps, skin, weights),
        "lens, noise, balance, matrix": lambda: camera.record(raw, Key()),
        "sRGB and JPEG": lambda: camera.develop(linear),
        "picture without texture": lambda: photograph(maps, skin, camera, gloss=fresnel_share()),
        "texture alone": lambda: make_surface(Texture(), maps.shape, maps.pixel_mm, Key()),
        "picture with texture": lambda: photograph(maps, skin, camera, texture=Texture(), gloss=fresnel_share()),
        "Wood's lamp without texture": lambda: woods_lamp(maps, wood, texture=None),
    }
    for name, what in rows.items():
        taken = seconds(what)
        bar = f"   bar {BAR} s: {'met' if taken <= BAR else 'missed'}" if name == "picture without texture" else ""
        print(f"{name:47s} {taken:6.3f} s{bar}")


if __name__ == "__main__":
    main()
