"""How the light of a scene changes over the picture: a slope, a fall to the corners, and the turn of curved skin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.phantoms.description import Scene
from skintwin.phantoms.view import View, upsampled

Array = NDArray[np.float64]
Real = NDArray[np.float32]


def light_on(scene: Scene, view: View) -> tuple[Real, Real]:
    """(h, w) light on the skin and on a flat card that touches it, both relative to the middle of the lesion."""
    rows, columns, at = view.nodes()
    middle = view.pixels(np.zeros(2))
    half = 0.5 * float(np.hypot(*view.shape))
    place, origin = (at - (np.array(view.shape[::-1]) - 1) / 2) / half, _place(middle, view, half)
    flat = _log_light(scene, place) - float(_log_light(scene, origin))
    on_card = upsampled(rows, np.exp(flat), columns)
    if not view.curvature:
        return on_card, on_card
    tilt, turn = np.deg2rad(scene.lamp), np.deg2rad(scene.lamp_azimuth)
    slope = np.nan_to_num(view.normal_slope(view.lying(at)))
    steep = np.hypot(slope[..., 0], slope[..., 1])
    to_lamp = slope @ np.array([np.cos(turn), np.sin(turn)]) * np.sinc(steep / np.pi)
    facing = np.cos(steep) + np.tan(tilt) * to_lamp
    return upsampled(rows, np.exp(flat) * np.maximum(facing, 0.1), columns), on_card


def _log_light(scene: Scene, place: Array) -> Array:
    return np.asarray(place @ np.array(scene.slope) - scene.falloff * (place**2).sum(axis=-1))


def _place(pixel: Array, view: View, half: float) -> Array:
    return np.asarray((pixel - (np.array(view.shape[::-1]) - 1) / 2) / half)
