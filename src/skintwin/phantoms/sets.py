"""Balanced sets: every phototype with every disorder equally often, and cards, lights and gloss spread evenly."""

from __future__ import annotations

from itertools import product
from typing import Any, Final

import numpy as np

from skintwin.optics.camera.lights import LIGHTS
from skintwin.optics.texture.keys import Key
from skintwin.phantoms.cards import COLOUR_CARDS, OTHERS
from skintwin.phantoms.description import Phantom
from skintwin.phantoms.draw import DISORDERS, SEED, draw_phantom
from skintwin.phantoms.draw_scene import fitting_card
from skintwin.skin.phototype import PHOTOTYPES

CARDS: Final = (None, *COLOUR_CARDS, *OTHERS)
GLOSS: Final = ("crossed", "even", "shiny")


def phantom_set(count: int, seed: int = SEED, **fixed: Any) -> tuple[Phantom, ...]:
    """``count`` phantoms, numbers 0 to count − 1.

    Pairs of phototype and disorder go round in a shuffled order, so that each comes up equally often to within one.
    Cards, lights and gloss go round by themselves, each in shuffled blocks; a card that is too large for its lesion
    becomes the small one. ``fixed`` as in ``draw_phantom``.
    """
    draw = Key(seed).generator("phantom set")
    cells = _round(list(product(PHOTOTYPES, DISORDERS)), count, draw)
    cards, lights, gloss = (_round(list(each), count, draw) for each in (CARDS, tuple(LIGHTS), GLOSS))
    found = []
    for n, (cell, card, light, sheen) in enumerate(zip(cells, cards, lights, gloss, strict=True)):
        wanted = {"phototype": cell[0], "disorder": cell[1], "light": light, "gloss": sheen, **fixed}
        if "card" not in fixed:
            wanted["card"] = fitting_card(card, draw_phantom(n, seed, **wanted).lesion.extent_mm)
        found.append(draw_phantom(n, seed, **wanted))
    return tuple(found)


def _round(options: list[Any], count: int, draw: np.random.Generator) -> list[Any]:
    """Blocks of all options, each block in an order of its own."""
    found: list[Any] = []
    while len(found) < count:
        found += [options[k] for k in draw.permutation(len(options))]
    return found[:count]
