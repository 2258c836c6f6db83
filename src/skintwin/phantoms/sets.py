"""Balanced sets: every phototype with every disorder equally often, and cards, lights and gloss spread evenly; and
twins, which differ in nothing but the phototype."""

from __future__ import annotations

from itertools import product
from typing import Any, Final

import numpy as np

from skintwin.evidence import ledger
from skintwin.optics.camera.lights import LIGHTS
from skintwin.optics.texture.keys import Key
from skintwin.phantoms.cards import COLOUR_CARDS, OTHERS
from skintwin.phantoms.contrast import most_contrast
from skintwin.phantoms.description import Phantom
from skintwin.phantoms.draw import DISORDERS, SEED, contrast_row, draw_phantom
from skintwin.phantoms.draw_scene import fitting_card
from skintwin.skin.phototype import PHOTOTYPES

CARDS: Final = (None, *COLOUR_CARDS, *OTHERS)
GLOSS: Final = ("crossed", "even", "shiny")
OUTLINED: Final = tuple(name for name in DISORDERS if name != "freckles")
"""Disorders of one lesion with an outline; freckles are many."""
TWIN_CONTRAST: Final = 6.5
"""CIEDE2000 at least, that twins' lesions ask for: a little above 6, from which a lesion counts as clear."""


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


def twin_set(count: int, seed: int = SEED) -> tuple[Phantom, ...]:
    """``count`` scenes, each with all phototypes one after the other: 6 × count phantoms.

    Twins share everything that is drawn - place in the range of melanin of their phototype, lesion and its contrast,
    camera, pose, light, card, hair, noise - and differ in the phototype alone. What six phototypes are compared by is
    then the difference within a scene; between scenes of other lesions and cards it would drown. One visit each, of a
    lesion that is clear in all six: contrasts are the ledger's from ``TWIN_CONTRAST`` on, where some phototype cannot
    reach one the most that all can, and the number is passed over where that is less than ``TWIN_CONTRAST``.
    Disorders, cards, lights and gloss go round as in :func:`phantom_set`.
    """
    draw = Key(seed).generator("twin set")
    rounds = [_round(list(each), count, draw) for each in (OUTLINED, CARDS, tuple(LIGHTS), GLOSS)]
    found: list[Phantom] = []
    number = 0
    for disorder, card, light, sheen in zip(*rounds, strict=True):
        while True:
            wanted = {"disorder": disorder, "light": light, "gloss": sheen, "follow_up": False}
            twins = _twins(number, seed, card, wanted)
            number += 1
            if twins:
                found += twins
                break
    return tuple(found)


def followed_set(count: int, seed: int = SEED) -> tuple[Phantom, ...]:
    """``count`` lesions of a :func:`phantom_set` without freckles, each with a later photograph."""
    drawn = phantom_set(2 * count, seed, follow_up=True)
    return tuple(each for each in drawn if each.lesion.disorder in OUTLINED)[:count]


def _twins(number: int, seed: int, card: str | None, wanted: dict[str, Any]) -> list[Phantom]:
    """The scene with every phototype; nothing where some phototype cannot show its lesion clearly."""
    alike = [draw_phantom(number, seed, **wanted, phototype=p) for p in PHOTOTYPES]
    within = float("inf")
    for each in alike:
        within = min(within, most_contrast(each.person, each.lesion))
        if within < TWIN_CONTRAST:
            return []
    lesion, draw = alike[0].lesion, Key(seed, number).generator("twin contrast")
    prior = ledger().parameter(contrast_row(lesion.kind)).prior
    contrast = 0.0
    while contrast < TWIN_CONTRAST:
        contrast = float(prior.ppf(draw.uniform()))
    wanted = wanted | {"contrast": min(contrast, within), "card": fitting_card(card, lesion.extent_mm)}
    return [draw_phantom(number, seed, **wanted, phototype=p) for p in PHOTOTYPES]


def _round(options: list[Any], count: int, draw: np.random.Generator) -> list[Any]:
    """Blocks of all options, each block in an order of its own."""
    found: list[Any] = []
    while len(found) < count:
        found += [options[k] for k in draw.permutation(len(options))]
    return found[:count]
