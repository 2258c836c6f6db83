"""One photograph, from file to numbers: card and scale, outline, quality, measures."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from skintwin.errors import ConfigError, PhotographError
from skintwin.measure.calibration import Calibration, Rulers, calibrate
from skintwin.measure.colour_indices import Geometry
from skintwin.measure.lesion import LesionMeasures, measure_lesion
from skintwin.measure.observation import Observation
from skintwin.measure.on_request import Body, body_observations, counted_spots
from skintwin.photo.capture import CaptureRecord
from skintwin.photo.find_outline import find_outline
from skintwin.photo.outline import Kind, LesionOutline, drawn_outline
from skintwin.photo.photograph import Photograph
from skintwin.photo.region import Box, find_outline_in
from skintwin.photo.scale import Scale, scale_from_diameter

_REFINE_MARGIN = 0.9  # of the lesion's extent: skin around it in which the border is drawn again
_REFINE_BELOW = 0.45  # of the frame's longer side: larger lesions are drawn finely enough the first time
_SAME = 0.6  # IoU of the two outlines, below which the second is of something else


@dataclass(frozen=True)
class VisitSettings:
    """How to measure one photograph.

    label: shown in tables. rulers: colour and scale. phototype: I to VI or "". site: or "". kind: of the lesion, or
    None (both are looked for). outline: polygon or mask file, or None. box: where to look. geometry: of surface gloss;
    "unknown" is replaced by SCE when the capture record says crossed polarisers. capture: how it was taken. body: of
    the patient, for the share of the body surface, or None. spots: count them, in the box or on all skin.
    """

    label: str = ""
    rulers: Rulers = field(default_factory=Rulers)
    phototype: str | None = None
    site: str | None = None
    kind: Kind | None = None
    outline: Path | None = None
    box: Box | None = None
    geometry: Geometry = "unknown"
    capture: CaptureRecord | None = None
    body: Body | None = None
    spots: bool = False


@dataclass(frozen=True, eq=False)
class Visit:
    """settings: as given. photograph: as given, in the light of its grey card. calibration: card and scale. scale: at
    the lesion. outline: on the photograph. measures: of it."""

    settings: VisitSettings
    photograph: Photograph
    calibration: Calibration
    scale: Scale
    outline: LesionOutline
    measures: LesionMeasures

    @property
    def even(self) -> Photograph:
        """The photograph without the lamps that are mirrored on the skin."""
        return self.measures.highlight.taken_from(self.photograph)

    @property
    def usable(self) -> bool:
        """Whether every quality check was passed."""
        return all(check.passed for check in self.measures.checks)


def measure_visit(photograph: Photograph, settings: VisitSettings) -> Visit:
    """Measure a photograph. Raises PhotographError when a named card or scale cannot be read or no lesion is found,
    ConfigError for settings that contradict the photograph."""
    calibration = calibrate(photograph, settings.rulers)
    skin = photograph = calibration.balanced(photograph)
    if calibration.taken.any():
        skin = replace(photograph, valid=photograph.valid & ~calibration.taken)
    outline = _outline(skin, settings)
    scale = lesion_scale(calibration, settings.rulers, outline)
    measures = measures_of(skin, outline, scale, settings, calibration)
    return Visit(settings, photograph, calibration, scale, outline, measures)


def measures_of(
    skin: Photograph, outline: LesionOutline, scale: Scale, settings: VisitSettings, calibration: Calibration
) -> LesionMeasures:
    """Everything of one lesion, and what was asked for beside it. skin: the photograph without card and ruler."""
    found = measure_lesion(
        skin, outline, scale, phototype=settings.phototype, site=settings.site,
        geometry=surface_gloss(skin, settings), calibration=calibration,
    )  # fmt: skip
    more: list[Observation] = []
    if settings.body is not None:
        area = next(o for o in found.observations if o.name == "lesion_area")
        more += body_observations(settings.body, area)
    if settings.spots:
        more += counted_spots(skin, outline, scale, settings.box)
    return replace(found, observations=(*found.observations, *more)) if more else found


def _outline(skin: Photograph, settings: VisitSettings) -> LesionOutline:
    if settings.outline is not None:
        from skintwin.measure.kind import kind_of
        from skintwin.photo.polygon import read_drawing

        mask, cut = read_drawing(settings.outline, skin.shape)
        return drawn_outline(mask, settings.kind or kind_of(skin, mask), cut)
    if settings.box is not None:
        return find_outline_in(skin, settings.box, settings.kind)
    return refined(skin, find_outline(skin.linear_srgb, skin.valid, settings.kind))


def refined(photograph: Photograph, first: LesionOutline) -> LesionOutline:
    """The outline drawn again on the lesion and its surroundings only, where it has more pixels; the first one where
    that finds something else."""
    rows, columns = first.window
    extent = max(rows.stop - rows.start, columns.stop - columns.start)
    if extent > _REFINE_BELOW * max(photograph.shape):
        return first
    margin = int(np.ceil(_REFINE_MARGIN * extent)) + 8
    top, left = max(0, rows.start - margin), max(0, columns.start - margin)
    bottom = min(photograph.shape[0], rows.stop + margin)
    right = min(photograph.shape[1], columns.stop + margin)
    try:
        second = find_outline_in(photograph, (left, top, right - left, bottom - top), first.kind)
    except PhotographError:
        return first
    both = int(np.count_nonzero(first.mask & second.mask))
    shared = both / (first.pixels + second.pixels - both)
    return second if shared >= _SAME and second.kind == first.kind else first


def lesion_scale(calibration: Calibration, rulers: Rulers, outline: LesionOutline) -> Scale:
    """Scale at the lesion: of its given diameter, of the plane of the card at its place, or of the card as a whole."""
    if rulers.lesion_diameter is not None:
        return scale_from_diameter(rulers.lesion_diameter, outline.mask)
    if calibration.plane is not None:
        found = calibration.plane.scale_at(outline.mask)
        if found is not None:
            return found
    return calibration.scale


def surface_gloss(photograph: Photograph, settings: VisitSettings) -> Geometry:
    """SCI, SCE or unknown. ConfigError where the settings contradict the capture record."""
    record = settings.capture or photograph.capture
    crossed = record is not None and record.polarization_filters == "CROSSED"
    if settings.geometry == "unknown":
        return "SCE" if crossed else "unknown"
    if settings.geometry == "SCI" and crossed:
        raise ConfigError("crossed polarisers leave no gloss", where="geometry", expected="SCE, or another record")
    return settings.geometry
