"""Everything that is measured of one lesion on one photograph."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from skintwin.errors import PhotographError
from skintwin.evidence import ledger
from skintwin.measure.area import area_observations
from skintwin.measure.border import border_observations
from skintwin.measure.calibration import Calibration
from skintwin.measure.colour_indices import Geometry, colour_observations, difference_observation
from skintwin.measure.contrast import pigment_observations
from skintwin.measure.highlight import Highlight, find_highlight, no_highlight
from skintwin.measure.lesion_colour import lesion_colour
from skintwin.measure.maps import PigmentMaps, pigment_maps
from skintwin.measure.observation import Observation
from skintwin.measure.relative import relative_observations
from skintwin.measure.skin_light import column_of
from skintwin.measure.variation import colour_unevenness, pigment_variation
from skintwin.optics.colour import linear_srgb_to_lab
from skintwin.photo.artefacts import thin_lines
from skintwin.photo.close_view import SIDE, CloseView, close_view
from skintwin.photo.crop import CropGeometry
from skintwin.photo.outline import LesionOutline
from skintwin.photo.photograph import Mask, Photograph
from skintwin.photo.quality import Check, QualityView, check_quality
from skintwin.photo.ring import perilesional_ring, ring_band
from skintwin.photo.scale import Scale

MAP_SIDE = 384
"""Pixels of the longer side of pigment maps: inverted in about a second."""


@dataclass(frozen=True, eq=False)
class LesionMeasures:
    """observations, and what they were measured on.

    view: the part of the photograph that colours are taken from. ring: (ny, nx) bool on it, perilesional skin, all
    False when there was none. maps: pigment on ``map_geometry``; None without a phototype or a card, or without
    reference skin. checks: quality. warnings: sentences for the reader, the photograph's and the outline's included.
    highlight: what lamps mirrored on the skin add to the photograph; view is without it.
    """

    observations: tuple[Observation, ...]
    view: CloseView
    ring: Mask
    maps: PigmentMaps | None
    map_geometry: CropGeometry
    checks: tuple[Check, ...]
    warnings: tuple[str, ...]
    highlight: Highlight = field(repr=False)
    hair: Mask = field(repr=False)


def measure_lesion(
    photograph: Photograph, outline: LesionOutline, scale: Scale, *, phototype: str | None = None,
    site: str | None = None, geometry: Geometry = "unknown", calibration: Calibration | None = None,
) -> LesionMeasures:  # fmt: skip
    """Quality, area, colour, evenness, border, contrast to perilesional skin and, with a phototype or a card, pigment.

    scale: at the lesion. calibration: what a card said of the colours. The colour of the lesion is that of the outline
    without its core, without hair. Without usable skin around the lesion, contrasts and pigment are left out and a
    warning says why; so is pigment where the lesion's colours are none of melanin and blood. Raises ConfigError for an
    unknown phototype or site.
    """
    card = calibration.card if calibration is not None else None
    balanced = calibration is not None and calibration.grey is not None
    highlight = no_highlight(photograph.shape)
    if geometry != "SCE" and card is not None:
        highlight = find_highlight(photograph, outline.mask, calibration)
    even = highlight.taken_from(photograph)
    correct = lesion_colour(calibration, even, outline.mask)
    view = close_view(even, outline, correct=correct)
    seen, drawn = view.photograph, view.outline
    lightness = np.asarray(linear_srgb_to_lab(seen.linear_srgb))[..., 0]
    hair = thin_lines(lightness, seen.valid) if seen.valid.any() else np.zeros_like(seen.valid)
    usable = seen.valid & ~seen.clipped & ~hair
    lesion = drawn.lesion_only & usable
    if not lesion.any():
        lesion = drawn.lesion_only & seen.valid
    notes = [*photograph.warnings, *outline.warnings]
    reflected, reflected_sd = highlight.in_region(outline.mask)
    if reflected >= ledger().value("highlight.told", "1"):
        notes.append(
            f"a lamp is mirrored on the skin: {100 * reflected:.1f} ± {100 * reflected_sd:.1f} % of a white are taken "
            "away at the lesion; crossed polarisers or another angle of the lamp avoid it"
        )
    found = [*area_observations(outline, scale)]
    if geometry != "SCE" and card is not None:
        found.append(Observation(
            "mirrored_lamp", 100 * reflected, "percent",
            "reflection of lamps at the lesion beyond what the whole frame shares, of a white; taken away from colours",
            100 * reflected_sd,
        ))
    found += colour_observations(seen.linear_srgb, lesion, "lesion", geometry=geometry, calibrated=card is not None,
                                 balanced=balanced, correct=correct, highlight_sd=reflected_sd)  # fmt: skip
    found += colour_unevenness(seen.linear_srgb, lesion)
    where = _map_geometry(view)
    try:
        ring = perilesional_ring(seen, drawn, hair)
    except PhotographError as error:
        notes.append(f"{error}; contrasts are not measured")
        none = np.zeros_like(drawn.mask)
        return LesionMeasures(tuple(found), view, none, None, where, _quality(view, none, hair), tuple(notes),
                              highlight, hair)  # fmt: skip
    found += colour_observations(seen.linear_srgb, ring, "skin", geometry=geometry, calibrated=card is not None,
                                 balanced=balanced, correct=correct, highlight_sd=reflected_sd)  # fmt: skip
    found.append(difference_observation(seen.linear_srgb, lesion, ring, reflected_sd))
    found += relative_observations(seen, lesion, ring, calibrated=card is not None, highlight_sd=reflected_sd)
    found += border_observations(seen.linear_srgb, drawn, ring, usable, scale.resized(view.shrink))
    maps = None
    if phototype is None and card is None:
        notes.append("neither phototype nor colour card: no pigment maps")
    else:
        gain_sd = None if correct is None else correct.gain_sd()
        try:
            maps, more = _pigment(view, where, ring, usable, phototype, site, gain_sd, reflected_sd)
            found += more
            notes += maps.warnings
        except PhotographError as error:  # a colour that no melanin and blood give: blue-black, burnt out
            notes.append(f"{error.what}; pigment is not measured")
    checks = _quality(view, ring, hair)
    return LesionMeasures(tuple(found), view, ring, maps, where, checks, tuple(notes), highlight, hair)


def on_map(view: CloseView, where: CropGeometry, picture: np.ndarray) -> np.ndarray:
    """(ny, nx, ...) of the close view -> the map's pixels, area means."""
    ny, nx = view.outline.mask.shape
    if (ny, nx) == (where.ny, where.nx):
        return np.asarray(picture, dtype=np.float64)
    inside = CropGeometry(0.0, 0.0, float(ny), float(nx), where.ny, where.nx, (ny, nx))
    return inside.crop(picture)


def _map_geometry(view: CloseView) -> CropGeometry:
    shrink = max(1.0, max(view.geometry.ny, view.geometry.nx) / MAP_SIDE)
    ny, nx = (max(1, round(n / shrink)) for n in (view.geometry.ny, view.geometry.nx))
    return replace(view.geometry, ny=ny, nx=nx)


def _pigment(
    view: CloseView, where: CropGeometry, ring: Mask, usable: Mask, phototype: str | None, site: str | None,
    gain_sd: np.ndarray | None, highlight_sd: float,
) -> tuple[PigmentMaps, list[Observation]]:  # fmt: skip
    share = on_map(view, where, usable.astype(np.float64))
    filled = np.where(usable[..., None], view.photograph.linear_srgb, 0.0)
    linear = on_map(view, where, filled) / np.maximum(share, 1e-6)[..., None]
    skin, lesion = (on_map(view, where, m.astype(np.float64)) >= 0.5 for m in (ring, view.outline.lesion_only))
    maps = pigment_maps(
        linear, share >= 0.5, skin, phototype=phototype, site=site, gain_sd=gain_sd,
    )
    # By how much white too much in both makes both look paler, at the usual blood.
    green = [float(np.median(linear[region][:, 1])) for region in (lesion, skin)] if highlight_sd else []
    less = [column_of(level + highlight_sd) - column_of(level) for level in green] or [0.0, 0.0]
    found = pigment_observations(maps.melanin_um, maps.melanin_sd, lesion, skin, "melanin", "um", (less[0], less[1]))
    found += pigment_observations(maps.blood, maps.blood_sd, lesion, skin, "blood", "1")
    levels = {o.name: o.error or 0.0 for o in found}
    found += pigment_variation(maps.melanin_um, lesion, "melanin", "um", level_sd=levels["lesion_melanin"])
    found += pigment_variation(maps.blood, lesion, "blood", "1", level_sd=levels["lesion_blood"])
    found.append(Observation(
        "map_residual_E00", maps.residual_de00, "1", "median CIEDE2000 between photograph and rendered maps"
    ))
    return maps, found


def _quality(view: CloseView, ring: Mask, hair: Mask) -> tuple[Check, ...]:
    band = ring_band(view.outline)
    return check_quality(
        QualityView(view.photograph, view.outline.mask, band, ring, hair, view.photograph.source.bit_depth, view.shrink)
    )


__all__ = ["MAP_SIDE", "SIDE", "LesionMeasures", "measure_lesion", "on_map"]
