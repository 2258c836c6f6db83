"""One visit of a camera: pose, light, camera, card."""

from __future__ import annotations

from typing import Final

import numpy as np

from skintwin.optics.camera.sensors import camera_names
from skintwin.phantoms.cards import KNOWN
from skintwin.phantoms.chooser import Chooser
from skintwin.phantoms.description import Lesion, Scene

_LIGHTS: Final = {"D65": 0.3, "led": 0.25, "flash": 0.2, "fluorescent": 0.1, "fluorescent_triband": 0.05, "A": 0.1}
_CARDS: Final = {
    None: 0.2, "classic": 0.12, "passport": 0.2, "nano": 0.16, "cameratrax": 0.12, "ruler": 0.1, "marker": 0.1,
}  # fmt: skip
_GLOSS: Final = {"crossed": 0.35, "even": 0.35, "shiny": 0.3}
_CURVED: Final = 0.35
_PHONE: Final = 0.3
_FROM_MM: Final = {"classic": 40.0, "passport": 22.0, "mini": 22.0, "cameratrax": 15.0}
"""Extent of the lesion from which a card is laid beside it: beside a smaller one the lesion would be a dot."""
SIZE: Final = (1000, 750)
"""Width and height, pixels."""


def draw_scene(choose: Chooser, lesion: Lesion) -> Scene:
    """The photograph of a visit."""
    card = choose.checked("card", (None, *KNOWN), choose.one_of("card", _CARDS))
    if not choose.given("card"):
        card = fitting_card(card, lesion.extent_mm)
    curved = choose.given("curvature") or choose.stream("curved").uniform() < _CURVED
    quiet = not bool(choose.one_of("noise", (True,)))
    quality = choose.value("jpeg") if choose.given("jpeg") else round(choose.number("jpeg", "phantoms.jpeg"))
    width, height = (int(choose.one_of(name, (side,))) for name, side in zip(("width", "height"), SIZE, strict=True))
    return Scene(
        width=width, height=height, focal=choose.number("focal", "phantoms.focal"), turn=choose.angle("turn"),
        tilt=choose.number("tilt", "phantoms.tilt"), azimuth=choose.angle("azimuth"),
        margin=choose.number("margin", "phantoms.margin"), offset=_pair(choose),
        curvature=choose.number("curvature", "phantoms.curvature") if curved else 0.0,
        curve_axis=choose.angle("curve_axis"), light=choose.one_of("light", _LIGHTS),
        sensor=choose.one_of("sensor", camera_names()), gains=_gains(choose),
        exposure=choose.value("exposure") if choose.given("exposure") else None,
        exposure_error=choose.number("exposure_error", "phantoms.exposure"),
        full_well=float("inf") if quiet else choose.number("full_well", "phantoms.full_well"),
        read_noise=0.0 if quiet else choose.number("read_noise", "phantoms.read_noise"),
        lens_blur=choose.number("lens_blur", "phantoms.lens_blur"), jpeg=quality,
        tone=float(choose.one_of("tone", {0.0: 1.0 - _PHONE, 1.0: _PHONE})), slope=_slope(choose),
        falloff=choose.number("falloff", "phantoms.falloff"), lamp=choose.number("lamp", "phantoms.lamp"),
        lamp_azimuth=choose.angle("lamp_azimuth"),
        gloss=choose.checked("gloss", tuple(_GLOSS), choose.one_of("gloss", _GLOSS)), card=card,
        card_turn=choose.angle("card_turn"), card_side=choose.angle("card_side"),
        card_gap=choose.number("card_gap", "phantoms.card_gap"),
    )  # fmt: skip


def fitting_card(card: str | None, extent_mm: float) -> str | None:
    """The card, or the small one where it would be too large for a lesion."""
    return "nano" if card is not None and extent_mm < _FROM_MM.get(card, 0.0) else card


def _gains(choose: Chooser) -> tuple[float, float, float]:
    """Red, green and blue; green is right."""
    red, blue = (float(np.exp(choose.number(f"balance_{name}", "phantoms.white_balance"))) for name in ("red", "blue"))
    if choose.given("gains"):
        red, green, blue = (float(g) for g in choose.value("gains"))
        return red, green, blue
    return red, 1.0, blue


def _slope(choose: Chooser) -> tuple[float, float]:
    """Two numbers from the steepness and its direction."""
    if choose.given("slope") and np.ndim(choose.value("slope")):
        x, y = (float(s) for s in choose.value("slope"))
        return x, y
    steep, angle = choose.number("slope", "phantoms.slope"), np.deg2rad(choose.angle("slope_azimuth"))
    return float(steep * np.cos(angle)), float(steep * np.sin(angle))


def _pair(choose: Chooser) -> tuple[float, float]:
    x, y = (float(s) for s in choose.stream("offset").uniform(-1.0, 1.0, 2))
    if choose.given("offset"):
        x, y = (float(s) for s in choose.value("offset"))
    return x, y
