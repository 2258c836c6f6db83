"""A later visit against the first: registered, repigmentation, change map, pattern."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import PhotographError
from skintwin.evidence import ledger
from skintwin.measure.beside_core import told_from_farther
from skintwin.measure.calibration import Calibration, calibrate
from skintwin.measure.change import ChangeMap, change_map, change_observations
from skintwin.measure.closeness import closeness
from skintwin.measure.closing_pattern import ClosingPattern, closing_pattern
from skintwin.measure.displaced import by_place
from skintwin.measure.follow_up_outline import follow_up_outline, own_outline
from skintwin.measure.highlight import contrast_sd
from skintwin.measure.lesion import on_map
from skintwin.measure.lesion_colour import LesionColour, lesion_colour
from skintwin.measure.light_contrast import pigment_left, unlike_blood
from skintwin.measure.observation import Observation
from skintwin.measure.pattern import marginal_ratio
from skintwin.measure.repigmentation import closure, lesion_area_percent, repigmented
from skintwin.measure.tone_gain import ToneGain, expected_gain, marks_gain, tone_gain
from skintwin.measure.variation import smoothed
from skintwin.measure.visit import Visit, VisitSettings, lesion_scale, measures_of, surface_gloss
from skintwin.optics.render.picture import fresnel_share
from skintwin.photo.close_view import CloseView, close_view
from skintwin.photo.crop import CropGeometry
from skintwin.photo.outline import LesionOutline
from skintwin.photo.photograph import Mask, Photograph

if TYPE_CHECKING:
    from skintwin.photo.registration import Registration

Array = NDArray[np.float64]

_MAD_TO_SD = 1.4826
_SIGMAS = (0.0, 0.01, 0.02, 0.03, 0.045, 0.06, 0.08, 0.1, 0.12)
_FEWEST = 50
_LEAST_CONTRAST = 0.02  # of the pigment of the skin: below, a map of change has no scale
_BLOOD_LIKE = 0.15  # sine of the angle to what blood does, below which a lesion is taken for one of blood


@dataclass(frozen=True, eq=False)
class Comparison:
    """A follow-up against the baseline, on the baseline's map.

    registration: None where it was refused (``refused`` says why). aligned: (h, w, 3) linear sRGB of the follow-up on
    the baseline's close view, nan outside. closed: (ny, nx) closure. new: (ny, nx) bool. change, pattern: or None.
    sigma: of the smoothing, map pixels.
    """

    registration: Registration | None
    refused: str
    aligned: Array | None = field(default=None, repr=False)
    closed: Array | None = field(default=None, repr=False)
    new: Mask | None = field(default=None, repr=False)
    change: ChangeMap | None = None
    pattern: ClosingPattern | None = None
    observations: tuple[Observation, ...] = ()
    warnings: tuple[str, ...] = ()
    sigma: float = 0.0


def measure_follow_up(baseline: Visit, photograph: Photograph, settings: VisitSettings) -> tuple[Visit, Comparison]:
    """Measure a later photograph of the same lesion. The outline is looked for where the baseline's lies; where nothing
    stands out any more, the baseline's own is taken, and a note says so. Raises as ``measure_visit``."""
    calibration = calibrate(photograph, settings.rulers)
    skin = photograph = calibration.balanced(photograph)
    if calibration.taken.any():
        skin = replace(photograph, valid=photograph.valid & ~calibration.taken)
    first = own_outline(skin, settings, baseline.outline.kind)
    registration, refused = _register(baseline, skin, first, calibration)
    outline, notes = follow_up_outline(baseline, skin, settings, first, registration)
    scale = lesion_scale(calibration, settings.rulers, outline)
    if not scale.known and registration is not None and baseline.scale.mm_per_pixel is not None:
        mm = baseline.scale.mm_per_pixel / registration.local_scale()
        scale = replace(baseline.scale, mm_per_pixel=mm)
        notes.append("scale from the baseline, by registration")
    measures = measures_of(skin, outline, scale, settings, calibration)
    measures = replace(measures, warnings=(*measures.warnings, *notes))
    visit = Visit(settings, photograph, calibration, scale, outline, measures)
    if registration is None:
        return visit, Comparison(None, refused)
    return visit, compare(baseline, visit, registration)


def compare(baseline: Visit, now: Visit, registration: Registration) -> Comparison:
    """Repigmentation, change and pattern from two measured visits and their registration."""
    where, view = baseline.measures.map_geometry, baseline.measures.view
    both = baseline.calibration.card is not None and now.calibration.card is not None
    # A grey card leaves the camera's tone curve, which goes with the brightness as it was taken.
    now = replace(now, photograph=now.calibration.as_taken(now.even))
    bare = _aligned(now, registration, baseline.photograph.shape, view.geometry)
    aligned = _corrected(bare, lesion_colour(now.calibration, now.photograph, now.outline.mask))
    notes = [*registration.warnings]
    if not baseline.measures.ring.any():
        notes.append("no skin around the lesion at baseline: repigmentation is not measured")
        return Comparison(registration, "", aligned, warnings=tuple(notes))
    lesion, core, ring = (on_map(view, where, m.astype(np.float64)) >= 0.5 for m in
                          (view.outline.lesion_only, view.outline.core_mask, baseline.measures.ring))  # fmt: skip
    # Cards take the tone curves of two cameras out; where not both have one, both pictures stay as they are.
    skin = baseline.calibration.as_taken(baseline.even)
    skin = replace(skin, valid=skin.valid & ~baseline.calibration.taken)
    then = view if both else close_view(skin, baseline.outline)
    usable = then.photograph.valid & ~then.photograph.clipped & ~baseline.measures.hair
    first = _on_map(then.photograph.linear_srgb, usable, view, where)
    shown = np.asarray(np.isfinite(bare).all(axis=-1))
    second = _on_map(aligned if both else bare, shown, view, where)
    seen = np.isfinite(second).all(axis=-1)
    if (ring & seen).sum() < _FEWEST or (lesion & seen).sum() < _FEWEST:
        notes.append("the follow-up does not show the lesion and its surroundings: repigmentation is not measured")
        return Comparison(registration, "", aligned, warnings=tuple(notes))
    linear = all(each.photograph.source.format == "RAW" for each in (baseline, now))
    gain = ToneGain(0.0, ledger().value("measure.contrast_repeat_card", "1"))
    if not (both or linear):
        marks = marks_gain(then.photograph.linear_srgb, bare, _around(then) & usable, registration.sd_px / then.shrink)
        gain = tone_gain(expected_gain(first, second, ring), marks)
    gain = replace(gain, sd=float(np.hypot(gain.sd, _by_highlight((baseline, now), first, lesion, ring))))
    if unlike_blood(_light_contrast(first, lesion, ring)) < _BLOOD_LIKE:
        notes.append("the lesion differs from the skin as blood does: fading redness counts as its closing")
    shares = pigment_left(first, second, lesion, ring, float(np.exp(gain.log_gain)),
                          surface=_surface(baseline) if both else 0.0,
                          blur=_blur(baseline, registration))  # fmt: skip
    left = told_from_farther(shares, lesion, core)
    try:
        return _compared(baseline, left, aligned, lesion, ring & seen, registration, notes, gain)
    except PhotographError as error:
        notes.append(f"{error}; repigmentation is not measured")
        return Comparison(registration, "", aligned, warnings=tuple(notes))


def _compared(
    baseline: Visit, left: tuple[Array, ...], aligned: Array, lesion: Mask, ring: Mask, registration: Registration,
    notes: list[str], gain: ToneGain,
) -> Comparison:
    """left: share of the lesion's pigment change at each visit. Pigment relative to skin is 1 + C left, with C the
    contrast of the baseline's pigment map; C cancels in all but the change map, which needs it."""
    known = _contrast(baseline, lesion, ring)
    contrast = -1.0 if known is None else known
    before, now = (1.0 + contrast * share for share in left)
    sigma = _smoothing(before, now, lesion, ring)
    place = lesion | _near(lesion)
    first, second = (smoothed(m, place | ring, sigma) if sigma > 0 else m for m in (before, now))
    level = ledger().value("measure.repigmentation_closed", "1")
    new, eligible = repigmented(first, second, lesion, ring)
    closed = closure(first, second, lesion, ring)
    # Along one axis; the direction of the shift by relief is not known.
    moved = float(np.hypot(registration.sd_px, _relief_shift(baseline, registration) / np.sqrt(2.0)))
    moved *= baseline.measures.map_geometry.ny / baseline.measures.map_geometry.height
    percent, error = _percent(first, second, lesion, ring, moved, level, gain.sd)
    if error > ledger().value("measure.repigmentation_uncertain", "percent"):
        notes.append("repigmentation is uncertain here: a colour card in both photographs, crossed polarisers and the "
                     "same side up make it surer")  # fmt: skip
    found = [
        Observation(
            "repigmentation", percent, "percent",
            "share of lesion area whose pigment contrast to surrounding skin, told from light, has closed by at least "
            f"{100 * level:.0f} %",
            error,
            f"maps smoothed over {sigma:.1f} map pixels; {gain}; error: level, registration, tone of two pictures",
        ),
        closeness(left[0], left[1], lesion, ring, moved=moved, repeat=gain.sd),
        Observation("area_change", lesion_area_percent(first, second, lesion, ring, _near(lesion)) - 100.0, "percent",
                    "area that is like the lesion now, against the baseline's, by the same closure", error),
    ]  # fmt: skip
    pattern = closing_pattern(closed, new, eligible, lesion)
    if (new & eligible).any():
        found.append(marginal_ratio(new & eligible, eligible, lesion))
    change = None
    if known is not None:
        change = change_map(before, now, lesion, ring, max(sigma, 1.0), repeat=gain.sd)
    if change is not None:
        found += change_observations(change, lesion)
    return Comparison(registration, "", aligned, closed, new, change, pattern, tuple(found), tuple(notes), sigma)


def _relief_shift(baseline: Visit, registration: Registration) -> float:
    """Pixels of the baseline by which the relief of the skin may have led the registration astray: the lamp goes with
    the camera, and furrows lit from the other side look as if they had moved. 0 between crossed polarisers, where
    relief is not seen, and where the scale is not known."""
    mm = baseline.scale.mm_per_pixel
    if mm is None or surface_gloss(baseline.photograph, baseline.settings) == "SCE":
        return 0.0
    value = ledger().value
    turn = registration.turn()
    spacing = value("texture.furrow_spacing", "mm")
    return value("registration.relief_shift", "1") * spacing * float(abs(np.sin(turn / 2))) / mm


def _surface(baseline: Visit) -> float:
    """Reflection of the skin's surface in units of a white, which only a card knows: none between crossed polarisers,
    all of it where it is said to be included, ``measure.surface_share`` where nothing is said."""
    geometry = surface_gloss(baseline.photograph, baseline.settings)
    if geometry == "SCE":
        return 0.0
    return fresnel_share() * (1.0 if geometry == "SCI" else ledger().value("measure.surface_share", "1"))


def _blur(baseline: Visit, registration: Registration) -> float:
    """Standard deviation (pixels of the map) of the picture of a sharp border; of the coarser photograph."""
    where = baseline.measures.map_geometry
    coarser = max(1.0, 1.0 / registration.local_scale())
    return ledger().value("measure.border_blur", "1") * coarser * where.ny / where.height


def _around(view: CloseView) -> Mask:
    """Skin from the ring's inner radius on, marks and all."""
    from scipy import ndimage

    inner = max(2.0, ledger().value("photo.ring_inner", "1") * view.outline.equivalent_radius)
    lesion = view.outline.mask | view.outline.core_mask
    return np.asarray(ndimage.distance_transform_edt(~lesion) > inner)


def _light_contrast(picture: Array, lesion: Mask, ring: Mask) -> Array:
    """(3,) median ln(light) of the lesion over that of the skin around it."""
    logs = np.log(np.maximum(picture, 1e-3))
    known = np.isfinite(picture).all(axis=-1)
    return np.asarray(np.median(logs[lesion & known], axis=0) - np.median(logs[ring & known], axis=0))


def _by_highlight(visits: tuple[Visit, Visit], picture: Array, lesion: Mask, ring: Mask) -> float:
    """Share by which the contrast between two visits is uncertain by what was taken away for lamps mirrored on the skin
    of each; picture: (h, w, 3) light."""
    known = np.isfinite(picture).all(axis=-1)
    levels = [np.maximum(np.median(picture[region & known], axis=0), 1e-3) for region in (lesion, ring)]
    contrast = float(np.linalg.norm(np.log(levels[0] / levels[1])))
    sds = [each.measures.highlight.in_region(each.outline.mask)[1] for each in visits]
    moved = [np.linalg.norm(contrast_sd(sd, *levels)) for sd in sds]
    return float(np.linalg.norm(moved)) / max(contrast, 1e-6)


def _contrast(baseline: Visit, lesion: Mask, ring: Mask) -> float | None:
    """Pigment of the lesion over that of the skin around it, less 1; None without a pigment map, or where it does not
    say that a dark lesion has more pigment and a pale one less."""
    maps = baseline.measures.maps
    if maps is None:
        return None
    level, inside = (float(np.nanmedian(maps.melanin_um[region])) for region in (ring, lesion))
    found = inside / level - 1.0 if level > 0 else float("nan")
    sign = 1.0 if baseline.outline.kind == "hyperpigmented" else -1.0
    return found if sign * found > _LEAST_CONTRAST else None


def _percent(
    first: Array, second: Array, lesion: Mask, ring: Mask, moved: float, level: float, repeat: float
) -> tuple[float, float]:
    """Percentage, and its standard deviation from the definition's level, from the registration, and from what two
    pictures do to a contrast without any change (``repeat``, a share of it)."""
    step = ledger().value("measure.repigmentation_closed_step", "1")
    _, eligible = repigmented(first, second, lesion, ring)
    if not eligible.any():
        raise PhotographError("no pixel of the lesion can be compared", where="repigmentation")

    def share(of: Array, at: float) -> float:
        return 100 * float((np.nan_to_num(closure(first, of, lesion, ring))[eligible] >= at).mean())

    here = share(second, level)
    by_level = (share(second, level - step) - share(second, level + step)) / 2
    place = by_place(second, moved, lambda there: share(there, level))
    # A contrast seen (1 + r) times as large leaves a closure c at 1 - (1 + r)(1 - c), which passes the level later.
    by_tone = (share(second, 1 - (1 - level) * (1 + repeat)) - share(second, 1 - (1 - level) * (1 - repeat))) / 2
    return here, float(np.sqrt(by_level**2 / 3 + place**2 + by_tone**2))


def _smoothing(before: Array, now: Array, lesion: Mask, ring: Mask) -> float:
    """Least smoothing (map pixels) under which closure on skin varies by no more than the ledger's limit."""
    radius = float(np.sqrt(lesion.sum() / np.pi))
    most = ledger().value("measure.closure_smoothing", "1")
    limit = ledger().value("measure.closure_noise", "1")
    level, now_level = (float(np.nanmedian(m[ring])) for m in (before, now))
    contrast = abs(float(np.nanmedian(before[lesion])) / level - 1)
    sigma = 0.0
    for share in _SIGMAS:
        if share > most:
            break
        sigma = share * radius
        both = [(m / v) for m, v in ((before, level), (now, now_level))]
        maps = [smoothed(m, ring, sigma) if sigma > 0.3 else m for m in both]
        noise = max(_MAD_TO_SD * float(np.nanmedian(np.abs(m[ring] - np.nanmedian(m[ring])))) for m in maps)
        if noise <= limit * contrast:
            break
    return sigma if sigma > 0.3 else 0.0


def _near(lesion: Mask) -> Mask:
    """Skin outside the lesion to which it may have grown: half an equivalent radius."""
    from scipy import ndimage

    radius = float(np.sqrt(lesion.sum() / np.pi))
    filled = ndimage.binary_fill_holes(lesion)
    return np.asarray((ndimage.distance_transform_edt(~filled) <= 0.5 * radius) & ~filled)


def _aligned(
    now: Visit, registration: Registration, shape: tuple[int, int], where: CropGeometry
) -> Array:
    """(h, w, 3) linear sRGB of the follow-up on the baseline's close view, as photographed; nan outside, and where its
    card or ruler lies."""
    photograph = now.photograph
    bad = ~photograph.valid | photograph.clipped | now.calibration.taken
    linear = photograph.linear_srgb
    if bad.any():
        linear = np.where(bad[..., None], np.float32("nan"), linear)
    return np.asarray(registration.resample(linear, shape, where), dtype=np.float64)


def _corrected(linear: Array, correct: LesionColour | None) -> Array:
    if correct is None:
        return linear
    seen = np.isfinite(linear).all(axis=-1)
    found = linear.copy()
    found[seen] = correct(linear[seen])
    return found


def _on_map(linear: NDArray[np.floating], usable: Mask, view: CloseView, where: CropGeometry) -> Array:
    """(ny, nx, 3) mean of the usable pixels; nan where they are fewer than half."""
    share = on_map(view, where, usable.astype(np.float64))
    total = on_map(view, where, np.where(usable[..., None], linear, 0.0))
    return np.where(share[..., None] >= 0.5, total / np.maximum(share, 1e-6)[..., None], np.nan)


def _register(
    baseline: Visit, skin: Photograph, outline: LesionOutline | None, calibration: Calibration
) -> tuple[Registration | None, str]:
    from skintwin.photo.registration import RegistrationError, register

    try:
        found = register(
            baseline.photograph, skin, lesion=baseline.outline.mask,
            lesion_now=None if outline is None else outline.mask,
            ignore=baseline.calibration.taken, ignore_now=calibration.taken,
        )
    except RegistrationError as error:
        return None, str(error)
    return found, ""
