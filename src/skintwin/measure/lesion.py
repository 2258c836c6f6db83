"""Everything that is measured of one lesion on one photograph."""

from __future__ import annotations

from dataclasses import dataclass

from skintwin.errors import PhotographError
from skintwin.measure.area import area_observations
from skintwin.measure.colour_indices import Geometry, colour_observations, difference_observation
from skintwin.measure.contrast import pigment_observations
from skintwin.measure.maps import PigmentMaps, pigment_maps
from skintwin.measure.observation import Observation
from skintwin.photo.crop import CropGeometry, crop_around
from skintwin.photo.outline import LesionOutline
from skintwin.photo.photograph import Mask, Photograph
from skintwin.photo.ring import perilesional_ring
from skintwin.photo.scale import Scale

_MAP_MARGIN = 0.75  # of the lesion's extent: holds the whole perilesional ring
_MAP_SIDE = 384  # pixels: inverted in about a second


@dataclass(frozen=True, eq=False)
class LesionMeasures:
    """observations, and what they were measured on.

    ring: (h, w) bool perilesional skin, all False when there was none. maps, crop: pigment maps on a square
    around the lesion and its place on the photograph; None without a phototype or without reference skin.
    warnings: sentences for the reader, the photograph's and the outline's included.
    """

    observations: tuple[Observation, ...]
    ring: Mask
    maps: PigmentMaps | None
    crop: CropGeometry | None
    warnings: tuple[str, ...]


def measure_lesion(
    photograph: Photograph, outline: LesionOutline, scale: Scale, *, phototype: str | None = None,
    site: str | None = None, geometry: Geometry = "unknown",
) -> LesionMeasures:
    """Area, colour, contrast to perilesional skin and, with a phototype, pigment.

    The colour of the lesion is that of the outline without its core. Without usable skin around the lesion,
    contrasts and pigment are left out and a warning says why. Raises ConfigError for an unknown phototype or
    site.
    """
    notes = [*photograph.warnings, *outline.warnings]
    lesion = outline.lesion_only & photograph.valid & ~photograph.clipped
    found = [*area_observations(outline, scale)]
    found += colour_observations(photograph.linear_srgb, lesion, "lesion", geometry=geometry)
    maps, crop = None, None
    try:
        ring = perilesional_ring(photograph, outline)
    except PhotographError as error:
        notes.append(f"{error}; contrasts are not measured")
        return LesionMeasures(tuple(found), outline.mask & False, None, None, tuple(notes))
    found += colour_observations(photograph.linear_srgb, ring, "skin", geometry=geometry)
    found.append(difference_observation(photograph.linear_srgb, lesion, ring))
    if phototype is None:
        notes.append("no phototype given: no pigment maps")
    else:
        crop, maps, more = _pigment(photograph, outline, ring, phototype, site)
        found += more
        notes += maps.warnings
    return LesionMeasures(tuple(found), ring, maps, crop, tuple(notes))


def _pigment(
    photograph: Photograph, outline: LesionOutline, ring: Mask, phototype: str, site: str | None
) -> tuple[CropGeometry, PigmentMaps, list[Observation]]:
    extent = crop_around(outline.mask, margin=_MAP_MARGIN, ny=1, nx=1)
    side = max(1, min(_MAP_SIDE, round(extent.height)))
    crop = crop_around(outline.mask, margin=_MAP_MARGIN, ny=side, nx=side)
    skin = crop.crop_mask(ring)
    maps = pigment_maps(
        crop.crop(photograph.linear_srgb), crop.crop_mask(photograph.valid & ~photograph.clipped), skin,
        phototype=phototype, site=site,
    )
    lesion = crop.crop_mask(outline.lesion_only)
    found = pigment_observations(maps.melanin_um, maps.melanin_sd, lesion, skin, "melanin", "um")
    found += pigment_observations(maps.blood, maps.blood_sd, lesion, skin, "blood", "1")
    found.append(Observation(
        "map_residual_E00", maps.residual_de00, "1", "median CIEDE2000 between photograph and rendered maps"
    ))
    return crop, maps, found
