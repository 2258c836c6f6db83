"""From where a scene is photographed: near enough to fill the frame, far enough that everything is in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.optics.texture.keys import Key
from skintwin.phantoms.cards import CardPlace, place_card
from skintwin.phantoms.description import Phantom
from skintwin.phantoms.view import View, rotation

Array = NDArray[np.float64]

AROUND: Final = 1.5
"""Radii of the lesion that are always in the picture, so that skin to compare with is."""
_EDGE: Final = 0.035  # share of the frame kept free at each side
_STEEPEST: Final = 0.25  # slope of the skin at the farthest corner of the frame, radians: no place is behind another
_NEAREST: Final = 60.0  # mm, of a phone that focuses


def frame(phantom: Phantom, visit: int, radius_mm: float) -> tuple[View, CardPlace | None]:
    """The view of a visit, and where the card lies. radius_mm: of the lesion."""
    scene = phantom.scenes[visit]
    card = None if scene.card is None else place_card(scene, radius_mm)
    angle = np.linspace(0.0, 2 * np.pi, 16, endpoint=False)
    seen = AROUND * radius_mm * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    points = seen if card is None else np.concatenate([seen, card.outline()])
    view = View(
        (scene.height, scene.width), scene.focal * max(scene.width, scene.height),
        rotation(scene.turn, scene.tilt, scene.azimuth), (0.0, 0.0), _NEAREST, 0.0, float(np.deg2rad(scene.curve_axis)),
    )  # fmt: skip
    view = _nearest(view, points)
    far = max(view.distance * scene.margin, _NEAREST)
    view = _centred(replace(view, distance=far), points)
    view = _off(view, points, scene.offset)
    corners = np.array([[0, 0], [scene.width, 0], [scene.width, scene.height], [0, scene.height]], float)
    bent = min(scene.curvature, _STEEPEST / float(np.hypot(*view.lying(corners).T).max()))
    waves = () if phantom.course is None or not visit else _waves(phantom, radius_mm)
    return replace(view, curvature=bent, waves=waves), card


def _nearest(view: View, points: Array) -> View:
    low, high = 20.0, 5000.0
    for _ in range(14):
        middle = float(np.sqrt(low * high))
        low, high = (low, middle) if _fits(_centred(replace(view, distance=middle), points), points) else (middle, high)
    return replace(view, distance=high)


def _centred(view: View, points: Array) -> View:
    """The same looking at the middle of what the points span in the picture."""
    for _ in range(2):
        x = view.pixels(points)
        wanted = (x.min(axis=0) + x.max(axis=0)) / 2
        target = view.lying(wanted)
        view = replace(view, target=(float(target[0]), float(target[1])))
    return view


def _fits(view: View, points: Array) -> bool:
    x = view.pixels(points)
    h, w = view.shape
    edge = _EDGE * np.array([w, h])
    return bool(np.all(x > edge) and np.all(x < np.array([w, h]) - 1 - edge))


def _off(view: View, points: Array, offset: tuple[float, float]) -> View:
    """The same, off the middle by a share of the free frame."""
    x = view.pixels(points)
    size = np.array(view.shape[::-1])
    free = np.maximum(size * (1.0 - 2.0 * _EDGE) - (x.max(axis=0) - x.min(axis=0)), 0.0) / 2
    for share in (0.8, 0.5, 0.2):
        target = view.lying((size - 1) / 2 + share * np.array(offset) * free)
        moved = replace(view, target=(float(target[0]), float(target[1])))
        if _fits(moved, points):
            return moved
    return view


def _waves(phantom: Phantom, radius_mm: float) -> tuple[tuple[float, float, float, float, float], ...]:
    """A smooth deformation of the skin: two waves, several lesions long."""
    assert phantom.course is not None
    draw = Key(phantom.seed, phantom.number).generator("deformation")
    rows = []
    for _ in range(2):
        length = radius_mm * draw.uniform(4.0, 8.0)
        along, move = draw.uniform(0, 2 * np.pi, 2)
        size = phantom.course.deformation * length / (2 * np.pi) / 2
        rows.append((
            float(2 * np.pi / length * np.cos(along)), float(2 * np.pi / length * np.sin(along)),
            float(draw.uniform(0, 2 * np.pi)), float(size * np.cos(move)), float(size * np.sin(move)),
        ))  # fmt: skip
    return tuple(rows)
