"""What is known of a photograph's colours and lengths: from a card, a typed length, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import ConfigError
from skintwin.photo.photograph import Mask, Photograph
from skintwin.photo.scale import UNKNOWN_SCALE, Scale, scale_from_mm_per_pixel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skintwin.photo.cards import Card
    from skintwin.photo.cards.grey import GreyCard
    from skintwin.photo.cards.marker import Marker
    from skintwin.photo.far_scale import FarScale
    from skintwin.photo.plane import PlaneScale

Array = NDArray[np.float64]

_BOARD = 0.75  # patches: how far the board of a card reaches beyond the middle of its outer patches and their half
_BOARD_APART = 0.15  # cube root of linear light, all channels: below, board and picture are not told apart
_PAPER = 1.1  # pitches: from the middle of a marker's outer squares to the edge of its paper
_MOST_PIECE = 0.35  # of the frame: a larger thing of the paper's colour is the skin
_GREY_SIDE = 5  # pixels: smallest side of a region on a grey card
_PIECE_SIDE = 800  # pixels: a ruler is looked for on a copy of this size


@dataclass(frozen=True)
class Rulers:
    """What the user says of colour and scale; at most one source of scale beside the card.

    card: "auto" (used if one is found), "none", or the name of a card (must then be read). corners: of its four corner
    patches, (4, 2) x, y. grey: left, top, width, height of a region inside a grey card, which is used instead of a
    colour card. mm_per_pixel: in the plane of the skin. ruler: x0, y0, x1, y1, mm from tick to tick. length:
    x0, y0, x1, y1, mm between the points. marker: look for the printed marker. coin: x, y of a point on it, and its
    name or its diameter in mm. lesion_diameter: mm.
    """

    card: str = "auto"
    corners: Sequence[Sequence[float]] | None = None
    grey: tuple[int, int, int, int] | None = None
    mm_per_pixel: float | None = None
    ruler: tuple[float, float, float, float, float] | None = None
    length: tuple[float, float, float, float, float] | None = None
    marker: bool = False
    coin: tuple[float, float, str | float] | None = None
    lesion_diameter: float | None = None

    def __post_init__(self) -> None:
        sources = ("mm_per_pixel", "ruler", "length", "coin", "lesion_diameter")
        given = [name for name in sources if getattr(self, name) is not None] + (["marker"] if self.marker else [])
        if len(given) > 1:
            raise ConfigError(f"{len(given)} sources of scale are given", where=", ".join(given), expected="one")
        if self.grey is not None and (self.card not in ("auto", "none") or self.corners is not None):
            raise ConfigError("a colour card and a grey card are given", where="card, grey",
                              expected="the colour card alone: it says more")  # fmt: skip


@dataclass(frozen=True, eq=False)
class Calibration:
    """card: as read, or None. refused: why a card that is there was not used, or "". scale: before the lesion is known.
    plane: what tells the scale at a place: the plane of a card or marker, or a length some way off. taken: (h, w)
    bool, pixels of the card and its board. grey: a grey card, or None; it balances the light and says nothing of the
    camera's colours."""

    card: Card | None
    refused: str
    scale: Scale
    plane: PlaneScale | FarScale | None
    taken: Mask = field(repr=False)
    grey: GreyCard | None = None

    def balanced(self, photograph: Photograph) -> Photograph:
        """The photograph in the light of its grey card; as it is where there is none."""
        if self.grey is None:
            return photograph
        gain = self.grey.gain.astype(photograph.linear_srgb.dtype)
        return replace(photograph, linear_srgb=photograph.linear_srgb * gain)

    def as_taken(self, balanced: Photograph) -> Photograph:
        """The inverse of ``balanced``: the brightness that the camera's tone curve worked on."""
        if self.grey is None:
            return balanced
        gain = self.grey.gain.astype(balanced.linear_srgb.dtype)
        return replace(balanced, linear_srgb=balanced.linear_srgb / gain)


def calibrate(photograph: Photograph, rulers: Rulers) -> Calibration:
    """Read the card, the marker, the ruler or the typed length.

    Raises CardError when a named card (or one whose corners were given) or a grey card cannot be read, PhotographError
    when a named source of scale cannot.
    """
    if rulers.grey is None:
        return _coloured(photograph, rulers)
    grey, taken = _grey(photograph, rulers.grey)
    found = _coloured(photograph, replace(rulers, card="none"))
    return replace(found, taken=found.taken | taken, grey=grey)


def _grey(photograph: Photograph, box: tuple[int, int, int, int]) -> tuple[GreyCard, Mask]:
    """The card in a box, and (h, w) bool, the card as far as its colour reaches."""
    from skintwin.photo.cards.grey import read_grey_card
    from skintwin.photo.region import inside_frame

    left, top, width, height = inside_frame(box, photograph.shape, _GREY_SIDE, "grey card")
    region = np.zeros(photograph.shape, dtype=np.bool_)
    region[top : top + height, left : left + width] = True
    card = read_grey_card(photograph, region)
    whole = piece_along(photograph, (left, top), (left + width - 1, top + height - 1))
    return card, region | whole


def _coloured(photograph: Photograph, rulers: Rulers) -> Calibration:
    """Colour card and scale."""
    card, refused = _card(photograph, rulers)
    taken = np.zeros(photograph.shape, dtype=np.bool_)
    plane = None
    if card is not None:
        from skintwin.photo.plane import plane_of

        taken, plane = board(card, photograph), plane_of(card)
    if rulers.marker:
        from skintwin.photo.cards.marker import read_marker
        from skintwin.photo.plane import plane_of_marker

        marker = read_marker(photograph)
        taken |= marker_paper(marker, photograph)
        return Calibration(card, refused, marker.scale, plane_of_marker(marker), taken)
    far = _far(photograph, rulers)
    if far is not None:
        if rulers.ruler is not None:
            taken |= piece_along(photograph, rulers.ruler[:2], rulers.ruler[2:4])
        return Calibration(card, refused, far.scale, far, taken)
    if rulers.mm_per_pixel is not None:
        return Calibration(card, refused, scale_from_mm_per_pixel(rulers.mm_per_pixel), None, taken)
    return Calibration(card, refused, card.scale if card is not None else UNKNOWN_SCALE, plane, taken)


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


def _far(photograph: Photograph, rulers: Rulers) -> FarScale | None:
    """A ruler, two points or a coin, and where they lie."""
    from skintwin.photo.far_scale import FarScale, far_scale

    if rulers.ruler is not None:
        from skintwin.photo.cards.ruler import tick_period

        start, end, tick = np.array(rulers.ruler[:2]), np.array(rulers.ruler[2:4]), rulers.ruler[4]
        period, sd, change = tick_period(photograph, start, end)
        return far_scale(Scale(tick / period, "ruler", sd / period), start, end, change)
    if rulers.length is not None:
        from skintwin.photo.cards.typed import scale_from_length

        start, end = np.array(rulers.length[:2]), np.array(rulers.length[2:4])
        return far_scale(scale_from_length(start, end, rulers.length[4]), start, end)
    if rulers.coin is not None:
        from skintwin.photo.cards.coin import coin_named, scale_from_coin

        x, y, kind = rulers.coin
        scale = scale_from_coin(photograph, (x, y), coin_named(kind).diameter_mm if isinstance(kind, str) else kind)
        return FarScale(scale, np.array([x, y]), np.zeros(2), np.zeros(2))
    return None


def board(card: Card, photograph: Photograph) -> Mask:
    """(h, w) bool: pixels of a card and its board: the patches and their cells, and around them what has the board's
    colour, seen between the patches, and not that of the picture."""
    import cv2

    height, width = photograph.shape
    shrink = max(1.0, max(height, width) / _PIECE_SIDE)
    shape = (round(height / shrink), round(width / shrink))
    small = cv2.resize(photograph.linear_srgb, shape[::-1], interpolation=cv2.INTER_AREA)
    to_small = np.diag([shape[1] / width, shape[0] / height, 1.0])
    to_small[:2, 2] = (np.diag(to_small)[:2] - 1) / 2
    h, ends = to_small @ card.placement.h, np.array([[0, 0], [5, 3]])
    cells, near = (_inside(h, ends, 0.5 + more, shape) for more in (0.0, _BOARD))
    light = np.cbrt(np.maximum(small, 0.0))
    own = np.median(light[_gaps(h, shape)], axis=0)
    rest = np.median(light[~near], axis=0) if not near.all() else own
    if np.linalg.norm(own - rest) < _BOARD_APART:  # a board like the skin: all that it may cover
        return _inside(card.placement.h, ends, 0.5 + _BOARD, photograph.shape)
    like = ((light - own) ** 2).sum(axis=-1) < ((light - rest) ** 2).sum(axis=-1)
    found = (cells | (near & like)).astype(np.uint8)
    found = cv2.morphologyEx(found, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)) | cells.astype(np.uint8)
    pieces = cv2.connectedComponents(found, connectivity=4)[1]
    joined = np.isin(pieces, np.unique(pieces[cells])) & (found > 0)  # a dark lesion beside the board is not joined
    whole = cv2.dilate(joined.astype(np.uint8), np.ones((5, 5), np.uint8))
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_NEAREST) > 0)


def _gaps(h: Array, shape: tuple[int, int]) -> tuple[Array, Array]:
    """Rows and columns of pixels half way between four patches."""
    from skintwin.photo.cards.homography import project

    between = np.stack(np.meshgrid(np.arange(5) + 0.5, np.arange(3) + 0.5), axis=-1).reshape(-1, 2)
    x, y = np.rint(project(h, between)).astype(int).T
    return np.clip(y, 0, shape[0] - 1), np.clip(x, 0, shape[1] - 1)


def marker_paper(marker: Marker, photograph: Photograph) -> Mask:
    """(h, w) bool: pixels of a printed marker and its paper, however it was cut."""
    from skintwin.photo.cards.homography import project

    ends = np.array([marker.places.min(axis=0), marker.places.max(axis=0)])
    squares = _inside(marker.h, ends, _PAPER, photograph.shape)
    # Between two columns of squares all is paper.
    line = project(marker.h, np.array([[0.5, ends[0, 1] - 0.4], [0.5, ends[1, 1] + 0.4]]))
    return squares | piece_along(photograph, line[0], line[1])


def _inside(h: Array, ends: Array, reach: float, shape: tuple[int, int]) -> Mask:
    import cv2

    from skintwin.photo.cards.homography import project

    (left, top), (right, bottom) = ends[0] - reach, ends[1] + reach
    points = project(h, np.array([[left, top], [right, top], [right, bottom], [left, bottom]]))
    inside = np.zeros(shape, np.uint8)
    cv2.fillPoly(inside, [np.rint(points).astype(np.int32)], 1)
    return inside > 0


def piece_along(photograph: Photograph, start: Sequence[float], end: Sequence[float]) -> Mask:
    """(h, w) bool: the thing on which a line was drawn (a ruler): pixels nearer to its colour than to the picture's,
    joined to the line, with what they enclose and a margin."""
    import cv2
    from scipy import ndimage

    height, width = photograph.shape
    shrink = max(1.0, max(height, width) / _PIECE_SIDE)
    small = cv2.resize(photograph.linear_srgb, (round(width / shrink), round(height / shrink)),
                       interpolation=cv2.INTER_AREA)  # fmt: skip
    light = np.cbrt(np.maximum(small, 0.0))
    steps = np.linspace(np.asarray(start), np.asarray(end), 200) / shrink
    x, y = (np.clip(np.rint(steps[:, i]).astype(int), 0, light.shape[1 - i] - 1) for i in (0, 1))
    along = light[y, x]
    bright = along.sum(axis=1) >= np.quantile(along.sum(axis=1), 0.6)  # between the ticks
    paper, rest = np.median(along[bright], axis=0), np.median(light.reshape(-1, 3), axis=0)
    like = ((light - paper) ** 2).sum(axis=-1) < ((light - rest) ** 2).sum(axis=-1)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    joined = cv2.morphologyEx(like.astype(np.uint8), cv2.MORPH_CLOSE, disc) > 0
    labels, count = ndimage.label(joined)
    if not count or not (labels[y, x] > 0).any():
        return np.zeros(photograph.shape, dtype=np.bool_)
    own = labels == np.bincount(labels[y, x][labels[y, x] > 0]).argmax()
    if own.mean() > _MOST_PIECE:  # ticks on glass: the paper is the skin, and only what is under the line is the ruler
        own = np.zeros_like(own)
        own[y, x] = True
    whole = cv2.dilate(ndimage.binary_fill_holes(own).astype(np.uint8), disc)
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_NEAREST) > 0)
