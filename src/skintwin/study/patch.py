"""The patch of a study: what was measured on the photograph (or drawn), on the grid of the simulation."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from skintwin.disorders import disorders
from skintwin.engine.grid import Grid
from skintwin.errors import ConfigError, PhotographError
from skintwin.evidence import ledger
from skintwin.measure.lighting import estimate_evenly_lit
from skintwin.measure.repigmentation import has_contrast
from skintwin.measure.site_colours import expected_colour, site_table
from skintwin.study.config import Study, Synthetic

if TYPE_CHECKING:
    from skintwin.optics.pigment_table import PigmentTable
    from skintwin.photo.outline import Kind, LesionOutline
    from skintwin.photo.photograph import Photograph
    from skintwin.photo.scale import Scale

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

MARGIN = 0.55
"""Skin kept on each side of the lesion, as a share of its larger extent: room for a margin and its reference."""
COARSE = 0.5
"""Pixel side (mm) above which islands around follicles and fronts are blurred: the reader is told."""
TOO_FINE = 0.02
"""Pixel side (mm) below which a density of cells means nothing."""
TOO_COARSE = 1.5
"""Pixel side (mm) above which a run would be wrong and is refused."""
DISPLAY = 400
"""Longest side (pixels) of the picture that is shown."""


@dataclass(frozen=True, eq=False)
class Patch:
    """Skin as measured.

    linear (ny, nx, 3): linear sRGB as seen, white-balanced where that was needed. display (h, w, 3): the same
    crop, finer, for pictures. melanin (µm), blood (share): maps (ny, nx); *_sd their relative-to-each-other sd.
    lesion, core (ny, nx): shares of the pixel. skin (ny, nx) bool: surrounding reference skin.
    reference_melanin (µm), reference_blood: its medians. table: colours of this site. kind: hypopigmented,
    hyperpigmented, or none (healthy skin). area_known: whether mm are measured. residual_de00: median CIEDE2000 between
    the rendered patch and the photograph. notes: for the reader.
    dermal (µm), vessels (relative to the surrounding skin): maps of a drawn lesion; None where nothing shows them.
    """

    grid: Grid
    linear: Array = field(repr=False)
    display: Array = field(repr=False)
    melanin: Array = field(repr=False)
    melanin_sd: Array = field(repr=False)
    blood: Array = field(repr=False)
    blood_sd: Array = field(repr=False)
    lesion: Array = field(repr=False)
    core: Array = field(repr=False)
    skin: Mask = field(repr=False)
    reference_melanin: float
    reference_blood: float
    table: PigmentTable = field(repr=False)
    kind: str
    area_known: bool
    scale_origin: str
    residual_de00: float
    out_of_gamut: float
    notes: tuple[str, ...]
    dermal: Array | None = field(default=None, repr=False)
    vessels: Array | None = field(default=None, repr=False)

    @property
    def target(self) -> Mask:
        """The lesion without its core, (ny, nx) bool: what is treated and scored."""
        return (self.lesion > 0.5) & (self.core < 0.5)


def make_patch(study: Study) -> Patch:
    """Patch of a study, from its photograph or its drawing."""
    if study.lesion.photograph is not None:
        return _from_photograph(study)
    assert study.lesion.synthetic is not None  # the study file gives one of the two
    return _from_drawing(study, study.lesion.synthetic)


def _from_photograph(study: Study) -> Patch:
    from skintwin.photo.crop import crop_around
    from skintwin.photo.intake import read_photograph
    from skintwin.photo.ring import perilesional_ring

    assert study.lesion.photograph is not None
    photograph = read_photograph(study.lesion.photograph)
    outline = _outline(study, photograph)
    scale, scale_notes = _scale(study, outline)
    ring = perilesional_ring(photograph, outline)
    pixels = study.pixels
    geometry = crop_around(outline.mask, margin=MARGIN, ny=pixels, nx=pixels)
    pixel = geometry.scale(scale).mm_per_pixel
    if pixel is None:
        raise ConfigError("the photograph has no scale", where="lesion", do="give diameter or mm_per_pixel")
    table = site_table(study.patient.site)
    gains, gain_sd, gain_notes = _gains(study, photograph, ring, table)
    fine = crop_around(outline.mask, margin=MARGIN, ny=DISPLAY, nx=DISPLAY)
    notes = [*photograph.warnings, *outline.warnings, *scale_notes, *gain_notes]
    if photograph.dropped:
        notes.append(f"Removed from the photograph and not kept: {', '.join(photograph.dropped)}.")
    if study.lesion.depth != "epidermal":
        notes.append("No photograph tells the depth of pigment: dermal melanin is left out, and what there is of it is "
                     "read as epidermal.")  # fmt: skip
    linear = photograph.linear_srgb.astype(np.float64) * gains
    return _measured(
        study, table, Grid(pixels, pixels, float(pixel)), geometry.crop(linear), fine.crop(linear),
        lesion=geometry.crop(outline.mask.astype(np.float64)), core=geometry.crop(outline.core_mask.astype(np.float64)),
        skin=geometry.crop_mask(ring), kind=outline.kind, origin=scale.origin, notes=notes, gain_sd=gain_sd,
    )  # fmt: skip


def _outline(study: Study, photograph: Photograph) -> LesionOutline:
    from skintwin.photo.find_outline import find_outline
    from skintwin.photo.outline import drawn_outline
    from skintwin.photo.polygon import read_drawing

    kind = disorders()[study.lesion.disorder].kind
    if study.lesion.outline is not None:
        mask, cut = read_drawing(study.lesion.outline, photograph.shape)
        return drawn_outline(mask, "hyperpigmented" if kind == "hyperpigmented" else "hypopigmented", cut)
    if kind == "none":
        raise ConfigError("healthy skin has no lesion to find", where="lesion.disorder", do="give an outline")
    wanted: Kind = "hyperpigmented" if kind == "hyperpigmented" else "hypopigmented"
    found = find_outline(photograph.linear_srgb, photograph.valid, wanted)
    if found.kind != wanted:
        raise PhotographError(
            f"the lesion found is {found.kind}, a {study.lesion.disorder} is {wanted}", where="photograph",
            do="give the outline, or another disorder",
        )  # fmt: skip
    return found


def _scale(study: Study, outline: LesionOutline) -> tuple[Scale, list[str]]:
    from skintwin.photo.scale import scale_from_diameter, scale_from_mm_per_pixel

    lesion = study.lesion
    if lesion.mm_per_pixel is not None:
        return scale_from_mm_per_pixel(lesion.mm_per_pixel), []
    if lesion.diameter is not None:
        return scale_from_diameter(lesion.diameter, outline.mask), []
    nominal = ledger().value("disorder.nominal_diameter", "mm")
    scale = replace(scale_from_diameter(nominal, outline.mask), origin="assumed")
    return scale, [
        f"The photograph has no scale: the lesion is taken to be {nominal:g} mm across. Areas are given in percent."
    ]


def _gains(
    study: Study, photograph: Photograph, ring: Mask, table: PigmentTable
) -> tuple[Array, Array | None, list[str]]:
    if study.lesion.calibrated:
        return np.ones(3), None, []
    from skintwin.optics.photograph_gains import photograph_gains

    found = photograph_gains(photograph.linear_srgb, ring, expected_colour(study.patient.phototype, table))
    return np.asarray(found.gains), np.asarray(found.sd), [
        "No colour card: exposure and white balance were set so that the surrounding skin has the colour of "
        f"phototype {study.patient.phototype}. Pigment inside the picture is relative to that skin."
    ]


def _from_drawing(study: Study, drawing: Synthetic) -> Patch:
    from skintwin.study.drawn import draw_lesion

    table = site_table(study.patient.site)
    drawn = draw_lesion(study, drawing, table, DISPLAY)
    patch = _measured(
        study, table, drawn.grid, drawn.picture, drawn.display, lesion=drawn.lesion, core=drawn.core,
        skin=(drawn.lesion < 0.01) & (drawn.core < 0.01), kind=_drawn_kind(study, drawing), origin="given",
        notes=["The lesion is drawn, not photographed."], gain_sd=None,
    )  # fmt: skip
    return replace(patch, dermal=drawn.dermal, vessels=drawn.vessels)


def _kind(study: Study, seen: str) -> str:
    """Kind of the lesion that is ``seen``; none where the disorder is none, whatever the outline or drawing shows."""
    return "none" if disorders()[study.lesion.disorder].kind == "none" else seen


def _drawn_kind(study: Study, drawing: Synthetic) -> str:
    """Whether a drawn lesion is lighter or darker than its surroundings."""
    if drawing.melanin is None:
        return disorders()[study.lesion.disorder].kind
    return "hypopigmented" if drawing.melanin < 1 else "hyperpigmented"


def _agree(study: Study, melanin: Array, lesion: Array, core: Array, skin: Mask) -> None:
    """Refuse a lesion whose pigment contradicts its disorder; one without contrast contradicts none."""
    inside = (lesion > 0.5) & (core < 0.5)
    kind = disorders()[study.lesion.disorder].kind
    if kind == "none" or not inside.any() or not has_contrast(melanin, inside, skin):
        return
    lighter = float(np.median(melanin[inside])) < float(np.median(melanin[skin]))
    if lighter != (kind == "hypopigmented"):
        seen = "lighter" if lighter else "not lighter"
        raise ConfigError(
            f"the lesion is {seen} than the skin around it, a {study.lesion.disorder} is {kind}",
            where="lesion.disorder", do="check disorder and outline",
        )  # fmt: skip


def _pole(linear: Array, lesion: Mask, skin: Mask) -> list[str]:
    """A note if the typology angle of the lesion or of the skin says nothing about pigment."""
    from skintwin.measure.colour_indices import pole_of_ita
    from skintwin.optics.colour import linear_srgb_to_lab

    notes = []
    for name, where in (("lesion", lesion), ("skin", skin)):
        if where.any() and (pole := pole_of_ita(float(np.median(linear_srgb_to_lab(linear[where])[:, 2])))):
            notes.append(f"ITA of the {name}: {pole}.")
    return notes


def _measured(
    study: Study, table: PigmentTable, grid: Grid, linear: Array, display: Array, *, lesion: Array, core: Array,
    skin: Mask, kind: str, origin: str, notes: list[str], gain_sd: Array | None,
) -> Patch:  # fmt: skip
    if grid.pixel < TOO_FINE:
        raise ConfigError(
            f"a pixel would be {1e3 * grid.pixel:.2g} um wide", where="lesion",
            expected=f"at least {1e3 * TOO_FINE:g} um: a cell is 10 um across", do="check the scale of the lesion",
        )  # fmt: skip
    if grid.pixel > TOO_COARSE:
        raise ConfigError(
            f"a pixel would be {grid.pixel:.2g} mm wide", where="pixels", expected=f"at most {TOO_COARSE:g} mm",
            do="use more pixels, or a smaller crop (an outline of part of the lesion)",
        )  # fmt: skip
    if grid.pixel > COARSE:
        notes.append(
            f"A pixel is {grid.pixel:.2g} mm wide: follicles and borders are not resolved and repigmentation comes out "
            f"too fast. Use more pixels (a pixel of {COARSE:g} mm or less)."
        )
    if not skin.any():
        raise PhotographError("no healthy skin is left around the lesion", where="photograph", do="leave more skin")
    estimate = estimate_evenly_lit(table, linear, skin, gain_sd)
    _agree(study, estimate.melanin_um, lesion, core, skin)
    notes.extend(_pole(linear, (lesion > 0.5) & (core < 0.5), skin))
    return Patch(
        grid=grid, linear=linear, display=display, melanin=estimate.melanin_um, melanin_sd=estimate.melanin_sd_relative,
        blood=estimate.blood, blood_sd=estimate.blood_sd_relative, lesion=lesion, core=core, skin=skin,
        reference_melanin=float(np.median(estimate.melanin_um[skin])),
        reference_blood=float(np.median(estimate.blood[skin])), table=table, kind=_kind(study, kind),
        area_known=origin not in ("assumed", "unknown"), scale_origin=origin,
        residual_de00=float(np.median(estimate.residual_de00)), out_of_gamut=float(1 - estimate.in_gamut.mean()),
        notes=tuple(notes),
    )  # fmt: skip
