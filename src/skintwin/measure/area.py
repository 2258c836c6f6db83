"""Lesion area and diameter."""

from __future__ import annotations

import numpy as np

from skintwin.measure.observation import Observation
from skintwin.photo.outline import LesionOutline
from skintwin.photo.photograph import Mask
from skintwin.photo.scale import Scale, largest_feret_diameter


def area_observations(outline: LesionOutline, scale: Scale) -> list[Observation]:
    """Area (mm^2 and percent of the frame), core share (percent of the lesion), largest diameter (mm).

    Error of the area: the outline's own uncertainty (its confidence is the IoU of outlines drawn at contrasts
    a fifth further in and out; their difference is taken as the width of a uniform distribution), of one that a
    person drew the error of a hand along the whole border (its place_sd), half a pixel along the border, and twice
    the scale's relative sd, added in squares.
    """
    pixels, frame = float(outline.pixels), float(outline.mask.size)
    relative = relative_area_sd(outline, scale)
    note = "; ".join(text for text in (_scale_note(scale), _hand_note(outline)) if text)
    share = Observation(
        "lesion_area_share", 100 * pixels / frame, "percent",
        "pixels inside the outline over pixels of the frame",
        100 * pixels / frame * relative_area_sd(outline, Scale(None, "unknown")), _hand_note(outline),
    )
    core = Observation(
        "core_share", 100 * float(np.count_nonzero(outline.core_mask)) / pixels, "percent",
        "pixels inside the outline that are not of the lesion's colour, over pixels inside the outline",
    )
    area = scale.area_mm2(pixels)
    error = None if area is None else area * relative
    method = "pixels inside the outline times pixel area"
    millimetres = Observation("lesion_area", area, "mm^2", method, error, note)
    mm, inside = scale.mm_per_pixel, outline.mask[outline.window]
    length = None if mm is None else largest_feret_diameter(inside) * mm
    diameter = Observation(
        "lesion_diameter", length, "mm", "largest distance between two points of the border (Feret)",
        None if length is None else length * relative / 2, note,
    )
    return [millimetres, share, diameter, core]


def relative_area_sd(outline: LesionOutline, scale: Scale) -> float:
    """Relative standard deviation of the area; see :func:`area_observations`."""
    pixels = float(outline.pixels)
    uniform = (1 - outline.confidence) / np.sqrt(12)
    length = _border_length(outline.mask[outline.window])
    border = 0.5 * length / np.sqrt(12) / pixels
    hand = outline.place_sd * 2 * outline.equivalent_radius * length / pixels
    ruler = 2 * (scale.relative_sd or 0.0)
    return float(np.sqrt(uniform**2 + border**2 + hand**2 + ruler**2))


def _border_length(mask: Mask) -> float:
    """Pixel edges between inside and outside; pi/4 corrects for the staircase of a random direction."""
    padded = np.pad(mask, 1)
    edges = (padded[1:] != padded[:-1]).sum() + (padded[:, 1:] != padded[:, :-1]).sum()
    return float(np.pi / 4 * edges)


def _hand_note(outline: LesionOutline) -> str:
    if not outline.place_sd:
        return ""
    return f"drawn by a person: border assumed right within {100 * outline.place_sd:.2g} % of the diameter (1 sd)"


def _scale_note(scale: Scale) -> str:
    if not scale.known:
        return "scale unknown: give mm per pixel or the lesion's diameter"
    if scale.assumed:
        return "rests on an ASSUMED pixel size: not a measurement"
    if scale.origin == "lesion diameter":
        return "scale from the given lesion diameter; the diameter's own error is not included"
    return ""
