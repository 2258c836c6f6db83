"""A lesion that is drawn: its shape on the grid, and its melanin, dermal melanin, redness and look.

    m = m₀ (1 + s (f − 1))          s shade of the drawing, f melanin of the lesion relative to that around it
    f = 1 + e c (f₀ t + q m₀)/m₀    where f is not given: c contrast, e what the depth leaves in the epidermis
    D = D₀ d v/½                    d dermal part of the drawing and of the depth, v severity

m₀ is the melanin of the surrounding skin, t the thickness of the epidermis. White lesions have f = 1 − c.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from skintwin.disorders import disorders
from skintwin.disorders.canvas import Canvas, Drawing
from skintwin.engine.grid import Grid
from skintwin.engine.streams import purpose_number
from skintwin.errors import ConfigError
from skintwin.evidence import ledger
from skintwin.measure.site_colours import expected_melanin, usual_blood
from skintwin.optics.dermal_tint import DermalTint
from skintwin.optics.pigment_table import PigmentTable
from skintwin.study.config import Study, Synthetic
from skintwin.study.enlarge import enlarged
from skintwin.study.skin_look import GUIDES, hairs, relief

Array = NDArray[np.float64]

FINEST = 4
"""Samples across a pixel when a drawing is brought to the grid."""
SMALLEST = 15.0
"""Side (mm) below which no patch goes by itself: a small spot needs skin around it."""
PATCH = 1.4
"""Width of a patch, where none is given, as a multiple of the drawing's largest width."""
SIZES = (0.8, 1.2)
"""Width of a drawing at severity 0 and 1 relative to the usual one."""
DISC = "disc"
"""Map of a plain ellipse, for tests and for lesions whose shape does not matter."""
IN_EPIDERMIS = {"epidermal": 1.0, "mixed": 0.6, "dermal": 0.2}
"""Share of the epidermal excess of a drawing by depth of its pigment."""
IN_DERMIS = {"epidermal": 0.0, "mixed": 0.5, "dermal": 1.0}
"""Share of the dermal melanin of a drawing by depth of its pigment."""
EDGE = 0.02
"""Shade below which a place is no part of the lesion."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """``grid``; ``picture``: linear sRGB on it without dermal melanin, which a measurement would take for epidermal;
    ``display``: finer, with dermal melanin, relief, hair and the lines of a face.

    ``lesion``, ``core``, ``dermal`` (µm), ``vessels`` (relative): maps on the grid, the last two None where there is
    nothing to show.
    """

    grid: Grid
    picture: Array
    display: Array
    lesion: Array
    core: Array
    dermal: Array | None
    vessels: Array | None


def patch_width(study: Study, drawing: Synthetic) -> float:
    """Side of the patch (mm)."""
    return drawing.patch if drawing.patch is not None else max(PATCH * extent_of(study, drawing), SMALLEST)


def extent_of(study: Study, drawing: Synthetic) -> float:
    """Largest width of the lesion (mm): given, or the usual one, which is the larger the more severe."""
    if drawing.diameter is not None:
        return drawing.diameter
    low, high = SIZES
    usual = ledger().value(f"drawing.extent_{study.lesion.disorder}", "mm")
    # The face does not grow with the severity of its melasma.
    grown = 1.0 if len(disorders()[study.lesion.disorder].maps) > 1 else low + (high - low) * study.lesion.severity
    return usual * grown


def draw_lesion(study: Study, drawing: Synthetic, table: PigmentTable, display: int) -> Drawn:
    """The lesion of a study file, on its grid and on a display of ``display`` pixels a side."""
    side = patch_width(study, drawing)
    extent = extent_of(study, drawing)
    if extent * 1.1 > side:
        raise ConfigError(
            f"a lesion of {extent:g} mm on a patch of {side:g} mm", where="lesion.synthetic",
            expected="a patch at least a tenth wider than the lesion",
        )  # fmt: skip
    name = f"drawing of {study.lesion.disorder}, {drawing.map}"
    at = Canvas(
        Grid(study.pixels, study.pixels, side / study.pixels), (study.seed, purpose_number(name)), extent, drawing.map,
        study.lesion.severity, ledger().value(f"drawing.freckling_{study.patient.phototype.lower()}", "1"),
        study.lesion.duration,
    )  # fmt: skip
    if drawing.map == DISC:
        return _disc(study, drawing, table, at, display)
    coarse = _coarse(study, at)
    fine = replace(at, grid=Grid(display, display, side / display))
    sharp = _shape(study, fine)
    blood = usual_blood(table)
    shown = table.linear_srgb(_melanin(study, drawing, table, sharp), blood * _or_one(sharp.vessels))
    deep = _dermal(study, sharp)
    if deep is not None:
        shown = shown * DermalTint.build(table.template).factor(_melanin(study, drawing, table, sharp), deep)
    shown = shown * relief(fine)[..., None]
    shown = shown * hairs(fine, sharp.shade) if sharp.hair else shown
    shown = shown * GUIDES[sharp.guide](fine)[..., None] if sharp.guide else shown
    core = np.zeros(at.grid.shape) if coarse.core is None else coarse.core
    outline = np.where((coarse.shade < EDGE) | (core > 0.5), 0.0, np.clip(2.0 * coarse.shade, 0.0, 1.0))
    picture = table.linear_srgb(_melanin(study, drawing, table, coarse), blood * _or_one(coarse.vessels))
    return Drawn(at.grid, picture, shown, outline, core, _dermal(study, coarse), coarse.vessels)


def _disc(study: Study, drawing: Synthetic, table: PigmentTable, at: Canvas, display: int) -> Drawn:
    """The plain ellipse of a test: even, no look but the tint of its dermal melanin."""
    samples = replace(at, grid=Grid(FINEST * at.grid.ny, FINEST * at.grid.nx, at.grid.pixel / FINEST))
    inside = (samples.y / drawing.aspect) ** 2 + samples.x**2 <= (at.extent / 2) ** 2
    lesion = _blocks(inside.astype(np.float64))
    melanin = _melanin(study, drawing, table, Drawing(lesion))
    picture = table.linear_srgb(melanin, usual_blood(table))
    none = np.zeros_like(lesion)
    dermal = _dermal(study, Drawing(lesion, dermal=lesion))
    shown = picture if dermal is None else picture * DermalTint.build(table.template).factor(melanin, dermal)
    return Drawn(at.grid, picture, enlarged(shown, (display, display)), lesion, none, dermal, None)


def _shape(study: Study, at: Canvas) -> Drawing:
    drawing = disorders()[study.lesion.disorder].draw(at)
    if drawing is None:
        raise ConfigError(f"{study.lesion.disorder} has no drawing", where="lesion.synthetic.map", expected="disc")
    return drawing


def _coarse(study: Study, at: Canvas) -> Drawing:
    """The drawing on the grid: the mean of finer samples in each pixel."""
    samples = _shape(study, replace(at, grid=Grid(FINEST * at.grid.ny, FINEST * at.grid.nx, at.grid.pixel / FINEST)))
    core, dermal, vessels = (
        None if part is None else _blocks(part) for part in (samples.core, samples.dermal, samples.vessels)
    )
    return Drawing(_blocks(samples.shade), core, dermal, vessels)


def _blocks(fine: Array) -> Array:
    ny, nx = (side // FINEST for side in fine.shape)
    return np.asarray(fine.reshape(ny, FINEST, nx, FINEST).mean(axis=(1, 3)), dtype=np.float64)


def _melanin(study: Study, drawing: Synthetic, table: PigmentTable, drawn: Drawing) -> Array:
    """Melanin column (µm) of a drawing."""
    value, lesion = ledger().value, study.lesion
    around = expected_melanin(study.patient.phototype, table)
    spot = value("drawing.excess_floor", "1") * table.epidermis_um + value("drawing.excess_share", "1") * around
    if drawing.melanin is not None:
        factor = drawing.melanin
    elif disorders()[lesion.disorder].kind == "hypopigmented":
        factor = 1.0 - value(f"drawing.contrast_{lesion.disorder}", "1")
    else:
        contrast = value(f"drawing.contrast_{lesion.disorder}", "1") * (0.5 + lesion.severity)
        factor = 1.0 + contrast * IN_EPIDERMIS[lesion.depth] * spot / around
    column = around * (1.0 + (factor - 1.0) * drawn.shade)
    if drawn.core is not None:
        naevus = around + value("drawing.contrast_naevus", "1") * spot
        column = column * (1.0 - drawn.core) + naevus * drawn.core
    return np.asarray(np.clip(column, 0.0, table.melanin_max_um))


def _dermal(study: Study, drawn: Drawing) -> Array | None:
    """Dermal melanin column (µm) of a drawing; None without."""
    share = IN_DERMIS[study.lesion.depth] * 2.0 * study.lesion.severity
    if drawn.dermal is None or not share:
        return None
    return np.asarray(ledger().value("drawing.dermal_column", "um") * share * drawn.dermal)


def _or_one(vessels: Array | None) -> Array | float:
    return 1.0 if vessels is None else vessels
