"""Photographs of a patch in visible light: with the gloss of the surface, and through crossed polarisers."""

from __future__ import annotations

from skintwin.optics.camera.device import Camera, Pixels
from skintwin.optics.render.picture import NO_KEY, fresnel_share, photograph
from skintwin.optics.render.skin_maps import SkinMaps
from skintwin.optics.render.skin_spectra import SkinSpectra
from skintwin.optics.texture.keys import Key
from skintwin.optics.texture.settings import Texture

USUAL = Texture()
"""What is drawn if nothing else is asked for: everything but coarse hair and the dermoscopic network."""


def clinical(
    maps: SkinMaps, skin: SkinSpectra, *, camera: Camera | None = None, texture: Texture | None = USUAL,
    key: Key = NO_KEY,
) -> Pixels:  # fmt: skip
    """(h, w, 3) sRGB with surface reflection (specular component included, SCI).

    camera: the standard observer under daylight with the ledger's noise if None. texture: None for flat skin.
    """
    return photograph(maps, skin, camera or Camera.usual(), texture=texture, gloss=fresnel_share(), key=key)


def cross_polarised(
    maps: SkinMaps, skin: SkinSpectra, *, camera: Camera | None = None, texture: Texture | None = USUAL,
    key: Key = NO_KEY,
) -> Pixels:  # fmt: skip
    """(h, w, 3) sRGB without surface reflection (specular component excluded, SCE); arguments as in :func:`clinical`.

    Light that is scattered a few times keeps some of its polarisation and is dimmed by real polarisers too; here all
    diffuse light is kept.
    """
    return photograph(maps, skin, camera or Camera.usual(), texture=texture, key=key)
