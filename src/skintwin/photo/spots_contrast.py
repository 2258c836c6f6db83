"""Contrast of small spots to the skin around them, on a copy of the photograph fit for their size.

    r = ±(L*_smooth − L*)         smooth: robust quadratic surface through the skin
    c = r − local mean of r       without hair, glare and what differs more than 2.5 robust sd (the spots themselves)
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import PhotographError
from skintwin.optics.colour import linear_srgb_to_lab
from skintwin.photo.artefacts import thin_lines
from skintwin.photo.background import smooth_skin
from skintwin.photo.crop import CropGeometry
from skintwin.photo.photograph import Mask, Photograph

Array = NDArray[np.float64]

_SMALLEST_IN_PIXELS = 5.0
"""Working pixels across the smallest spot: enough for its outline, few enough to be quick."""
_MOST_SIDE, _LEAST_SIDE = 1200, 64
_CLIP_SD, _LESION_SD, _MAD_TO_SD = 2.5, 3.0, 1.4826
_FEWEST = 400  # usable working pixels


@dataclass(frozen=True, eq=False)
class ContrastMap:
    """contrast: (h, w) L* units, positive towards the spots; 0 where not usable. redness: (h, w) a* above the skin.

    usable: (h, w) bool. factor: working pixels for each pixel of the photograph, 1 or less. lesions: how many things
    larger than any spot were left out.
    """

    contrast: Array = field(repr=False)
    redness: Array = field(repr=False)
    usable: Mask = field(repr=False)
    factor: float
    lesions: int = 0


def contrast_map(photograph: Photograph, region: Mask, sign: float, smallest: float, largest: float) -> ContrastMap:
    """region: (h, w) bool where to look. sign: 1 for dark spots, −1 for pale. smallest, largest: diameters in pixels.

    Raises PhotographError when too little skin is left.
    """
    from scipy import ndimage

    height, width = photograph.shape
    side = max(height, width)
    factor = min(1.0, max(_SMALLEST_IN_PIXELS / smallest, _LEAST_SIDE / side), _MOST_SIDE / side)
    inside = region & photograph.valid & ~photograph.clipped
    linear, usable = _smaller(photograph.linear_srgb, inside, factor)
    if usable.sum() < _FEWEST:
        raise PhotographError("hardly any usable skin where spots are looked for", where="region",
                              expected=f"at least {_FEWEST} working pixels", do="give a larger region")
    lab = np.asarray(linear_srgb_to_lab(linear))
    usable &= ~_hair(lab[..., 0], usable, smallest * factor)
    surface, _ = smooth_skin(lab, usable, order=2)
    raised = sign * (surface[..., 0] - lab[..., 0])
    redness = lab[..., 1] - surface[..., 1]
    middle = np.median(raised[usable])
    sd = max(_MAD_TO_SD * float(np.median(np.abs(raised[usable] - middle))), 0.05)
    large, lesions = _larger(np.abs(raised - middle) > _LESION_SD * sd, usable, largest * factor)
    usable &= ~large
    plain = usable & (np.abs(raised - middle) < _CLIP_SD * sd)
    reach = largest * factor
    weight = ndimage.gaussian_filter(plain.astype(np.float64), reach, truncate=2.0)
    local = ndimage.gaussian_filter(np.where(plain, raised, 0.0), reach, truncate=2.0) / np.maximum(weight, 1e-3)
    contrast = np.where(usable, raised - np.where(weight > 1e-3, local, middle), 0.0)
    return ContrastMap(contrast, np.where(usable, redness, 0.0), usable, factor, lesions)


def _larger(apart: Mask, usable: Mask, largest: float) -> tuple[Mask, int]:
    """Pieces unlike skin, dark or pale, that hold a disc wider than ``largest`` pixels, widened; their number."""
    from scipy import ndimage

    labels, count = ndimage.label(ndimage.binary_closing(apart & usable, iterations=1))
    if count == 0:
        return apart & False, 0
    # The frame is no border: a shadow that leaves the picture is as large as it looks.
    depth = ndimage.distance_transform_edt(np.pad(labels > 0, 1, mode="edge"))[1:-1, 1:-1]
    wide = 2 * np.asarray(ndimage.maximum(depth, labels, np.arange(1, count + 1))) > largest
    large = np.concatenate([[False], wide])[labels]
    reach = max(1, round(0.1 * largest))
    return np.asarray(ndimage.binary_dilation(large, iterations=reach)), int(wide.sum())


def _hair(lightness: Array, usable: Mask, width: float) -> Mask:
    """Thin lines, of them only what is nowhere wider than ``width`` pixels: a spot of any shape is wider somewhere."""
    from scipy import ndimage

    lines = thin_lines(lightness, usable)
    labels, count = ndimage.label(lines, np.ones((3, 3)))
    if count == 0:
        return lines
    depth = ndimage.maximum(ndimage.distance_transform_edt(lines), labels, np.arange(1, count + 1))
    # thin_lines widens by a pixel on each side.
    thin = np.concatenate([[False], 2 * (np.asarray(depth) - 1.5) <= width])
    return np.asarray(thin[labels])


def _smaller(linear: NDArray[np.float32], usable: Mask, factor: float) -> tuple[Array, Mask]:
    """Area average of the usable pixels in linear light; a working pixel is usable when half of it is."""
    if factor == 1.0:
        return np.asarray(linear, dtype=np.float64), usable.copy()
    height, width = usable.shape
    ny, nx = (max(1, round(n * factor)) for n in (height, width))
    whole = CropGeometry(0.0, 0.0, height, width, ny, nx, (height, width))
    stack = np.empty((*usable.shape, 4), np.float32)
    stack[..., 3] = usable
    np.multiply(linear, stack[..., 3:], out=stack[..., :3])
    small = whole.crop(stack)
    share = small[..., 3]
    return np.asarray(small[..., :3] / np.maximum(share, 1e-6)[..., None]), np.asarray(share > 0.5)
