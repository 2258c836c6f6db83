"""Marks on pictures: a bar of known length, a ramp of colours with its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from skintwin.optics import colour

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

Array = NDArray[np.float64]
Pixels = NDArray[np.uint8]

LENGTHS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
"""Lengths (mm) that a bar may have."""


def round_length(width_mm: float) -> float:
    """Longest of ``LENGTHS`` that takes at most a third of a picture."""
    return max((length for length in LENGTHS if length <= width_mm / 3), default=LENGTHS[0])


def scale_bar(picture: Pixels, pixel_mm: float) -> Pixels:
    """The picture with a bar in its lower left corner, its length in mm above it, white on a dark edge."""
    from PIL import Image, ImageDraw

    image = Image.fromarray(picture)
    pen = ImageDraw.Draw(image)
    length = round_length(picture.shape[1] * pixel_mm)
    long, unit = length / pixel_mm, max(2, picture.shape[0] // 128)
    left, bottom = 5 * unit, picture.shape[0] - 5 * unit
    for grow, ink in ((1, "black"), (0, "white")):
        pen.rectangle((left - grow, bottom - unit - grow, left + long + grow, bottom + grow), fill=ink)
    text(pen, (left + long / 2, bottom - 2 * unit), f"{length:g} mm", max(11, 5 * unit), "white", "ms", edge="black")
    return np.array(image)


def ramp(values: Array, low: float, high: float, anchors: Sequence[Sequence[float]]) -> Pixels:
    """(h, w) values → (h, w, 3) sRGB along anchors (L*, a*, b*), evenly spaced from ``low`` to ``high``."""
    place = np.clip((values - low) / (high - low), 0.0, 1.0) * (len(anchors) - 1)
    steps = np.arange(len(anchors))
    lab = np.stack([np.interp(place, steps, channel) for channel in np.transpose(anchors)], axis=-1)
    linear = colour.xyz_to_linear_srgb(colour.lab_to_xyz(lab, colour.WHITE_SRGB))
    return np.asarray(np.round(255 * colour.srgb_encode(np.clip(linear, 0, 1))), dtype=np.uint8)


def with_ramp(
    picture: Pixels, low: float, high: float, anchors: Sequence[Sequence[float]], title: str, ticks: Sequence[float]
) -> Pixels:
    """The picture with its ramp at the right: a column of colours, numbers at ``ticks`` and a title above."""
    from PIL import Image, ImageDraw

    h, w = picture.shape[:2]
    size = max(11, h // 26)
    wide, top, bottom = 6 * size, 2 * size, h - size
    image = Image.new("RGB", (w + wide, h), "white")
    image.paste(Image.fromarray(picture), (0, 0))
    column = ramp(np.linspace(high, low, bottom - top)[:, None] * np.ones((1, size)), low, high, anchors)
    image.paste(Image.fromarray(column), (w + size // 2, top))
    pen = ImageDraw.Draw(image)
    pen.rectangle((w + size // 2, top, w + size // 2 + size, bottom), outline="black")
    text(pen, (w + size // 2, top // 2), title, round(0.8 * size), "black", "lm")
    for tick in ticks:
        y = bottom - (tick - low) / (high - low) * (bottom - top)
        pen.line((w + 1.5 * size, y, w + 1.8 * size, y), fill="black")
        text(pen, (w + 2 * size, y), f"{tick:g}", round(0.85 * size), "black", "lm")
    return np.array(image)


def text(
    pen: ImageDraw, at: tuple[float, float], words: str, size: int, ink: str, anchor: str, edge: str | None = None
) -> None:
    """Words at a place in a size in pixels; ``edge``: colour of an outline."""
    pen.text(at, words, ink, _font(size), anchor, stroke_width=2 if edge else 0, stroke_fill=edge)


@cache
def _font(size: int) -> FreeTypeFont:
    """Sans-serif of matplotlib, which has the micro sign."""
    from pathlib import Path

    import matplotlib
    from PIL import ImageFont

    return ImageFont.truetype(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf", size)
