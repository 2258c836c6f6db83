"""Cards, a ruler and a printed marker on the skin: where they lie, and what the camera's channels get from them.

Edges are the share of a pixel that they cover, so that no staircase shows. Card coordinates: mm from the middle of the
card, along its rows and down its columns. Sizes are those of :mod:`skintwin.photo.cards`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.phantoms.description import Scene
from skintwin.phantoms.view import View
from skintwin.photo.cards import marker
from skintwin.photo.cards.kinds import card_kind
from skintwin.photo.cards.reference import COLUMNS, ROWS
from skintwin.photo.cards.spectra import patch_spectra

Array = NDArray[np.float64]
Real = NDArray[np.float32]

COLOUR_CARDS: Final = ("classic", "passport", "nano", "cameratrax")
OTHERS: Final = ("ruler", "marker")
KNOWN: Final = (*COLOUR_CARDS, "mini", *OTHERS)
"""Everything that can lie beside a lesion; of the ColorCheckers, those with the colours since November 2014."""
_RULER: Final = (28.0, 8.0)  # half sizes, mm
_TICKS: Final = 26  # mm, to each side
_TICK_MM: Final = 0.22
_LONG: Final = {10: 7.0, 5: 5.5, 1: 4.0}  # mm: length of every tenth, fifth and other tick


@dataclass(frozen=True)
class CardPlace:
    """A card on the plane that touches the skin. middle: mm; turn: radians; half: half width and height, mm."""

    name: str
    middle: tuple[float, float]
    turn: float
    half: tuple[float, float]

    def outline(self) -> Array:
        """(4, 2) corners, mm on the plane."""
        return self.on_plane(np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * np.array(self.half))

    def on_plane(self, own: Array) -> Array:
        """(..., 2) card coordinates → mm on the plane."""
        c, s = np.cos(self.turn), np.sin(self.turn)
        return np.asarray(own @ np.array([[c, s], [-s, c]]) + np.array(self.middle))

    def corners(self) -> Array:
        """(4, 2) centres of the corner patches, dark skin first and along the card, mm on the plane."""
        pitch = np.array(card_kind(self.name).pitch_mm)
        own = (np.array([[0, 0], [5, 0], [5, 3], [0, 3]]) - [2.5, 1.5]) * pitch
        return self.on_plane(own)

    def ruler_line(self) -> Array:
        """(2, 2) ends of a line across the ticks of a ruler, mm on the plane."""
        depth = _RULER[1] - 2.0
        return self.on_plane(np.array([[-0.9 * _TICKS, -depth], [0.9 * _TICKS, -depth]]))


def half_size(name: str) -> tuple[float, float]:
    """Half width and height of a card, mm."""
    if name == "ruler":
        return _RULER
    if name == "marker":
        edge = 6.0 + marker.SQUARE_MM / 2
        return (
            (marker.COLUMNS - 1) * marker.PITCH_MM / 2 + edge, (marker.ROWS - 1) * marker.PITCH_MM / 2 + edge,
        )  # fmt: skip
    kind = card_kind(name)
    border = ledger().value("phantoms.card_border", "1")
    across, down = ((n - 1) / 2 + border for n in (COLUMNS, ROWS))
    return (
        across * kind.pitch_mm[0] + kind.patch_mm[0] / 2, down * kind.pitch_mm[1] + kind.patch_mm[1] / 2,
    )  # fmt: skip


def place_card(scene: Scene, radius_mm: float) -> CardPlace:
    """Beside the lesion: a line of free skin parts it from a disc of ``radius_mm``."""
    assert scene.card is not None
    half, side, turn = half_size(scene.card), np.deg2rad(scene.card_side), np.deg2rad(scene.card_turn)
    support = half[0] * abs(np.cos(side - turn)) + half[1] * abs(np.sin(side - turn))
    away = radius_mm * (1.0 + scene.card_gap) + support
    return CardPlace(scene.card, (float(away * np.cos(side)), float(away * np.sin(side))), float(turn), half)


def lay_card(raw: Real, place: CardPlace, view: View, weights: Array, light: Real) -> NDArray[np.bool_]:
    """Draw a card onto channels (h, w, C), in place; weights (31, C), light (h, w). Returns (h, w): where it lies."""
    covered = np.zeros(view.shape, np.bool_)
    h = view.plane()
    corners = _project(h, place.outline())
    low = np.maximum(np.floor(corners.min(axis=0)).astype(int) - 2, 0)
    high = np.minimum(np.ceil(corners.max(axis=0)).astype(int) + 3, view.shape[::-1])
    if np.any(high <= low):
        return covered
    window = slice(low[1], high[1]), slice(low[0], high[0])
    x, y = np.meshgrid(np.arange(low[0], high[0], dtype=np.float32), np.arange(low[1], high[1], dtype=np.float32))
    to_card = _to_card(place) @ np.linalg.inv(h)
    g = (to_card / to_card[2, 2]).astype(np.float32)
    depth = g[2, 0] * x + g[2, 1] * y + g[2, 2]
    a, b = (g[0, 0] * x + g[0, 1] * y + g[0, 2]) / depth, (g[1, 0] * x + g[1, 1] * y + g[1, 2]) / depth
    pixel = np.float32(_pixel_mm(h, place))
    cover = _inside(a, place.half[0], pixel) * _inside(b, place.half[1], pixel)
    colours = _paint(place, a, b, pixel, weights) * light[window][..., None]
    raw[window] += cover[..., None] * (colours - raw[window])
    covered[window] = cover > 0.0
    return covered


def _paint(place: CardPlace, a: Real, b: Real, pixel: np.float32, weights: Array) -> Real:
    """(h, w, C) channels of a card at its coordinates."""
    value = ledger().value
    if place.name == "ruler":
        ink = _ticks(a, b, pixel)
    elif place.name == "marker":
        ink = np.zeros_like(a)
        column, row = (
            np.clip(np.rint(c / np.float32(marker.PITCH_MM) + (n - 1) / 2), 0, n - 1)
            for c, n in ((a, marker.COLUMNS), (b, marker.ROWS))
        )
        da = a - (column - np.float32((marker.COLUMNS - 1) / 2)) * np.float32(marker.PITCH_MM)
        db = b - (row - np.float32((marker.ROWS - 1) / 2)) * np.float32(marker.PITCH_MM)
        ink = _inside(da, marker.SQUARE_MM / 2, pixel) * _inside(db, marker.SQUARE_MM / 2, pixel)
    else:
        return _patches(place.name, a, b, pixel, weights)
    paper, black = value("phantoms.paper", "1"), value("phantoms.ink", "1")
    return np.repeat((np.float32(paper) - np.float32(paper - black) * ink)[..., None], weights.shape[1], axis=-1)


def _patches(name: str, a: Real, b: Real, pixel: np.float32, weights: Array) -> Real:
    kind = card_kind(name)
    px, py = (np.float32(p) for p in kind.pitch_mm)
    column = np.clip(np.rint(a / px + np.float32(2.5)), 0, COLUMNS - 1)
    row = np.clip(np.rint(b / py + np.float32(1.5)), 0, ROWS - 1)
    cover = _inside(a - (column - np.float32(2.5)) * px, kind.patch_mm[0] / 2, pixel)
    cover *= _inside(b - (row - np.float32(1.5)) * py, kind.patch_mm[1] / 2, pixel)
    seen = (patch_spectra(kind.edition) @ weights).astype(np.float32)
    board = np.float32(ledger().value("phantoms.board", "1"))
    found = seen[(row * COLUMNS + column).astype(np.int32)]
    return np.asarray(board + cover[..., None] * (found - board))


def _ticks(a: Real, b: Real, pixel: np.float32) -> Real:
    """Ink of the ticks of a ruler, which start at its upper edge."""
    nearest = np.rint(a)
    number = np.abs(nearest).astype(np.int32)
    long = np.where(number % 10 == 0, _LONG[10], np.where(number % 5 == 0, _LONG[5], _LONG[1])).astype(np.float32)
    ink = _inside(a - nearest, _TICK_MM / 2, pixel) * np.clip((long - (b + np.float32(_RULER[1]))) / pixel + 0.5, 0, 1)
    return np.asarray(ink * (number <= _TICKS), np.float32)


def _inside(distance: Real, half: float, pixel: np.float32) -> Real:
    """Share of a pixel within ``half`` of a middle line: the overlap of two intervals."""
    away = np.abs(distance)
    return np.asarray(
        np.clip((half - away) / pixel + 0.5, 0.0, 1.0) - np.clip((-half - away) / pixel + 0.5, 0.0, 1.0), np.float32
    )


def _pixel_mm(h: Array, place: CardPlace) -> float:
    """Size of a pixel in the middle of a card, mm."""
    about = np.array(place.middle) + np.array([[0.5, 0], [-0.5, 0], [0, 0.5], [0, -0.5]])
    x = _project(h, about)
    (a, b), (c, d) = x[0] - x[1], x[2] - x[3]
    return float(1.0 / np.sqrt(abs(a * d - b * c)))


def _project(h: Array, points: Array) -> Array:
    x = np.concatenate([points, np.ones((*points.shape[:-1], 1))], axis=-1) @ h.T
    return np.asarray(x[..., :2] / x[..., 2:])


def _to_card(place: CardPlace) -> Array:
    """(3, 3) plane → card coordinates."""
    c, s = np.cos(place.turn), np.sin(place.turn)
    u, v = place.middle
    return np.array([[c, s, -c * u - s * v], [-s, c, s * u - c * v], [0.0, 0.0, 1.0]])
