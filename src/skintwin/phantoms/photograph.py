"""A phantom in front of its camera: the picture, and what is true of it.

    skin → surface and hair → light of the scene → card → lens → exposure and noise → balance and matrix → tones → JPEG
"""

from __future__ import annotations

import io
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import ConfigError
from skintwin.evidence import ledger
from skintwin.optics.camera.device import Camera
from skintwin.optics.camera.gamut import LUMINANCE
from skintwin.optics.camera.lens import blurred
from skintwin.optics.camera.noise import exposed
from skintwin.optics.spectra import VISIBLE_NM
from skintwin.optics.texture.keys import Key
from skintwin.phantoms.cards import lay_card
from skintwin.phantoms.description import Phantom, Scene
from skintwin.phantoms.frame import frame
from skintwin.phantoms.lesion_map import LesionMap
from skintwin.phantoms.light import light_on
from skintwin.phantoms.naevi import draw_naevi
from skintwin.phantoms.people import linear_srgb
from skintwin.phantoms.skin_view import look_at, skin_channels, surface_level
from skintwin.phantoms.truth import Truth, truth_of

Array = NDArray[np.float64]
Real = NDArray[np.float32]
Pixels = NDArray[np.uint8]

_CODES: Final = 4095  # steps in the square root of light, as in ``camera.device``
_GLARE: Final = 0.985  # share of the picture that automatic exposure keeps from clipping


class _QuickKey(Key):
    """A key whose streams are of the quickest generator: noise needs millions of numbers."""

    def generator(self, purpose: str) -> np.random.Generator:
        """As ``Key.generator``, by SFC64."""
        return np.random.Generator(np.random.SFC64(super().generator(purpose).integers(2**63)))


def take(phantom: Phantom, visit: int = 0) -> tuple[Pixels, Truth]:
    """(h, w, 3) 8-bit sRGB of a visit, and its truth. ConfigError for a visit that the phantom does not have."""
    pixels, _, truth = shot(phantom, visit)
    return pixels, truth


def shot(phantom: Phantom, visit: int) -> tuple[Pixels, bytes | None, Truth]:
    """The same, and the bytes of its JPEG; None where the scene has no compression."""
    if not 0 <= visit < len(phantom.scenes):
        raise ConfigError(f"visit {visit}", where="phantom", expected=f"0 to {len(phantom.scenes) - 1}")
    scene = phantom.scenes[visit]
    camera = Camera(scene.sensor, scene.light)
    lesion = LesionMap(phantom, visit)
    naevi = draw_naevi(phantom, lesion.radius_mm)
    view, card = frame(phantom, visit, lesion.radius_mm)
    seen = look_at(phantom, visit, view, lesion, naevi)
    weights = camera.weights(VISIBLE_NM)
    raw = skin_channels(phantom, visit, seen, weights)
    on_skin, on_card = light_on(scene, view)
    raw *= on_skin[..., None]
    covered = np.zeros(view.shape, np.bool_)
    if card is not None:
        covered = lay_card(raw, card, view, weights, on_card)
    exposure = _exposure(phantom, scene, raw, on_card[covered])
    pixels = _coded(_recorded(raw, scene, camera, exposure, _QuickKey(phantom.seed, phantom.number, visit)), scene.tone)
    packed = None if scene.jpeg is None else _packed(pixels, scene.jpeg)
    if packed is not None:
        pixels = _unpacked(packed)
    truth = truth_of(phantom, visit, seen, lesion, naevi, card, covered, surface_level(scene), exposure)
    return pixels, packed, truth


def _exposure(phantom: Phantom, scene: Scene, raw: Real, on_card: Real) -> float:
    """Brightness of a white: what is asked for, or what brings the skin near a middle tone without losing a card."""
    if scene.exposure is not None:
        return scene.exposure
    person, value = phantom.person, ledger().value
    skin = float(linear_srgb(person, person.melanin_um, person.blood) @ LUMINANCE)
    exposure = scene.exposure_error * (value("phantoms.middle_tone", "1") / skin) ** value(
        "phantoms.exposure_follows", "1"
    )
    ceiling = value("phantoms.exposure_ceiling", "1")
    exposure = min(exposure, ceiling / _brightest(raw, scene))
    if on_card.size:
        whitest = value("phantoms.card_white", "1") * float(on_card.max()) * max(scene.gains)
        exposure = min(exposure, ceiling / whitest)
    return float(exposure)


def _brightest(raw: Real, scene: Scene) -> float:
    """Level that the brightest places of the picture reach at exposure 1; a glare is let go."""
    thinned = raw[::8, ::8] * np.array(scene.gains, np.float32)
    return float(np.quantile(thinned.max(axis=-1), _GLARE))


def _recorded(raw: Real, scene: Scene, camera: Camera, exposure: float, key: Key) -> Real:
    """(h, w, 3) linear sRGB as recorded. The matrix is that of the light in use; the gains are wrong by the scene's."""
    seen = blurred(raw, scene.lens_blur)
    if np.isfinite(scene.full_well):
        white = (exposure * camera.white()).astype(np.float32)
        seen = exposed(seen * white, scene.full_well, scene.read_noise, key) / white
    to_srgb = (exposure * camera.matrix() * np.array(scene.gains)).T.astype(np.float32)
    return np.asarray(seen @ to_srgb)


def _coded(linear: Real, tone: float) -> Pixels:
    """(h, w, 3) linear sRGB → 8-bit sRGB; ``tone`` deepens colours and bends tones as phones do."""
    if tone:
        grey = (linear @ LUMINANCE)[..., None]
        deeper = np.float32(1.0 + tone * ledger().value("phantoms.tone_colour", "1"))
        linear = np.asarray(grey + deeper * (linear - grey), np.float32)
    place = np.sqrt(np.clip(linear, 0.0, 1.0)) * np.float32(_CODES) + np.float32(0.5)
    return np.asarray(_codes(tone)[place.astype(np.int16)])


def _codes(tone: float) -> Pixels:
    from skintwin.optics.colour import srgb_encode

    plain = srgb_encode((np.arange(_CODES + 1) / _CODES) ** 2)
    bend = tone * ledger().value("phantoms.tone_bend", "1")
    return np.round(255.0 * (plain - bend * np.sin(2.0 * np.pi * plain))).astype(np.uint8)


def _packed(pixels: Pixels, quality: int) -> bytes:
    from PIL import Image

    store = io.BytesIO()
    Image.fromarray(pixels).save(store, "JPEG", quality=quality, subsampling=2)
    return store.getvalue()


def _unpacked(content: bytes) -> Pixels:
    from PIL import Image

    return np.array(Image.open(io.BytesIO(content)))
