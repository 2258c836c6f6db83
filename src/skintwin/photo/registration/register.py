"""Two photographs of the same skin, registered.

1. Even views of both (``views``), landmarks, and the plane-to-plane maps that many pairs agree on (``features``); where
   none is believed, maps from all turns, sizes and places (``search``). ``verify`` decides, on pieces of skin off the
   lesion's border; nothing is returned that it does not believe.
2. Points are followed to a fraction of a pixel and a homography is fitted, and, where it predicts held-out points
   better, a smooth deformation (``refine``, ``track``, ``field``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from skintwin.evidence import ledger
from skintwin.photo.cards.homography import project
from skintwin.photo.photograph import Mask, Photograph
from skintwin.photo.registration.changed import Changed
from skintwin.photo.registration.errors import MirroredFollowUpError, RegistrationError
from skintwin.photo.registration.features import SIDES, agreed_maps, landmarks
from skintwin.photo.registration.plane import Array
from skintwin.photo.registration.refine import SIDE, Refined, refine
from skintwin.photo.registration.result import Registration, at_full_size, identity_registration
from skintwin.photo.registration.search import proposals
from skintwin.photo.registration.verify import JUDGED_SIDE, Verdict, on_baseline, verify
from skintwin.photo.registration.views import View, even, small, small_mask, view_of

_REGION = 150  # points of the lesion at which the error is taken
_APART = 3.0  # times the usual exponent of chance, for a map on which the lesions do not meet
_BESIDE = 0.5  # times the same: the share of that evidence that must come from the skin beside the lesion
_APART_TOLD = "the lesion's place in the second photograph is not where an outline was found there: check both outlines"
_GRID = 12  # a side, where no lesion is given


def register(
    baseline: Photograph, follow_up: Photograph, *, lesion: Mask | None = None, lesion_now: Mask | None = None,
    ignore: Mask | None = None, ignore_now: Mask | None = None,
) -> Registration:  # fmt: skip
    """Find where each point of ``baseline`` lies in ``follow_up``.

    lesion: (h, w) bool on the baseline, lesion_now: (h2, w2) bool on the follow-up; what lies on them may have changed.
    ignore, ignore_now: pixels that are not skin (card, ruler). Raises RegistrationError when the photographs do not
    show the same place as far as can be told, MirroredFollowUpError when one is a mirror image.
    """
    _check_masks(baseline, {"lesion": lesion, "ignore": ignore})
    _check_masks(follow_up, {"lesion_now": lesion_now, "ignore_now": ignore_now})
    if _equal(baseline, follow_up):
        return identity_registration(_middle(baseline.shape, lesion))
    one, other = view_of(baseline, ignore), view_of(follow_up, ignore_now)
    then, now = (None if m is None else small_mask(m, view) for m, view in ((lesion, one), (lesion_now, other)))
    changed = Changed(then, now, one.shape)
    h, kept = _first_map(one, other, changed)
    found = _result(one, other, refine(one, other, h, kept), kept)
    if kept is not changed:
        found = replace(found, warnings=(*found.warnings, _APART_TOLD))
    return at_full_size(found, one.to_view, other.to_view)


def _check_masks(photograph: Photograph, masks: dict[str, Mask | None]) -> None:
    for name, mask in masks.items():
        if mask is not None and mask.shape != photograph.shape:
            raise RegistrationError(f"a mask of shape {mask.shape}", where=name, expected=f"{photograph.shape}")


def _first_map(one: View, other: View, changed: Changed) -> tuple[Array, Changed]:
    """A believed homography (3, 3), and what may have changed. A map on which the lesions do not meet is believed on
    stronger evidence, some of it from the skin beside the lesion (a label is the same beside any), when no other is:
    then what was taken for the lesion of the follow-up is something else. Raises RegistrationError."""
    k = ledger().value("registration.chance_exponent", "1")
    best, apart = Verdict(0, 0, 0.0), Verdict(0, 0, 0.0)
    alone = Changed(changed.lesion, None, changed.shape)
    beside = changed.beside(JUDGED_SIDE)
    elsewhere: Array | None = None
    for h in _candidates(one, other):
        if changed.meets(partial(project, h)):
            verdict = _judge(one, other, changed, h)
            if verdict.believed:
                return h, changed
            best = min(best, verdict, key=lambda v: v.log10_p)
            continue
        verdict = _judge(one, other, alone, h)
        strong = verdict.log10_p < min(apart.log10_p, -_APART * k)
        if strong and _judge(one, other, alone, h, beside).log10_p < -_BESIDE * k:
            elsewhere, apart = h, verdict
    if elsewhere is not None:
        return elsewhere, alone
    if _is_mirrored(one, other):
        raise MirroredFollowUpError(
            "one of the photographs is the mirror image of the other", where="registration",
            expected="two photographs that were not flipped", do="flip it back, or use the original file",
        )
    found = f" (at most {best.hits} of {best.squares} pieces were found again)" if best.squares else ""
    raise RegistrationError(
        f"the photographs were not recognised as showing the same skin{found}", where="registration",
        expected="the same place, sharp, with skin around the lesion",
        do="check that the files belong together, mark cards and rulers, or give matching points",
    )


def _candidates(one: View, other: View) -> Iterator[Array]:
    """Maps in the order in which they are tried; the slow search runs only when it is reached."""
    for side in SIDES:
        yield from agreed_maps(landmarks(one, side), landmarks(other, side), one.shape)
    yield from proposals(one, other)


def _judge(one: View, other: View, changed: Changed, h: Array, place: Mask | None = None) -> Verdict:
    """place: (ny, nx) bool at the judged size, where pieces are looked for; everywhere if None."""
    way = partial(project, h)
    border = changed.border(way, JUDGED_SIDE)
    if place is not None:
        border = ~place if border is None else border | ~place
    return verify(one, other, way, border)


def _is_mirrored(one: View, other: View) -> bool:
    flipped = other.mirrored()
    nowhere = Changed(None, None, one.shape)
    maps = (h for side in SIDES for h in agreed_maps(landmarks(one, side), landmarks(flipped, side), one.shape))
    return any(_judge(one, flipped, nowhere, h).believed for h in maps)


def _result(one: View, other: View, refined: Refined, changed: Changed) -> Registration:
    """In the pixels of the views."""
    kind, h, lattice = refined.simplest(one.shape)
    middle = _middle(one.shape, changed.lesion)
    count = len(refined.tracked.points)
    bare = Registration(kind, 0.0, count, 0.0, (), h, middle, lattice)
    region = _region(changed.lesion, refined.tracked.points)
    seen = _inside(bare, region, other.shape)
    floor = ledger().value("registration.sd_floor", "1") * max(1.0, max(one.shape) / SIDE)
    sd = np.sqrt(refined.field.variance(region[seen] if seen.any() else region).mean() + floor**2)
    warnings = []
    if count < 3 * ledger().value("registration.fewest_points", "1"):
        warnings.append(f"only {count} points of the skin could be followed: look at the overlay")
    if changed.lesion is not None and not seen.all():
        warnings.append(f"{100 * (1 - seen.mean()):.0f} % of the lesion lies outside the follow-up")
    return Registration(kind, float(sd), count, _correlation(one, other, bare, changed), tuple(warnings), h, middle,
                        lattice)


def _correlation(one: View, other: View, found: Registration, changed: Changed) -> float:
    """Of the even views on each other, lesion left out where enough is left."""
    light, usable = small(one, JUDGED_SIDE)
    light_now, usable_now = on_baseline(other, found.to_follow_up, one.shape, JUDGED_SIDE)
    both = usable & usable_now
    pair = even(light, both), even(light_now, both)
    lesion = changed.on_baseline(found.to_follow_up, JUDGED_SIDE)
    if lesion is not None and (both & ~lesion).mean() > 0.1:
        both &= ~lesion
    a, b = (view[both] - view[both].mean() for view in pair)
    return float((a * b).sum() / max(float(np.sqrt((a * a).sum() * (b * b).sum())), 1e-9))


def _region(lesion: Mask | None, points: Array) -> Array:
    """(m, 2) x, y where the error is asked for."""
    if lesion is None or not lesion.any():
        low, high = np.quantile(points, [0.02, 0.98], axis=0)
        x, y = (np.linspace(low[k], high[k], _GRID) for k in (0, 1))
        return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    rows, columns = np.nonzero(lesion)
    step = max(1, rows.size // _REGION)
    return np.stack([columns[::step], rows[::step]], axis=-1).astype(np.float64)


def _inside(found: Registration, points: Array, shape: tuple[int, int]) -> Mask:
    x, y = found.to_follow_up(points).T
    return np.asarray((x >= -0.5) & (y >= -0.5) & (x <= shape[1] - 0.5) & (y <= shape[0] - 0.5))


def _middle(shape: tuple[int, int], lesion: Mask | None) -> Array:
    """(2,) x, y of the lesion's centre, or the frame's."""
    if lesion is None or not lesion.any():
        return np.array([(shape[1] - 1) / 2, (shape[0] - 1) / 2])
    sums = lesion.sum(axis=0), lesion.sum(axis=1)
    return np.array([float((np.arange(s.size) * s).sum() / s.sum()) for s in sums])


def _equal(one: Photograph, other: Photograph) -> bool:
    if one.shape != other.shape or not np.array_equal(one.valid, other.valid):
        return False
    a, b = one.linear_srgb, other.linear_srgb
    return bool(np.array_equal(a[::61, ::53], b[::61, ::53]) and np.array_equal(a, b))
