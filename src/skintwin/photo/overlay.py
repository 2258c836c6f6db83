"""Pictures of what was seen: the outline, the core and the perilesional ring drawn on the photograph."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.optics.colour import srgb_encode
from skintwin.photo.outline import LesionOutline
from skintwin.photo.photograph import Mask, Photograph
from skintwin.photo.scale import Scale

Pixels = NDArray[np.uint8]

# Okabe and Ito's colours: told apart by colour-blind readers too.
OUTLINE_COLOUR: Final = (0, 158, 115)
CORE_COLOUR: Final = (240, 228, 66)
RING_COLOUR: Final = (86, 180, 233)
_RING_OPACITY: Final = 0.35
_NICE_LENGTHS: Final = (100.0, 50.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1)


def overlay(photograph: Photograph, outline: LesionOutline, ring: Mask, scale: Scale) -> Pixels:
    """(h, w, 3) encoded sRGB: green outline, yellow core, blue tint on the ring, scale bar where known."""
    from scipy import ndimage

    pixels = np.round(255 * srgb_encode(np.clip(photograph.linear_srgb, 0, 1)))
    width = max(1, round(min(photograph.shape) / 300))
    tint = np.array(RING_COLOUR, dtype=np.float64)
    pixels[ring] = (1 - _RING_OPACITY) * pixels[ring] + _RING_OPACITY * tint
    for mask, colour in ((outline.mask, OUTLINE_COLOUR), (outline.core_mask, CORE_COLOUR)):
        if mask.any():
            pixels[ndimage.binary_dilation(mask, iterations=width) & ~mask] = colour
    return with_scale_bar(pixels.astype(np.uint8), scale)


def with_scale_bar(pixels: Pixels, scale: Scale) -> Pixels:
    """A copy of (h, w, 3) with a labelled white bar of round length; unchanged when the scale is unknown.

    A bar that rests on a nominal size is labelled "assumed".
    """
    if scale.mm_per_pixel is None:
        return pixels
    from PIL import Image, ImageDraw, ImageFont

    height, width = pixels.shape[:2]
    fitting = [mm for mm in _NICE_LENGTHS if mm / scale.mm_per_pixel <= 0.3 * width]
    if not fitting:
        return pixels
    length = round(fitting[0] / scale.mm_per_pixel)
    picture = Image.fromarray(pixels)
    draw = ImageDraw.Draw(picture)
    thick, edge = max(2, height // 120), max(4, height // 40)
    left, top = edge, height - edge - thick
    draw.rectangle((left - 1, top - 1, left + length, top + thick), fill="black")
    draw.rectangle((left, top, left + length - 1, top + thick - 1), fill="white")
    label = f"{fitting[0]:g} mm" + (" (assumed)" if scale.assumed else "")
    font = ImageFont.load_default(size=max(10, height // 30))
    halo = {"stroke_width": 1, "stroke_fill": "black"}
    draw.text((left, top - 2), label, fill="white", anchor="ld", font=font, **halo)  # type: ignore[arg-type]
    return np.asarray(picture)


def map_picture(values: NDArray[np.floating], scale: Scale) -> Pixels:
    """(h, w) pigment map as a picture, from its 1 % to its 99 % quantile, with a scale bar where known."""
    return with_scale_bar(colour_map(values, *map_range(values)), scale)


def map_range(values: NDArray[np.floating]) -> tuple[float, float]:
    """Values at the ends of a map's colours: its 1 % and its 99 % quantile."""
    low, high = np.nanquantile(values, [0.01, 0.99]) if np.isfinite(values).any() else (0.0, 1.0)
    return float(low), float(high)


def colours_of(name: str = "viridis", count: int = 9) -> list[str]:
    """Colours of a map from low to high, as #rrggbb, for its legend."""
    import matplotlib

    steps = matplotlib.colormaps[name](np.linspace(0, 1, count))[:, :3]
    return ["#" + "".join(f"{round(255 * c):02x}" for c in step) for step in steps]


def colour_map(values: NDArray[np.floating], low: float, high: float, name: str = "viridis") -> Pixels:
    """(h, w) numbers -> (h, w, 3) encoded sRGB, perceptually even; pixels without a number are grey."""
    import matplotlib

    unit = np.clip((np.asarray(values, dtype=np.float64) - low) / max(high - low, 1e-12), 0, 1)
    rgb = matplotlib.colormaps[name](np.nan_to_num(unit))[..., :3]
    rgb[~np.isfinite(values)] = 0.5
    return np.asarray(np.round(255 * rgb), dtype=np.uint8)
