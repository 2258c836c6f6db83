"""L*a*b*, individual typology angle and colour difference of the lesion to the skin around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.measure.observation import Observation
from skintwin.measure.sampling import region_median
from skintwin.optics.colour import delta_e_2000, ita_degrees, lab_to_xyz, linear_srgb_to_lab, xyz_to_linear_srgb

if TYPE_CHECKING:
    from skintwin.measure.lesion_colour import LesionColour

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

Geometry = Literal["SCI", "SCE", "unknown"]
"""Whether surface gloss is in the picture: included (SCI), excluded as by crossed polarisers (SCE)."""

_FREE = "no colour card: exposure and white balance are the camera's"
_GLOSS = {
    "SCI": "specular component included (SCI)",
    "SCE": "specular component excluded (SCE)",
    "unknown": "share of surface gloss not known (neither SCI nor SCE)",
}


def colour_observations(
    linear: NDArray[np.floating], region: Mask, where: str, *, geometry: Geometry, calibrated: bool = False,
    balanced: bool = False, correct: LesionColour | None = None, highlight_sd: float = 0.0,
) -> list[Observation]:  # fmt: skip
    """L*, a*, b* (1) and ITA (degree) of a region.

    linear: (h, w, 3) linear sRGB. region: (h, w) bool. where: prefix of the names ("lesion", "skin").
    calibrated: whether colour was set by a card; otherwise exposure and white balance are the camera's, or those of a
    grey card (balanced). correct: how
    it was set; its standard deviation is added to that of the region. highlight_sd: of what the reflection of a lamp
    adds there, units of a white; added too.
    """
    lab_pixels = np.zeros((*region.shape, 3))
    lab_pixels[region] = linear_srgb_to_lab(linear[region])
    lab, error = region_median(lab_pixels, region)
    if correct is not None:
        error = np.hypot(error, correct.lab_sd(lab))
    error = np.hypot(error, paler(lab, highlight_sd) - lab)
    free = "grey card: light balanced, the camera's own colours stay" if balanced else _FREE
    note = "" if calibrated else free
    method = f"median over the region, D65, 2 degree, {_GLOSS[geometry]}"
    out = [
        Observation(f"{where}_{letter}", float(lab[i]), "1", method, float(error[i]), note)
        for i, letter in enumerate(("L", "a", "b"))
    ]
    return [*out, ita_observation(lab, error, where, geometry=geometry, note=note)]


def ita_observation(
    lab: Array, error: Array, where: str, *, geometry: Geometry, note: str = ""
) -> Observation:
    """ITA = atan((L* - 50) / b*) in degrees (``chardon1991``) with its propagated error.

    lab, error: (3,). Near its pole (b* -> 0: palms, glare) the angle says nothing about pigment; below the
    ledger's measure.ita_smallest_b the value is given with that remark.
    """
    height, b = lab[0] - 50.0, lab[2]
    sd = np.degrees(np.hypot(b * error[0], height * error[2]) / max(float(height**2 + b**2), 1e-12))
    pole = pole_of_ita(float(b))
    if pole:
        note = f"{pole}; {note}" if note else pole
    method = f"atan((L* - 50) / b*) of the median, {_GLOSS[geometry]}"
    return Observation(f"{where}_ITA", float(ita_degrees(lab)), "degree", method, float(sd), note)


def pole_of_ita(b: float) -> str:
    """What to say of an ITA at this b*: empty where it is a measure of pigment, a warning at its pole b* -> 0."""
    if b >= ledger().value("measure.ita_smallest_b", "1"):
        return ""
    return f"b* = {b:.1f} is near or beyond the pole of ITA: no measure of pigment here"


def paler(lab: Array, reflected: float) -> Array:
    """(3,) L*a*b* of a colour to which so much of white is added."""
    return np.asarray(linear_srgb_to_lab(xyz_to_linear_srgb(lab_to_xyz(lab)) + reflected), np.float64)


def difference_observation(
    linear: NDArray[np.floating], lesion: Mask, skin: Mask, highlight_sd: float = 0.0
) -> Observation:
    """CIEDE2000 between the medians of lesion and perilesional skin, with its error by linear propagation.
    highlight_sd: of what the reflection of a lamp adds to both, units of a white."""
    medians, errors = [], []
    for region in (lesion, skin):
        lab_pixels = np.zeros((*region.shape, 3))
        lab_pixels[region] = linear_srgb_to_lab(linear[region])
        median, error = region_median(lab_pixels, region)
        medians.append(median)
        errors.append(error)
    value = float(delta_e_2000(medians[0], medians[1]))
    variance = (float(delta_e_2000(*(paler(each, highlight_sd) for each in medians))) - value) ** 2
    for which in (0, 1):
        for channel in range(3):
            moved = [medians[0].copy(), medians[1].copy()]
            moved[which][channel] += errors[which][channel]
            variance += (float(delta_e_2000(moved[0], moved[1])) - value) ** 2
    return Observation(
        "delta_E00", value, "1", "CIEDE2000 between the medians of lesion and perilesional skin",
        float(np.sqrt(variance)), "within one picture: exposure cancels in part",
    )
