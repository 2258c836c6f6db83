"""Light at the lesion against light on the card, from the skin all over the frame and the slope that the card shows.

    ln light on a flat thing = s·p + f |p|²           p: place, from the middle of the frame in half diagonals
    ln brightness of skin    = c + s·p + f |p|² + t·d + d'q d + mottling        d: place from the lesion

Skin bends away from the plane of the card and turns from the lamp (t, q), and its pigment is not the same all over
(mottling: correlated over a good part of the frame). The slope over the patches is that of s and f alone. All of it is
linear and Gaussian with priors from the ledger, so that what remains unknown is the standard deviation of the ratio.
Taken: skin is flat, and as the plane of the card, at the lesion; its colour is the same all over but for mottling.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.photo.cards.homography import project
from skintwin.photo.cards.reference import reference
from skintwin.photo.photograph import Mask, Photograph
from skintwin.photo.skin_blocks import skin_blocks

if TYPE_CHECKING:
    from skintwin.photo.cards.card import Card
    from skintwin.photo.cards.sensing import Sensing

Array = NDArray[np.float64]

_LEVEL: Final = 10.0  # sd of ln brightness of skin: not known beforehand


@dataclass(frozen=True)
class LightRatio:
    """log: ln(light at the lesion / mean light on the patches). sd: of it. blocks: of skin that it rests on."""

    log: float
    sd: float
    blocks: int


def light_ratio(photograph: Photograph, lesion: Mask, card: Card) -> LightRatio:
    """Of a lesion, (h, w), in a photograph whose ``valid`` leaves out the card."""
    value, sensing = ledger().value, card.skin.sensing
    half, middle = frame_middle(photograph.shape)
    y, x = np.nonzero(lesion)
    place = (np.array([x.mean(), y.mean()]) - middle) / half
    blocks = skin_blocks(photograph, lesion, value("cards.skin_like", "1"), sensing.developed)
    at, brightness = (blocks.at - middle) / half, blocks.logs[:, 3]
    own = np.hypot(blocks.sd[:, 3], value("cards.block_sd", "1"))
    places = reference(card.edition).places
    patches = (project(card.placement.h, places) - middle) / half
    apart = np.linalg.norm(at[:, None] - at[None], axis=2) / value("cards.mottle_size", "1")
    noise = value("cards.mottle_sd", "1") ** 2 * np.exp(-(apart**2)) + np.diag(own**2)
    design = np.concatenate([np.ones((len(at), 1)), _flat(at), _turned(at - place)], axis=1)
    across, across_sd = _card_slope(patches, places, sensing)
    design = np.concatenate([design, np.pad(across, ((0, 0), (1, 5)))])
    noise = np.block([[noise, np.zeros((len(at), 2))], [np.zeros((2, len(at))), np.diag(across_sd**2)]])
    usual = np.zeros(9)
    usual[3] = -value("cards.light_fall", "1")
    sd = np.array(
        [_LEVEL, *[value("cards.light_slope_sd", "1")] * 2, value("cards.light_fall_sd", "1"),
         *[value("cards.turn_sd", "1")] * 2, *[value("cards.turn_curve_sd", "1")] * 3]
    )  # fmt: skip
    seen = np.concatenate([brightness - np.median(brightness) if len(at) else brightness, sensing.slope])
    spread = design * sd**2
    gain = np.linalg.solve(spread @ design.T + noise, spread).T
    found = usual + gain @ (seen - design @ usual)
    left = np.diag(sd**2) - gain @ spread
    wanted = np.zeros(9)
    wanted[1:4] = _flat(place[None])[0] - _flat(patches).mean(axis=0)
    return LightRatio(float(wanted @ found), float(np.sqrt(max(wanted @ left @ wanted, 0.0))), len(at))


def frame_middle(shape: tuple[int, int]) -> tuple[float, Array]:
    """Half diagonal (pixels) and middle (x, y) of a picture."""
    return 0.5 * float(np.hypot(*shape)), (np.array(shape[::-1]) - 1) / 2


def _flat(p: Array) -> Array:
    """(n, 3) terms of the light on a plane."""
    return np.concatenate([p, (p**2).sum(axis=1, keepdims=True)], axis=1)


def _turned(d: Array) -> Array:
    """(n, 5) terms of the turn of the skin."""
    return np.stack([d[:, 0], d[:, 1], d[:, 0] ** 2, d[:, 0] * d[:, 1], d[:, 1] ** 2], axis=1)


def _card_slope(patches: Array, places: Array, sensing: Sensing) -> tuple[Array, Array]:
    """(2, 3): slope along and down the card of the terms of ``_flat``; and (2,) sd of the slope that was read."""
    centred = places - places.mean(axis=0)
    slope = np.linalg.lstsq(np.column_stack([np.ones(len(places)), centred]), _flat(patches), rcond=None)[0][1:]
    light = ledger().value("cards.patch_light_sd", "1") * float(sensing.weight @ sensing.poor)
    return slope, light / np.sqrt((centred**2).sum(axis=0))
