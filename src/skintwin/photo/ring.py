"""Normal-looking skin around the lesion, which every contrast is measured against."""

from __future__ import annotations

import numpy as np

from skintwin.errors import PhotographError
from skintwin.evidence import ledger
from skintwin.optics.colour import linear_srgb_to_lab
from skintwin.photo.artefacts import thin_lines
from skintwin.photo.outline import LesionOutline, bounds
from skintwin.photo.photograph import Mask, Photograph

_OUTLIER_SD = 3.0
_MAD_TO_SD = 1.4826
_FEWEST_PIXELS = 30


def perilesional_ring(photograph: Photograph, outline: LesionOutline, hair: Mask | None = None) -> Mask:
    """(h, w) bool: skin at 0.15 to 0.7 equivalent radii from the border (ledger: photo.ring_inner,
    photo.ring_outer).

    Left out: hair and glints, clipped and transparent pixels, and pixels whose L*, a* or b* lies more than 3
    robust standard deviations from the ring's median (other spots, clothes, shadows).
    hair: (h, w) bool where it is known already.
    Raises PhotographError when fewer than 30 pixels are left: then there is no reference skin.
    """
    from scipy import ndimage

    inner, outer = _radii(outline)
    window = _window(outline.mask, int(np.ceil(outer)) + 1)
    distance = ndimage.distance_transform_edt(~outline.mask[window])
    usable = photograph.valid[window] & ~photograph.clipped[window]
    ring = (distance >= inner) & (distance <= outer) & usable
    lab = np.asarray(linear_srgb_to_lab(photograph.linear_srgb[window]))
    if ring.any():
        ring &= ~(thin_lines(lab[..., 0], usable) if hair is None else hair[window])
    for _ in range(2):
        if not ring.any():
            break
        middle = np.median(lab[ring], axis=0)
        sd = np.maximum(_MAD_TO_SD * np.median(np.abs(lab[ring] - middle), axis=0), 0.5)
        ring &= (np.abs(lab - middle) <= _OUTLIER_SD * sd).all(axis=-1)
    if ring.sum() < _FEWEST_PIXELS:
        raise PhotographError(
            "no normal-looking skin is left around the lesion", where="perilesional ring",
            expected=f"at least {_FEWEST_PIXELS} pixels without hair, glare or other spots",
            do="photograph with a margin of skin as wide as the lesion",
        )
    full = np.zeros(outline.mask.shape, dtype=np.bool_)
    full[window] = ring
    return full


def ring_band(outline: LesionOutline) -> Mask:
    """(h, w) bool: everything between the ring's radii, whatever is there."""
    from scipy import ndimage

    inner, outer = _radii(outline)
    distance = ndimage.distance_transform_edt(~outline.mask)
    return np.asarray((distance >= inner) & (distance <= outer))


def _radii(outline: LesionOutline) -> tuple[float, float]:
    radius = outline.equivalent_radius
    inner = max(2.0, ledger().value("photo.ring_inner", "1") * radius)
    return inner, max(inner + 3.0, ledger().value("photo.ring_outer", "1") * radius)


def _window(mask: Mask, margin: int) -> tuple[slice, slice]:
    rows, columns = bounds(mask)
    return (
        slice(max(0, rows.start - margin), rows.stop + margin),
        slice(max(0, columns.start - margin), columns.stop + margin),
    )
