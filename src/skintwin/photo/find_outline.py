"""Finding the lesion: smooth skin is estimated and taken away, the piece that stands out is outlined.

1. The picture is averaged in linear light to a working size, and hair, glints and invalid pixels are bridged.
2. A smooth surface through the skin is subtracted in L*a*b* (uneven light falls out).
3. The residual is projected on the direction in which the lesion differs most from the skin relative to the
   skin's own variation (Fisher's discriminant), scaled so that skin is 0 and the lesion's median is 1.
4. The border is the contour at half contrast. 2 to 4 are repeated without the lesion in the skin estimate.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import PhotographError
from skintwin.evidence import ledger
from skintwin.optics.colour import delta_e_2000, linear_srgb_to_lab
from skintwin.photo.artefacts import disc_footprint, thin_lines
from skintwin.photo.background import fill_holes_smoothly, smooth_skin
from skintwin.photo.candidates import Candidate, best_candidate, frame_share
from skintwin.photo.outline import Kind, LesionOutline, border_polygon
from skintwin.photo.photograph import FloatImage, Mask
from skintwin.photo.working_view import working_view

Array = NDArray[np.float64]

_PASSES = 4
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
    usable &= ~thin_lines(lab[..., 0], usable)
    if usable.mean() < 0.2:
        raise PhotographError("hair, glare or transparency cover the skin", where="outline",
                              do="give the outline as a polygon or a mask")
    lab = fill_holes_smoothly(lab, usable, 2.0)
    mask, found_kind = _first_guess(lab, usable, kind)
    score = np.zeros(mask.shape)
    surface = lab
    for _ in range(_PASSES):
        score, surface = _fisher_score(lab, usable, mask)
        mask = _piece(score > ledger().value("photo.outline_level", "1"), mask)
    contrast = _colour_contrast(lab, surface, mask & usable)
    least = ledger().value("photo.outline_smallest_contrast", "1")
    if contrast < least:
        raise _nothing_found(f"the clearest spot differs from the skin by only {contrast:.1f} (CIEDE2000)")
    darker = np.median((lab - surface)[mask & usable][:, 0]) < 0
    found_kind = "hyperpigmented" if darker else "hypopigmented"
    return _at_full_size(score, mask, usable, (linear.shape[0], linear.shape[1]), found_kind, contrast)


def _first_guess(lab: Array, usable: Mask, kind: Kind | None) -> tuple[Mask, Kind]:
    """Start from the frame's outer band as skin, then from everything but the best candidate so far."""
    from scipy import ndimage

    smallest = ledger().value("photo.outline_smallest_share", "1")
    largest = ledger().value("photo.outline_largest_share", "1")
    skin = usable & _outer_band(usable.shape)
    if skin.sum() < 50:
        skin = usable
    chosen: tuple[Candidate, Kind] | None = None
    for order in (1, 2):
        surface, sd = smooth_skin(lab, skin, order)
        residual = ndimage.gaussian_filter(lab - surface, (1.0, 1.0, 0))
        options: list[tuple[Candidate, Kind]] = []
        for name, sign in (("hyperpigmented", -1.0), ("hypopigmented", 1.0)):
            if kind is not None and name != kind:
                continue
            # lightness carries both kinds; colour away from the skin counts once lightness agrees in sign
            lightness = sign * residual[..., 0]
            strength = lightness + 0.5 * np.hypot(residual[..., 1], residual[..., 2]) * (lightness > 0)
            noise = float(np.hypot(sd[0], 0.5 * np.hypot(sd[1], sd[2])))
            candidate = best_candidate(np.where(usable, strength, 0), noise, smallest, largest)
            if candidate is not None:
                options.append((candidate, name))  # type: ignore[arg-type]
        if not options:
            break
        chosen = max(options, key=lambda option: option[0].quality)
        skin = usable & ~_widened(chosen[0].mask)
    if chosen is None:
        raise _nothing_found("no spot stands out from the skin")
    return chosen[0].mask, chosen[1]


def _fisher_score(lab: Array, usable: Mask, mask: Mask) -> tuple[Array, Array]:
    """(h, w) score, 0 on skin and 1 at the lesion's median, and the skin surface (h, w, 3)."""
    from scipy import ndimage

    skin = usable & ~_widened(mask)
    surface, sd = smooth_skin(lab, skin, 2)
    residual = lab - surface
    inside = residual[mask & usable]
    middle = np.median(inside, axis=0)
    near = skin & (np.abs(residual) < 4 * sd).all(axis=-1)
    spread = np.cov(residual[near].T) + np.diag(sd**2 + 1.0)
    direction = np.linalg.solve(spread, middle)
    # Wide enough to draw through skin texture; moves a round border inwards by sigma^2 / 2 R, under 0.1 %.
    sigma = max(1.0, _SMOOTHING * np.sqrt(mask.sum() / np.pi))
    projected = ndimage.gaussian_filter(residual @ direction, sigma)
    return projected / max(float(np.median(inside @ direction)), 1e-9), surface


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
    score: Array, mask: Mask, usable: Mask, shape: tuple[int, int], kind: Kind, contrast: float
) -> LesionOutline:
    """Draw the outline on the full photograph from the smooth score, and judge it."""
    from scipy import ndimage
    from skimage.transform import resize

    level = ledger().value("photo.outline_level", "1")
    near = _widened(mask)
    confined = np.where(near, score, np.minimum(score, 0.0))
    levels = (level - _LEVEL_STEP, level + _LEVEL_STEP)
    drawn = [ndimage.binary_fill_holes(_piece(confined > q, mask)) for q in levels]
    steady = (drawn[0] & drawn[1]).sum() / max((drawn[0] | drawn[1]).sum(), 1)
    on_frame = frame_share(mask)
    large = resize(confined, shape, order=1)  # type: ignore[no-untyped-call]
    seed = resize(mask.astype(np.float64), shape, order=1) > 0.5  # type: ignore[no-untyped-call]
    own = _piece(large > level, seed)
    filled = np.asarray(ndimage.binary_fill_holes(own))
    core = _large_pieces(filled & ~own, _SMALLEST_CORE * filled.sum())
    notes = []
    if on_frame > 0.02:
        notes.append("the lesion leaves the frame: its area is a lower bound")
    if steady < 0.6:
        notes.append("the border is blurred or the lesion is uneven: the outline is uncertain")
    return LesionOutline(
        filled, kind, border_polygon(filled), core, float(steady * (1 - on_frame)), contrast, tuple(notes)
    )


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
