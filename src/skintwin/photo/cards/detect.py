"""Where the card is: looked for at two sizes of the picture, counted, and refused by name when it is not whole."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.optics.colour import srgb_encode
from skintwin.photo.cards.errors import (
    MirroredCardError,
    NoCardError,
    OccludedCardError,
    PartialCardError,
    SaturatedCardError,
    SeveralCardsError,
    ShadowedCardError,
    SmallCardError,
    UnlikeCardError,
)
from skintwin.photo.cards.homography import fit_homography, local_steps, project
from skintwin.photo.cards.lattice import Lattice, find_lattices
from skintwin.photo.cards.placement import Placement, best_placement, place_on_corners, shaded
from skintwin.photo.cards.reference import reference
from skintwin.photo.cards.resize import resized
from skintwin.photo.cards.squares import Squares, find_squares
from skintwin.photo.photograph import Photograph

Array = NDArray[np.float64]

_SIDES = (1000, 2000)  # pixels of the longer side: a card across 1/8 of the frame still has patches of 15 pixels
_ENLARGE = 3.0  # at most, for small pictures
_CARD_RANK = 6.0  # alike less half of the unlike: on the 17 photographs other windows reach 4.5, cards 9 to 24
_GRID = 20  # squares of a window of 24 that make it a card of some kind
_MOST_FULL = 1 / 3  # of the patches at the ceiling: 16 must be left
_FEW = 4  # patches: bent tone curves and colours outside sRGB leave up to 3 of a good card unlike
LEAST_PITCH = 12.0
"""Pixels from patch to patch (assumed limit): below, JPEG colour blocks of 16 pixels mix neighbouring patches."""
_PATCH_HALF = 0.36  # of the pitch: a patch is at least this far inside the picture


def find_card(photograph: Photograph, corners: Array | None = None) -> Placement:
    """The one whole card of a photograph, in its own pixels.

    corners: (4, 2) x, y of the centres of the four corner patches in any order, or None to look for the card.

    Raises NoCardError, PartialCardError, OccludedCardError, MirroredCardError, SeveralCardsError, SmallCardError,
    UnlikeCardError.
    """
    placement = _typed(photograph, corners) if corners is not None else _found(photograph)
    if placement.mirrored:
        raise MirroredCardError(
            "the patches of the card are in mirror order", where=region(placement),
            expected="a photograph that was not flipped", do="flip it back, or use the original file",
        )
    _refuse_incomplete(photograph, placement)
    return placement


def _typed(photograph: Photograph, corners: Array) -> Placement:
    points = np.asarray(corners, dtype=np.float64)
    if points.shape != (4, 2) or not np.isfinite(points).all():
        raise NoCardError("the corners are not four points", where="corners", expected="4 pairs of x and y, pixels")
    middle = points - points.mean(axis=0)
    turned = points[np.argsort(np.arctan2(middle[:, 1], middle[:, 0]))]
    placement = place_on_corners(photograph.linear_srgb, turned)
    if placement is None or placement.rank[0] < _CARD_RANK:
        raise UnlikeCardError(
            "the colours between the four corners are not those of a card of 24 patches", where="corners",
            expected="the centres of the patches dark skin, bluish green, black and white", do="set the corners again",
        )
    return placement


def _found(photograph: Photograph) -> Placement:
    grid = False
    longest = max(photograph.shape)
    for side in _SIDES:
        if side > _SIDES[0] and longest <= _SIDES[0]:
            break
        factor = min(side / longest, _ENLARGE)
        cards, whole_grid = _look(photograph, factor)
        grid |= whole_grid
        if len(cards) > 1:
            raise SeveralCardsError(
                f"{len(cards)} cards are in the picture", where="; ".join(region(c) for c in cards),
                expected="one card", do="give the corners of the one to use",
            )
        if cards:
            return cards[0]
    if grid:
        raise UnlikeCardError(
            "a grid of 24 patches is there, but its colours are not those of a known card",
            expected="ColorChecker or CameraTrax without gloss on it", do="turn the card away from the light",
        )
    raise NoCardError(
        "no colour card was found", expected="24 patches in six rows of four, sharp, on a dark board",
        do="give the centres of its corner patches, or measure without a card",
    )


def _look(photograph: Photograph, factor: float) -> tuple[list[Placement], bool]:
    """Cards at one size, in the pixels of the photograph, and whether any grid of 24 was there."""
    linear = resized(photograph.linear_srgb, factor)
    squares = find_squares(srgb_encode(linear))
    lattices = find_lattices(squares)
    cards: list[Placement] = []
    grid = False
    for lattice in lattices:
        placement = best_placement(linear, lattice)
        is_grid = _GRID <= len(lattice.cells) <= 24
        grid |= is_grid
        if placement is None or placement.rank[0] < _CARD_RANK:
            if is_grid:
                shift = 0.5 / factor - 0.5
                refuse_saturated(photograph, squares.centre[list(lattice.cells.values())] / factor + shift, None)
            continue
        placement = _refined(linear, squares, lattice, placement)
        if all(not (placement.squares & other.squares) for other in cards):
            cards.append(placement)
    return [_enlarged(card, factor) for card in cards], grid


def _refined(linear: Array, squares: Squares, lattice: Lattice, placement: Placement) -> Placement:
    """The map fitted again on the squares of the card alone."""
    places = reference("2014-11").places
    numbers = np.array(sorted(placement.squares))
    back = project(np.asarray(np.linalg.inv(placement.h), dtype=np.float64), squares.centre[numbers])
    cell = np.rint(back)
    spread = all(len(set(cell[:, k])) >= 3 for k in (0, 1))
    if len(numbers) < 8 or not spread:
        return placement
    h = fit_homography(cell, squares.centre[numbers])
    middles = project(h, places)
    return placement if not np.isfinite(middles).all() else Placement(
        h, placement.mirrored, placement.alike, placement.inside, placement.misfit, placement.squares
    )


def _enlarged(placement: Placement, factor: float) -> Placement:
    """From the pixels of a resized picture to those of the photograph; pixel centres are at whole numbers."""
    shift = 0.5 / factor - 0.5
    back = np.array([[1 / factor, 0, shift], [0, 1 / factor, shift], [0, 0, 1]])
    return Placement(
        back @ placement.h, placement.mirrored, placement.alike, placement.inside, placement.misfit, placement.squares
    )


def _refuse_incomplete(photograph: Photograph, placement: Placement) -> None:
    card = reference("2014-11")
    height, width = photograph.shape
    reach = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * _PATCH_HALF
    points = project(placement.h, card.places[:, None] + reach)
    within = (points >= -0.5) & (points <= np.array([width, height]) - 0.5)
    inside: NDArray[np.bool_] = np.all(within, axis=(1, 2))
    if not inside.all():
        raise PartialCardError(
            f"{int((~inside).sum())} of 24 patches lie outside the picture: {patch_names(~inside)}",
            where=region(placement), expected="the whole card in the frame", do="take the picture again",
        )
    across, down = local_steps(placement.h, card.places)
    pitch = float(min(np.hypot(*across.T).min(), np.hypot(*down.T).min()))
    if pitch < LEAST_PITCH:
        raise SmallCardError(
            f"the patches are {pitch:.1f} pixels apart", where=region(placement),
            expected=f"{LEAST_PITCH:g} or more", do="go nearer, or use the original file and not a reduced copy",
        )
    refuse_saturated(photograph, project(placement.h, card.places), region(placement))
    hidden = ~placement.alike
    dim = shaded(photograph.linear_srgb, placement)
    if hidden.sum() > _FEW and dim.sum() >= 0.75 * hidden.sum():
        raise ShadowedCardError(
            f"{int(dim.sum())} of 24 patches have their hue but not their brightness: {patch_names(dim)}",
            where=region(placement), expected="the same light on the whole card", do="move the shadow off the card",
        )
    if hidden.sum() > _FEW and len(placement.squares) >= _GRID:
        raise UnlikeCardError(
            f"its squares are there, but {int(hidden.sum())} of 24 have other colours: {patch_names(hidden)}",
            where=region(placement), expected="a ColorChecker or CameraTrax card in even light, without gloss",
            do="use such a card; turn it until it does not shine",
        )
    if hidden.sum() > _FEW:
        raise OccludedCardError(
            f"{int(hidden.sum())} of 24 patches do not show their colour: {patch_names(hidden)}",
            where=region(placement), expected="nothing on the card", do="uncover the card and take the picture again",
        )


def refuse_saturated(photograph: Photograph, middles: Array, where: str | None) -> None:
    """Raise SaturatedCardError when a third of the patches are at the ceiling in their middle."""
    height, width = photograph.shape
    x, y = np.rint(middles).astype(int).T
    full = photograph.clipped[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]
    if full.mean() > _MOST_FULL:
        raise SaturatedCardError(
            f"{int(full.sum())} of {len(full)} patches are at the ceiling of the file", where=where,
            expected="less than a third", do="take the picture again with less exposure",
        )


def patch_names(which: NDArray[np.bool_]) -> str:
    """Names of the patches where (24,) ``which`` is true."""
    return ", ".join(name for name, yes in zip(reference("2014-11").names, which, strict=True) if yes)


def region(placement: Placement) -> str:
    """The card's box in words, for messages."""
    points = np.nan_to_num(project(placement.h, np.array([[0, 0], [5, 0], [5, 3], [0, 3]])))
    (left, top), (right, bottom) = np.rint(points.min(axis=0)), np.rint(points.max(axis=0))
    return f"card at x {left:.0f} to {right:.0f}, y {top:.0f} to {bottom:.0f} pixels"
