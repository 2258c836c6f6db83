"""Whether a given outline holds lighter or darker skin than its surroundings."""

from __future__ import annotations

from skintwin.measure.sampling import region_median
from skintwin.optics.colour import linear_srgb_to_lab
from skintwin.photo.outline import Kind, given_outline
from skintwin.photo.photograph import Mask, Photograph
from skintwin.photo.ring import perilesional_ring


def kind_of(photograph: Photograph, mask: Mask) -> Kind:
    """Compare median L* inside the mask (h, w) with the perilesional ring; PhotographError without a ring."""
    ring = perilesional_ring(photograph, given_outline(mask, "hypopigmented"))
    lab = linear_srgb_to_lab(photograph.linear_srgb)
    inside, around = (region_median(lab, region)[0][0] for region in (mask & photograph.valid, ring))
    return "hypopigmented" if inside > around else "hyperpigmented"
