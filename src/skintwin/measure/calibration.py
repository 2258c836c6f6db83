"""What is known of a photograph's colours and lengths: from a card, a typed length, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import ConfigError
from skintwin.photo.photograph import Mask, Photograph
from skintwin.photo.scale import UNKNOWN_SCALE, Scale, scale_from_mm_per_pixel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skintwin.photo.cards import Card
    from skintwin.photo.plane import PlaneScale

Array = NDArray[np.float64]

_BOARD = 0.75  # patches: how far the board of a card reaches beyond the middle of its outer patches and their half


@dataclass(frozen=True)
class Rulers:
    """What the user says of colour and scale; at most one source of scale beside the card.

    card: "auto" (used if one is found), "none", or the name of a card (must then be read). corners: of its four corner
    patches, (4, 2) x, y. mm_per_pixel: in the plane of the skin. ruler: x0, y0, x1, y1, mm from tick to tick. length:
    x0, y0, x1, y1, mm between the points. marker: look for the printed marker. coin: x, y of a point on it, and its
    name or its diameter in mm. lesion_diameter: mm.
    """

    card: str = "auto"
    corners: Sequence[Sequence[float]] | None = None
    mm_per_pixel: float | None = None
    ruler: tuple[float, float, float, float, float] | None = None
    length: tuple[float, float, float, float, float] | None = None
    marker: bool = False
    coin: tuple[float, float, str | float] | None = None
    lesion_diameter: float | None = None

    def __post_init__(self) -> None:
        given = [
            name for name in ("mm_per_pixel", "ruler", "length", "coin", "lesion_diameter") if getattr(self, name) is not None
        ] + (["marker"] if self.marker else [])
        if len(given) > 1:
            raise ConfigError(f"{len(given)} sources of scale are given", where=", ".join(given), expected="one")


@dataclass(frozen=True, eq=False)
class Calibration:
    """card: as read, or None. refused: why a card that is there was not used, or "". scale: before the lesion is known.
    plane: of the card, for the scale at a place. taken: (h, w) bool, pixels of the card and its board."""

    card: Card | None
    refused: str
    scale: Scale
    plane: PlaneScale | None
    taken: Mask = field(repr=False)


def calibrate(photograph: Photograph, rulers: Rulers) -> Calibration:
    """Read the card, the marker, the ruler or the typed length.

    Raises CardError when a named card (or one whose corners were given) cannot be read, PhotographError when a named
    source of scale cannot.
    """
    card, refused = _card(photograph, rulers)
    taken = np.zeros(photograph.shape, dtype=np.bool_)
    plane = None
    if card is not None:
        from skintwin.photo.plane import plane_of

        taken, plane = board(card, photograph.shape), plane_of(card)
    scale = _typed(photograph, rulers) or (card.scale if card is not None else UNKNOWN_SCALE)
    return Calibration(card, refused, scale, plane if scale.origin in ("card", "unknown") else None, taken)


def _card(photograph: Photograph, rulers: Rulers) -> tuple[Card | None, str]:
    from skintwin.photo.cards import CardError, read_card
    from skintwin.photo.cards.errors import NoCardError

    if rulers.card == "none":
        return None, ""
    named = None if rulers.card == "auto" else rulers.card
    if named is not None or rulers.corners is not None:
        return read_card(photograph, named, rulers.corners), ""
    try:
        return read_card(photograph), ""
    except NoCardError:
        return None, ""
    except CardError as error:
        return None, str(error)


def _typed(photograph: Photograph, rulers: Rulers) -> Scale | None:
    if rulers.mm_per_pixel is not None:
        return scale_from_mm_per_pixel(rulers.mm_per_pixel)
    if rulers.ruler is not None:
        from skintwin.photo.cards.ruler import scale_from_ruler

        return scale_from_ruler(photograph, rulers.ruler[:2], rulers.ruler[2:4], rulers.ruler[4])
    if rulers.length is not None:
        from skintwin.photo.cards.typed import scale_from_length

        return scale_from_length(rulers.length[:2], rulers.length[2:4], rulers.length[4])
    if rulers.coin is not None:
        from skintwin.photo.cards.coin import coin_named, scale_from_coin

        x, y, kind = rulers.coin
        return scale_from_coin(photograph, (x, y), coin_named(kind).diameter_mm if isinstance(kind, str) else kind)
    if rulers.marker:
        from skintwin.photo.cards.marker import scale_from_marker

        return scale_from_marker(photograph)
    return None


def board(card: Card, shape: tuple[int, int]) -> Mask:
    """(h, w) bool: pixels of a card and its board."""
    from skimage.draw import polygon2mask

    from skintwin.photo.cards.homography import project

    reach = 0.5 + _BOARD
    ends = np.array([[-reach, -reach], [5 + reach, -reach], [5 + reach, 3 + reach], [-reach, 3 + reach]])
    points = project(card.placement.h, ends)
    inside = polygon2mask(shape, points[:, ::-1])  # type: ignore[no-untyped-call]
    return np.asarray(inside, dtype=np.bool_)
