"""A dermoscopic close-up: magnified, without gloss, in a round field with a scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from skintwin.optics.camera.device import Camera, Pixels
from skintwin.optics.render.picture import NO_KEY, photograph
from skintwin.optics.render.skin_maps import SkinMaps
from skintwin.optics.render.skin_spectra import SkinSpectra
from skintwin.optics.texture.keys import Key
from skintwin.optics.texture.settings import Texture
from skintwin.optics.views.scale import scale_bar

CLOSE = Texture(relief=False, network=True, terminal=True)
"""What is drawn: immersion takes the relief away, the net of rete ridges comes out."""


def dermoscopy(
    maps: SkinMaps, skin: SkinSpectra, *, centre_mm: Sequence[float] | None = None, field_mm: float = 10.0,
    width: int = 640, camera: Camera | None = None, texture: Texture | None = CLOSE, key: Key = NO_KEY,
    ring: bool = True,
) -> Pixels:  # fmt: skip
    """(width, width, 3) sRGB of ``field_mm`` around ``centre_mm`` (down, across; the middle of the patch if None).

    Immersed or cross-polarised (SCE). camera: the standard observer under a white LED if None. ring: black outside of
    the round field.
    """
    middle = [0.5 * side for side in maps.size_mm] if centre_mm is None else centre_mm
    close = maps.window(middle, field_mm, width)
    picture = photograph(close, skin, camera or Camera.usual(light="led"), texture=texture, key=key)
    if ring:
        place = (np.arange(width) + 0.5) / width - 0.5
        radius = np.hypot(place[:, None], place[None, :])
        inside = np.clip((0.49 - radius) * width / 2.0, 0.0, 1.0)[..., None]
        picture = np.round(picture * inside).astype(np.uint8)
    return scale_bar(picture, close.pixel_mm)
