"""One phantom, photographed, measured, and set beside its truth."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import SkintwinError
from skintwin.measure.calibration import Rulers
from skintwin.measure.follow_up import Comparison, measure_follow_up
from skintwin.measure.observation import Observation
from skintwin.measure.visit import Visit, VisitSettings, measure_visit
from skintwin.optics.colour import ita_degrees, lab_to_xyz, linear_srgb_to_lab, xyz_to_linear_srgb
from skintwin.phantoms import Phantom, Truth
from skintwin.phantoms.cards import COLOUR_CARDS
from skintwin.phantoms.photograph import shot
from skintwin.photo.capture import CaptureRecord
from skintwin.photo.intake import read_photograph
from skintwin.photo.photograph import Photograph
from skintwin.photo.save import png_content

Array = NDArray[np.float64]
Row = dict[str, Any]

FRECKLES = "freckles"
"""Many small spots: counted, and not outlined as one lesion."""
PLACES = 12
"""Points across the lesion at which the registration is compared with the truth."""


def measure_phantom(phantom: Phantom) -> list[Row]:
    """One row for each visit: settings, truth, what was measured, ``failed`` where it could not be.

    Whether the lesion is lighter or darker than the skin is not said. Where something of the other kind was outlined,
    or nothing, the rows of the same photographs with the kind said follow, ``told``.
    """
    rows = _measured(phantom, told=False)
    if rows[0].get("kind_right", False) or phantom.lesion.disorder == FRECKLES:
        return rows
    return [*rows, *_measured(phantom, told=True)]


def _measured(phantom: Phantom, *, told: bool) -> list[Row]:
    rows, baseline, first_truth = [], None, None
    for visit in range(len(phantom.scenes)):
        photograph, truth = photographed(phantom, visit)
        row = _described(phantom, truth) | {"told": told}
        settings = settings_for(phantom, truth)
        if told:
            settings = replace(settings, kind=truth.kind)
        begun = time.perf_counter()
        comparison: Comparison | None = None
        try:
            if visit == 0:
                found = baseline = measure_visit(photograph, settings)
                first_truth = truth
            elif baseline is None:
                break
            else:
                found, comparison = measure_follow_up(baseline, photograph, settings)
        except SkintwinError as error:
            row["failed"] = f"{type(error).__name__}: {error}"
            rows.append(row)
            continue
        row["seconds"] = time.perf_counter() - begun
        if phantom.lesion.disorder == FRECKLES and visit == 0:
            row |= _counted(photograph, found, truth)
        row |= _compared(found, truth)
        if comparison is not None and baseline is not None and first_truth is not None:
            row |= _followed(baseline, comparison, first_truth, truth)
        rows.append(row)
    return rows


def photographed(phantom: Phantom, visit: int) -> tuple[Photograph, Truth]:
    """The photograph as it comes out of a file, and its truth."""
    pixels, packed, truth = shot(phantom, visit)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("visit.png" if packed is None else "visit.jpg")
        path.write_bytes(png_content(pixels) if packed is None else packed)
        return read_photograph(path), truth


def settings_for(phantom: Phantom, truth: Truth) -> VisitSettings:
    """What a clinic would know: phototype, which card lies there, a line drawn over a ruler, whether polarisers were
    used."""
    card, line = truth.card, truth.ruler_line
    ticks = None
    if card == "ruler" and line is not None:
        ticks = (float(line[0, 0]), float(line[0, 1]), float(line[1, 0]), float(line[1, 1]), 1.0)
    rulers = Rulers(card=card if card in COLOUR_CARDS else "none", marker=card == "marker", ruler=ticks)
    crossed = truth.surface == 0.0 and phantom.scenes[truth.visit].gloss == "crossed"
    record = CaptureRecord(polarization_filters="CROSSED") if crossed else None
    return VisitSettings(phototype=phantom.person.phototype, rulers=rulers, capture=record)


def _described(phantom: Phantom, truth: Truth) -> Row:
    scene = phantom.scenes[truth.visit]
    return {
        "number": phantom.number, "visit": truth.visit, "phototype": phantom.person.phototype,
        "disorder": phantom.lesion.disorder, "kind": truth.kind, "delta_e": truth.delta_e, "card": truth.card or "none",
        "light": scene.light, "gloss": scene.gloss, "hair": phantom.person.hair, "tilt": scene.tilt,
        "camera": scene.sensor, "tone": scene.tone, "jpeg": scene.jpeg, "full_well": scene.full_well,
        "curvature": scene.curvature, "failed": "",
    }  # fmt: skip


def _compared(found: Visit, truth: Truth) -> Row:
    values = {o.name: o for o in found.measures.observations}
    # What is left of the lesion at this visit is what an outline should follow.
    mask = truth.mask if truth.visit == 0 else truth.left
    row: Row = {
        "usable": found.usable, "confidence": found.outline.confidence, "kind_right": found.outline.kind == truth.kind,
        "quality": " ".join(c.name for c in found.measures.checks if not c.passed),
        "card_read": found.calibration.card is not None, "card_refused": found.calibration.refused,
        "scale_origin": found.scale.origin,
    }  # fmt: skip
    if mask.any():
        row["iou"] = float((found.outline.mask & mask).sum()) / float((found.outline.mask | mask).sum())
        row["area_pixels"] = 100 * (float(found.outline.mask.sum()) / float(mask.sum()) - 1)
    area = values["lesion_area"]
    true_area = truth.area_mm2 if truth.visit == 0 else truth.left_mm2
    if area.value is not None and true_area > 0:
        row["area"] = 100 * (area.value / true_area - 1)
        row["area_z"] = (area.value - true_area) / max(area.error or np.nan, 1e-9)
    for where, region in (("lesion", truth.lesion), ("skin", truth.skin)):
        ita = values.get(f"{where}_ITA")
        if ita is None or ita.value is None:
            continue
        # The picture holds this much of the surface's reflection everywhere; highlights come on top of it.
        lit = xyz_to_linear_srgb(lab_to_xyz(np.array(region.lab_sce))) + truth.surface
        true = np.asarray(linear_srgb_to_lab(lit), dtype=np.float64)
        row[f"ita_{where}"] = _turn(ita.value - float(ita_degrees(true)))
        row[f"b_{where}"] = float(true[2])
        lab = [values[f"{where}_{c}"].value for c in "Lab"]
        row[f"lab_{where}"] = float(np.linalg.norm(np.array(lab) - true))
    measured = values.get("delta_E00")
    if measured is not None and measured.value is not None:
        row["delta_e_error"] = measured.value - truth.delta_e
    return row


def _counted(photograph: Photograph, found: Visit, truth: Truth) -> Row:
    """Spots of a cluster of freckles: how many pieces there are, how many were counted within the truth's reach."""
    from scipy import ndimage

    from skintwin.photo.spots import find_spots

    _, pieces = ndimage.label(truth.mask)
    reach = ndimage.binary_dilation(truth.mask, iterations=8)
    skin = replace(photograph, valid=photograph.valid & ~found.calibration.taken)
    try:
        spots = find_spots(skin, region=reach & skin.valid, kind=truth.kind, scale=found.scale)
    except SkintwinError as error:
        return {"spots_true": pieces, "spots_failed": str(error)}
    return {"spots_true": pieces, "spots": len(spots.centres)}


def _followed(baseline: Visit, found: Comparison, first: Truth, truth: Truth) -> Row:
    row: Row = {"registered": found.registration is not None, "registration_refused": found.refused,
                "true_repigmentation": truth.repigmentation, "true_pattern": truth.pattern,
                "by_contrast": truth.by_contrast}  # fmt: skip
    if found.registration is None:
        return row
    points = _places(first)
    there = truth.view.pixels(first.view.skin(points))
    miss = np.linalg.norm(found.registration.to_follow_up(points) - there, axis=1) / found.registration.local_scale()
    row["registration_px"] = float(np.sqrt((miss**2).mean()))
    row["registration_sd"] = found.registration.sd_px
    row["radius"] = baseline.outline.equivalent_radius
    values: dict[str, Observation] = {o.name: o for o in found.observations}
    percent = values.get("repigmentation")
    if percent is not None and percent.value is not None and truth.repigmentation is not None:
        row["repigmentation"] = percent.value
        row["repigmentation_error"] = percent.value - truth.repigmentation
        row["stated_sd"] = percent.error
        row["repigmentation_z"] = row["repigmentation_error"] / max(percent.error or np.nan, 1e-9)
        row["pattern"] = found.pattern.pattern if found.pattern is not None else ""
    mean = values.get("closeness")
    if mean is not None and mean.value is not None and truth.closed is not None:
        row["true_closeness"] = truth.closed
        row["closeness_error"] = mean.value - truth.closed
        row["closeness_sd"] = mean.error
    return row


def _places(truth: Truth) -> Array:
    """(PLACES, 2) x, y inside the lesion and on its border, evenly among its pixels."""
    y, x = np.nonzero(truth.mask)
    chosen = np.linspace(0, y.size - 1, PLACES).astype(int)
    return np.stack([x[chosen], y[chosen]], axis=1).astype(np.float64)


def _turn(angle: float) -> float:
    """Degrees in (−90, 90]: ITA is an arc tangent and knows no more."""
    return float((angle + 90) % 180 - 90)
