"""Finding the lesion: smooth skin is estimated and taken away, the piece that stands out is outlined.

1. The picture is averaged in linear light to a working size, and hair, glints and invalid pixels are bridged. Things
   with straight sides (cards, rulers, labels) are set aside.
2. A smooth surface through the skin is subtracted in ln(linear sRGB), where uneven light is a sum and falls out.
3. The extent of the lesion, pale parts included, is drawn at half of its colour (:mod:`.lesion_extent`); 2 and 3 are
   repeated without the lesion in the skin estimate.
4. The residual is projected on the direction in which the lesion differs most from the skin relative to the skin's own
   variation (Fisher's discriminant), scaled so that skin is 0 and the lesion's inner part is 1.
5. The border is where half of the change of pigment of the nearest part of the lesion is reached. Light is no straight
   function of pigment: with d that part's difference in ln(green), half of the pigment is at the share 0.5 + k d of its
   contrast in ln(sRGB). On this project's optics, with pigment from none to six times that of phototypes I to VI,
   k = -0.085 holds to 0.01. That is so where the pigment itself fades over the border. A border that is sharper than
   the picture and the skin's own scattering show is blurred in light, not in pigment, and lies at half of the contrast:
   with w its width in the picture and w0 that of a sharp one, k is multiplied by 1 - (w0/w)^2.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import PhotographError
from skintwin.evidence import ledger
from skintwin.optics.colour import delta_e_2000, linear_srgb_to_lab
from skintwin.photo.artefacts import disc_footprint, thin_lines
from skintwin.photo.background import fill_holes_smoothly, smooth_skin
from skintwin.photo.candidates import Candidate, Powers, best_candidate, frame_share
from skintwin.photo.lesion_extent import extent_score, strength
from skintwin.photo.outline import Kind, LesionOutline, border_polygon
from skintwin.photo.photograph import FloatImage, Mask
from skintwin.photo.working_view import working_view

Array = NDArray[np.float64]

_PASSES = 4
_BORDER_PASSES = 2
_UNIT = 30.0  # of ln(light): makes a unit about one of L*, on which the floor of the skin's variation is set
_DARKEST = 1e-3  # linear light: below, a logarithm is of noise
_DEEP = 0.4  # of the greatest depth: deeper pixels are the inner part of a lesion
_SMALL = 0.15  # of the frame: what is not skin, up to which the surface may be of the fourth order
_DARK = Powers(sharpness=0.5, contrast=0.3)
_PALE = Powers(sharpness=1.0, contrast=0.3)
"""Choices, set on drawn lesions (phantoms, tuning seed 20261129; docs/design.md)."""
_BRIDGE = 0.22  # of the equivalent radius: half the width of what is bridged
_BRIDGE_AREA = 0.15  # of the lesion: a hole that is bridged
_HALO = 3  # working pixels around what is not skin that show both
_THINGS = 4  # times that things with straight sides are set aside
_SMOOTHING = 0.025  # of the equivalent radius: sd of the Gaussian under which the border is drawn
_SMALLEST_CORE = 0.005  # of the lesion
_LEVEL_STEP = 0.2  # of the contrast: how far the outline is moved to judge its confidence


def find_outline(linear: FloatImage, valid: Mask, kind: Kind | None = None) -> LesionOutline:
    """Find the most prominent central lesion.

    linear: (h, w, 3) linear sRGB. valid: (h, w) bool. kind: look only for this kind; None tries both.
    Raises PhotographError when nothing stands out enough (ledger: photo.outline_smallest_contrast).
    """
    small, usable = working_view(linear, valid)
    lab = np.asarray(linear_srgb_to_lab(small))
    seen = usable if usable.all() else ~_widened_by(~usable, _HALO)
    usable = seen & ~thin_lines(lab[..., 0], seen)
    if usable.mean() < 0.2:
        raise PhotographError("hair, glare or transparency cover the skin", where="outline",
                              do="give the outline as a polygon or a mask")
    lab = fill_holes_smoothly(lab, usable, 2.0)
    for _ in range(_THINGS):
        mask, found_kind, things = _first_guess(lab, usable, seen, kind)
        if not things.any():
            break
        # A card, a ruler or a label bends the skin's surface and hides the lesion: look again without it.
        seen, usable = seen & ~_around(things), usable & ~_around(things)
        lab = fill_holes_smoothly(lab, usable, 2.0)
    logs = fill_holes_smoothly(np.log(np.maximum(small, _DARKEST)), usable, 2.0)
    half = ledger().value("photo.outline_level", "1")
    for _ in range(_PASSES):
        skin, surface, _ = _skin_surface(logs, usable, mask)
        wide = extent_score(logs, surface, skin, mask & usable, _sigma(mask))
        mask = _piece((wide > half) & _bridged(seen, mask), mask)
    shown = _bridged(seen, mask)
    reach = _widened(mask) & shown
    score, surface, inner = _fisher_score(logs, usable, mask, wide > half)
    green = float(np.median((logs - surface)[inner][:, 1]))
    for _ in range(_BORDER_PASSES):
        level, strong = _half_pigment(green, score, mask)
        mask = _piece((score > level) & reach, mask)
    bare = np.asarray(linear_srgb_to_lab(np.exp(surface)))
    contrast = _colour_contrast(lab, bare, mask & usable)
    least = ledger().value("photo.outline_smallest_contrast", "1")
    if contrast < least:
        raise _nothing_found(f"the clearest spot differs from the skin by only {contrast:.1f} (CIEDE2000)")
    darker = np.median((lab - bare)[mask & usable][:, 0]) < 0
    found_kind = "hyperpigmented" if darker else "hypopigmented"
    even = (score - level) / strong + half
    even = np.where(shown, even, np.minimum(even, 0.0))
    return _at_full_size(even, half, mask, (linear.shape[0], linear.shape[1]), found_kind, contrast)


def _first_guess(lab: Array, usable: Mask, seen: Mask, kind: Kind | None) -> tuple[Mask, Kind, Mask]:
    """seen: usable pixels and bridged hair, which must not cut a lesion. Start from the frame's outer band as skin,
    then from everything but the best candidate so far; and (h, w) bool, things with straight sides. Raises
    PhotographError when neither is there."""
    import cv2

    smallest = ledger().value("photo.outline_smallest_share", "1")
    largest = ledger().value("photo.outline_largest_share", "1")
    skin = usable & _outer_band(usable.shape)
    if skin.sum() < 50:
        skin = usable
    chosen: tuple[Candidate, Kind] | None = None
    things = np.zeros_like(usable)
    for order in (1, 2, 4):
        surface, sd = smooth_skin(lab, skin, order)
        residual = cv2.GaussianBlur(lab - surface, (0, 0), 1.0, borderType=cv2.BORDER_REFLECT)
        options: list[tuple[Candidate, Kind]] = []
        for name, sign in (("hyperpigmented", -1.0), ("hypopigmented", 1.0)):
            if kind is not None and name != kind:
                continue
            # lightness carries both kinds; colour away from the skin counts once lightness agrees in sign
            lightness = sign * residual[..., 0]
            strength = lightness + 0.5 * np.hypot(residual[..., 1], residual[..., 2]) * (lightness > 0)
            noise = float(np.hypot(sd[0], 0.5 * np.hypot(sd[1], sd[2])))
            # Highlights are pale and have no border; shadows are few where a lesion is looked for.
            powers = _PALE if sign > 0 else _DARK
            candidate, found = best_candidate(np.where(seen, strength, 0), noise, smallest, largest, powers)
            things |= found
            if candidate is not None:
                options.append((candidate, name))  # type: ignore[arg-type]
        if not options:
            break
        chosen = max(options, key=lambda option: option[0].quality)
        skin = usable & ~_widened(chosen[0].mask)
    if chosen is None:
        if things.any():
            return np.zeros_like(usable), "hyperpigmented", things
        raise _nothing_found("no spot stands out from the skin")
    return chosen[0].mask, chosen[1], things


def _around(things: Mask) -> Mask:
    """Things with the blur and shadow at their edge."""
    return _widened_by(things, max(2, round(0.012 * max(things.shape))))


def _widened_by(mask: Mask, radius: int) -> Mask:
    import cv2

    return np.asarray(cv2.dilate(mask.astype(np.uint8), disc_footprint(radius).astype(np.uint8)) > 0)


def _half_pigment(green: float, score: Array, mask: Mask) -> tuple[Array, Array]:
    """(h, w) score at which half of the change of pigment of the nearest part of the lesion is reached, and that part's
    score. green: difference of the lesion's inner part from skin in ln(linear green)."""
    strong = strength(score, mask)
    slope = ledger().value("photo.outline_level_slope", "1") * _fading(score, strong, mask)
    level = np.clip(ledger().value("photo.outline_level", "1") + slope * green * strong, 0.3, 0.7)
    return level * strong, strong


def _fading(score: Array, strong: Array, mask: Mask) -> float:
    """Share of the width of a border that is the pigment's own, 0 to 1: 1 - (w0/w)^2. The width is that over which the
    score would fall from the lesion's to the skin's at its slope on the border, in units of the Gaussian under which it
    is drawn."""
    from scipy import ndimage

    border = mask & ~ndimage.binary_erosion(mask)
    slope = np.hypot(*np.gradient(score))[border]
    width = float(np.median(strong[border] / np.maximum(slope, 1e-9))) / _sigma(mask)
    return max(0.0, 1.0 - (ledger().value("photo.outline_sharp_border", "1") / width) ** 2)


def _skin_surface(logs: Array, usable: Mask, mask: Mask) -> tuple[Mask, Array, Array]:
    """Skin (h, w), its surface (h, w, 3) in ln(linear sRGB), and its standard deviation (3,) in units of ``_UNIT``."""
    skin = usable & ~_widened(mask)
    # A small lesion leaves enough skin to follow a highlight; under a large one a high order would make one up.
    order = 4 if (~skin).mean() < _SMALL else 2
    surface, sd = smooth_skin(_UNIT * logs, skin, order)
    return skin, surface / _UNIT, sd


def _bridged(seen: Mask, mask: Mask) -> Mask:
    """Where a lesion like ``mask`` may lie: what is seen, and what is thin or small beside it and hides a part of it (a
    strip under a line, a label's edge, transparent specks); not a card."""
    import cv2
    from scipy import ndimage

    radius = float(np.sqrt(mask.sum() / np.pi))
    size = max(2, round(_BRIDGE * radius))
    disc = disc_footprint(size).astype(np.uint8)
    framed = np.pad(seen.astype(np.uint8), size + 1, mode="edge")
    closed = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, disc)[size + 1 : -size - 1, size + 1 : -size - 1] > 0
    labels, count = ndimage.label(~closed)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    small = sizes < _BRIDGE_AREA * mask.sum()
    small[0] = True
    return np.asarray(small[labels])


def _sigma(mask: Mask) -> float:
    """Wide enough to draw through skin texture; moves a round border inwards by sigma^2 / 2 R, under 0.1 %."""
    return max(1.0, float(_SMOOTHING * np.sqrt(mask.sum() / np.pi)))


def _inner(mask: Mask, like: Mask) -> Mask:
    """The part of a lesion that lies deep, where its border is not felt; ``like``: pixels of the lesion's colour."""
    from scipy import ndimage

    depth = ndimage.distance_transform_edt(np.pad(ndimage.binary_fill_holes(mask), 1))[1:-1, 1:-1]
    deep = mask & like & (depth >= _DEEP * depth.max())
    return deep if deep.sum() >= max(8, 0.05 * mask.sum()) else mask


def _fisher_score(logs: Array, usable: Mask, mask: Mask, like: Mask) -> tuple[Array, Array, Mask]:
    """(h, w) score, 0 on skin and 1 at the median of the lesion's inner part; the skin surface (h, w, 3); that part.
    like: pixels that had the lesion's colour in the pass before."""
    import cv2

    skin, surface, sd = _skin_surface(logs, usable, mask)
    residual = _UNIT * (logs - surface)
    inner = _inner(mask, like) if like.any() else mask
    inner = inner & usable if (inner & usable).any() else mask
    inside = residual[inner]
    middle = np.median(inside, axis=0)
    near = skin & (np.abs(residual) < 4 * sd).all(axis=-1)
    spread = np.cov(residual[near].T) + np.diag(sd**2 + 1.0)
    direction = np.linalg.solve(spread, middle)
    projected = cv2.GaussianBlur(residual @ direction, (0, 0), _sigma(mask), borderType=cv2.BORDER_REFLECT)
    return projected / max(float(np.median(inside @ direction)), 1e-9), surface, inner


def _piece(above: Mask, previous: Mask) -> Mask:
    """The connected piece of ``above`` that shares most with the previous mask; itself if there is none."""
    from scipy import ndimage

    opened = ndimage.binary_opening(above, disc_footprint(1)) if previous.sum() > 200 else above
    labels, count = ndimage.label(opened)
    if count == 0:
        return previous
    overlap = np.bincount(labels[previous], minlength=count + 1)[1:]
    if overlap.max() == 0:
        return previous
    return np.asarray(labels == 1 + int(np.argmax(overlap)))


def _widened(mask: Mask) -> Mask:
    from scipy import ndimage

    radius = max(2.0, 0.15 * np.sqrt(mask.sum() / np.pi))
    filled = ndimage.binary_fill_holes(mask)
    return np.asarray(ndimage.distance_transform_edt(~filled) <= radius)


def _outer_band(shape: tuple[int, ...]) -> Mask:
    band = np.ones(shape, dtype=np.bool_)
    dy, dx = (max(2, round(0.12 * n)) for n in shape)
    band[dy:-dy, dx:-dx] = False
    return band


def _colour_contrast(lab: Array, surface: Array, inside: Mask) -> float:
    return float(delta_e_2000(np.median(lab[inside], axis=0), np.median(surface[inside], axis=0)))


def _at_full_size(
    score: Array, level: float, mask: Mask, shape: tuple[int, int], kind: Kind, contrast: float
) -> LesionOutline:
    """Draw the outline on the full photograph from the smooth score, and judge it."""
    import cv2
    from scipy import ndimage

    near = _widened(mask)
    confined = np.where(near, score, np.minimum(score, 0.0))
    levels = (level - _LEVEL_STEP, level + _LEVEL_STEP)
    drawn = [ndimage.binary_fill_holes(_piece(confined > q, mask)) for q in levels]
    steady = (drawn[0] & drawn[1]).sum() / max((drawn[0] | drawn[1]).sum(), 1)
    on_frame = frame_share(mask)
    own, core, filled = np.zeros((3, *shape), dtype=np.bool_)
    window, to_working = _full_window(near, shape)
    size = (window[1].stop - window[1].start, window[0].stop - window[0].start)
    large, seed = (
        cv2.warpAffine(m.astype(np.float32), to_working, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                       borderMode=cv2.BORDER_REPLICATE)
        for m in (confined, mask)
    )  # fmt: skip
    own[window] = _piece(large > level, seed > 0.5)
    filled[window] = ndimage.binary_fill_holes(own[window])
    core[window] = _large_pieces(filled[window] & ~own[window], _SMALLEST_CORE * filled.sum())
    notes = []
    if on_frame > 0.02:
        notes.append("the lesion leaves the frame: its area is a lower bound")
    if steady < 0.6:
        notes.append("the border is blurred or the lesion is uneven: the outline is uncertain")
    return LesionOutline(
        filled, kind, border_polygon(filled), core, float(steady * (1 - on_frame)), contrast, tuple(notes)
    )


def _full_window(near: Mask, shape: tuple[int, int]) -> tuple[tuple[slice, slice], Array]:
    """Window of the full photograph that holds the pixels ``near`` of the working view, and the (2, 3) affine map
    from its pixels to the working view's."""
    edges, scale = [], []
    for axis in (0, 1):
        found = np.nonzero(near.any(axis=1 - axis))[0]
        ratio = shape[axis] / near.shape[axis]
        start = max(0, int(np.floor((found[0] - 1) * ratio)))
        edges.append(slice(start, min(shape[axis], int(np.ceil((found[-1] + 2) * ratio)))))
        scale.append((1 / ratio, (start + 0.5) / ratio - 0.5))
    (sy, oy), (sx, ox) = scale
    return (edges[0], edges[1]), np.array([[sx, 0.0, ox], [0.0, sy, oy]])


def _large_pieces(mask: Mask, least: float) -> Mask:
    """Connected pieces of at least so many pixels; smaller holes are glints and unbridged hairs."""
    from scipy import ndimage

    labels, count = ndimage.label(mask)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    keep = sizes >= least
    keep[0] = False
    return np.asarray(keep[labels])


def _nothing_found(what: str) -> PhotographError:
    return PhotographError(
        what, where="outline", expected="a lesion lighter or darker than its surroundings, near the centre",
        do="crop closer, or give the outline as a polygon or a mask",
    )
