"""A colour card, read: where it is, what its patches show, the correction, its honest error, and the scale."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.optics.colour import delta_e_2000, linear_srgb_to_lab
from skintwin.photo.cards.correction import LEAST_NEUTRALS, LEAST_PATCHES, Correction, fit_correction
from skintwin.photo.cards.detect import find_card, patch_names, region
from skintwin.photo.cards.errors import OccludedCardError, SaturatedCardError, ShadowedCardError, UnlikeCardError
from skintwin.photo.cards.gaps import patch_fill
from skintwin.photo.cards.homography import local_steps, project
from skintwin.photo.cards.kinds import CardKind, card_kind, card_kinds
from skintwin.photo.cards.light import Light, fit_light
from skintwin.photo.cards.patches import Patches, read_patches
from skintwin.photo.cards.placement import Placement
from skintwin.photo.cards.reference import NEUTRALS, Reference, reference
from skintwin.photo.cards.skin_colour import SkinColour, fit_skin_colour
from skintwin.photo.photograph import Photograph
from skintwin.photo.scale import UNKNOWN_SCALE, Scale

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

NEWEST = "2014-11"
"""Edition whose colours are taken where no card was named."""

# CIEDE2000 from what the other patches say, of the plain form. On the 11 whole photographs no patch is further than 16,
# nor further than 4.5 medians; the limit is six medians, not below 8 (assumed: no card is exactly its edition), and
# not above 20 or 2.5 medians, because a phone that bends all colours must not hide a finger.
_FOREIGN_LEAST, _FOREIGN_MEDIANS = 8.0, 6.0
_FOREIGN_MOST, _FOREIGN_MOST_MEDIANS = 20.0, 2.5
_GREY = 0.25  # standard deviation over channels of ln(seen / expected): below, only the light differs
_MOST_EXPECTED = 10.0  # CIEDE2000, median of leave-one-out: above, the fit describes another card
_MOST_LIGHT = 2.0  # brightest over darkest corner: one f-stop over the card
_TOLD_LIGHT = 1.15
_EVEN_LIGHT_GAIN = 0.95  # of the leave-one-out residual, before readings are divided by the slope of the light
_COVERED = 0.45  # share of foreign points: the median is theirs
_TOLD_MARKS = 0.05
_FLOORED = 0.5
_FILL_MISS = 0.05  # one card reads within 0.04 of its mean on the photographs; Classic and Passport differ by 0.09
_PLACE_SD = 0.3  # pixels, of the centre of a patch


@dataclass(frozen=True, eq=False)
class Card:
    """What was read.

    kind: the card that was named, or None. corners: (4, 2) x, y of the centres of dark skin, bluish green,
    black, white.
    placement, patches, correction, light: the parts. scale: of the plane of the card; unknown when no card was named.
    fill: patch over pitch as seen, or None. likely: names of cards with such patches. flags: sentences for the reader.
    """

    kind: CardKind | None
    corners: Array
    placement: Placement
    patches: Patches
    correction: Correction
    light: Light
    scale: Scale
    fill: float | None
    likely: tuple[str, ...]
    flags: tuple[str, ...]

    @property
    def edition(self) -> str:
        """Of the published colours that were taken."""
        return self.kind.edition if self.kind else NEWEST

    @cached_property
    def skin(self) -> SkinColour:
        """The correction for skin; made when it is asked for."""
        return fit_skin_colour(self.patches.linear_srgb, reference(self.edition), self.correction)

    def summary(self) -> str:
        """One line: residual, expected error, scale."""
        c = self.correction
        scale = f", {self.scale.mm_per_pixel:.4g} mm a pixel" if self.scale.mm_per_pixel else ""
        return (
            f"colour card: CIEDE2000 median {c.median:.1f}, largest {c.largest:.1f}, "
            f"of a colour not in the fit {c.expected:.1f}{scale}"
        )


def read_card(photograph: Photograph, kind: str | None = None, corners: ArrayLike | None = None) -> Card:
    """Find and read the card of a photograph.

    kind: name of the card (see ``card_kinds``); without it the colours are those of a ColorChecker after 2014 and the
    scale stays unknown. corners: (4, 2) x, y in pixels of the centres of the four corner patches, in any order.

    Raises a CardError (no card, partial, occluded, saturated, shadowed, mirrored, several, small, unlike).
    """
    named = card_kind(kind) if kind is not None else None
    card = reference(named.edition if named else NEWEST)
    placement = find_card(photograph, None if corners is None else np.asarray(corners, dtype=np.float64))
    patches = read_patches(photograph, placement)
    used = _usable(patches, placement)
    _refuse_foreign(placement, patches, card, used)
    correction, light, evened = _fit(patches, card, used)
    _refuse(placement, correction, light)
    fill = patch_fill(photograph, placement)
    _refuse_other_gaps(placement, named, fill)
    likely = tuple(k.name for k in card_kinds().values() if fill is not None and abs(k.fill - fill) < _FILL_MISS)
    ends = project(placement.h, np.array([[0, 0], [5, 0], [5, 3], [0, 3]], dtype=np.float64))
    flags = _flags(patches, light, evened, named, likely)
    scale = _scale(placement, named, card)
    return Card(named, ends, placement, patches, correction, light, scale, fill, likely, flags)


def _usable(patches: Patches, placement: Placement) -> Bools:
    """Patches with a colour; raises SaturatedCardError or OccludedCardError when too few are left."""
    covered = patches.marked > _COVERED
    if covered.any() and _only_light(patches.foreign[covered], patches.linear_srgb[covered]).all():
        raise ShadowedCardError(
            f"the edge of a shadow crosses {patch_names(covered)}", where=region(placement),
            expected="the same light on the whole card", do="move the shadow off the card",
        )
    if covered.any():
        raise OccludedCardError(
            f"something lies on {patch_names(covered)}", where=region(placement), expected="nothing on the card",
            do="uncover the card and take the picture again",
        )
    used = ~patches.saturated & (patches.floored < _FLOORED)
    if used.sum() < LEAST_PATCHES or used[list(NEUTRALS)].sum() < LEAST_NEUTRALS:
        raise SaturatedCardError(
            f"{int(patches.saturated.sum())} patches are at the ceiling of the file"
            + (f" ({patch_names(patches.saturated)})" if patches.saturated.any() else "")
            + f" and {int((patches.floored >= _FLOORED).sum())} at its floor",
            where=region(placement), expected=f"{LEAST_PATCHES} patches within range, {LEAST_NEUTRALS} of them neutral",
            do="take the picture again with less exposure",
        )
    return used


def _fit(patches: Patches, card: Reference, used: Bools) -> tuple[Correction, Light, bool]:
    """The correction; readings are first divided by the slope of the light where this makes it better."""
    plain = fit_correction(patches.linear_srgb, card, used)
    light = fit_light(patches.linear_srgb, plain, card)
    if not light.tilted:
        return plain, light, False
    even = fit_correction(patches.linear_srgb / light.relative[:, None], card, used)
    if even.expected < _EVEN_LIGHT_GAIN * plain.expected:
        return even, light, True
    return plain, light, False


def _refuse_foreign(placement: Placement, patches: Patches, card: Reference, used: Bools) -> None:
    """Patches that are not what the others say. The plain form alone: a rich one would bend towards them."""
    trusted = used & placement.alike
    if trusted.sum() < LEAST_PATCHES or trusted[list(NEUTRALS)].sum() < LEAST_NEUTRALS:
        trusted = used
    plain = fit_correction(patches.linear_srgb, card, trusted, ("linear",))
    made = plain(patches.linear_srgb)
    apart = delta_e_2000(linear_srgb_to_lab(made), card.lab)
    most = max(_FOREIGN_MOST, _FOREIGN_MOST_MEDIANS * plain.expected)
    foreign = used & (apart > np.clip(_FOREIGN_MEDIANS * plain.expected, _FOREIGN_LEAST, most))
    if not foreign.any():
        return
    seen, known = made[foreign], card.linear_srgb[foreign]
    grey = _only_light(seen, known) & (seen < known).all(axis=1)
    told = f"{patch_names(foreign)}: CIEDE2000 {apart[foreign].max():.0f} from what the other patches say"
    if grey.all():
        raise ShadowedCardError(
            told + ", darker in all channels", where=region(placement), expected="the same light on the whole card",
            do="move the shadow off the card",
        )
    raise OccludedCardError(
        told, where=region(placement), expected="nothing on the card", do="clear the card and take the picture again"
    )


def _only_light(one: Array, other: Array) -> Bools:
    """(n,) whether two colours, (n, 3) each, differ by one factor in all channels."""
    ratio = np.log(np.maximum(one, 2e-3) / np.maximum(other, 2e-3))
    return np.asarray(ratio.std(axis=1) < _GREY)


def _refuse(placement: Placement, correction: Correction, light: Light) -> None:
    if light.tilted and light.ratio > _MOST_LIGHT:
        raise ShadowedCardError(
            f"one corner of the card is {light.ratio:.1f} times as bright as another", where=region(placement),
            expected=f"less than {_MOST_LIGHT:g} times", do="light the card evenly, away from shadow and gloss",
        )
    if correction.expected > _MOST_EXPECTED:
        raise UnlikeCardError(
            f"the colours are CIEDE2000 {correction.expected:.0f} from those of the card", where=region(placement),
            expected=f"less than {_MOST_EXPECTED:g}", do="use a ColorChecker or CameraTrax card that has not faded",
        )


def _refuse_other_gaps(placement: Placement, kind: CardKind | None, fill: float | None) -> None:
    if kind is None or fill is None or abs(kind.fill - fill) < _FILL_MISS:
        return
    like = ", ".join(k.name for k in card_kinds().values() if abs(k.fill - fill) < _FILL_MISS) or "no known card"
    raise UnlikeCardError(
        f"the patches are {fill:.2f} of their distance wide, as on {like}", where=region(placement),
        expected=f"{kind.fill:.2f}, as on {kind.title}", do="name the card that is in the picture",
    )


def _flags(
    patches: Patches, light: Light, evened: bool, kind: CardKind | None, likely: tuple[str, ...]
) -> tuple[str, ...]:
    flags = []
    if patches.saturated.any():
        flags.append(f"saturated and left out: {patch_names(patches.saturated)}")
    low = patches.floored >= _FLOORED
    if low.any():
        flags.append(f"a channel at zero, left out: {patch_names(low)}")
    marks = patches.marked > _TOLD_MARKS
    if marks.any():
        flags.append(f"marks or specks on {patch_names(marks)}; the colour is that of the rest")
    if light.tilted and light.ratio > _TOLD_LIGHT:
        flags.append(
            f"light differs by {100 * (light.ratio - 1):.0f} % over the card"
            + (", taken out of its readings" if evened else "") + "; skin beside it may be lit otherwise"
        )
    if kind is None:
        flags.append("no card was named: no scale" + (f"; it looks like {' or '.join(likely)}" if likely else ""))
    return tuple(flags)


def _scale(placement: Placement, kind: CardKind | None, card: Reference) -> Scale:
    """Millimetres a pixel, mean over the card. Its sd counts the card's size, the centres and the tilt of the card."""
    if kind is None:
        return UNKNOWN_SCALE
    across, down = local_steps(placement.h, card.places)
    mm = np.concatenate([kind.pitch_mm[0] / np.hypot(*across.T), kind.pitch_mm[1] / np.hypot(*down.T)])
    centre = float(mm.mean())
    place = _PLACE_SD * centre / (5 * float(np.mean(kind.pitch_mm)))
    return Scale(centre, "card", float(np.sqrt(kind.pitch_sd**2 + place**2 + (mm.std() / centre) ** 2)))
