"""The photograph after intake: linear colour, which pixels count, and what had to be assumed or dropped."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from skintwin.photo.capture import CaptureRecord

FloatImage = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class SourceInfo:
    """What the file was. Holds no file name and no personal data.

    format: "PNG", "JPEG", "TIFF", "WEBP", "HEIC", "RAW" or "DICOM".
    width, height: pixels as decoded, before orientation. bit_depth: per channel.
    colour_space: how the numbers were read, in words ("sRGB", "Display P3", ...).
    colour_space_from: "profile", "PNG chunks", "HEIC colour box", "DICOM colour space", "RAW",
    "EXIF", or "assumed".
    orientation: EXIF orientation that was applied, 1 to 8; 1 where the decoder itself gives the picture upright.
    """

    format: str
    width: int
    height: int
    bit_depth: int
    colour_space: str
    colour_space_from: str
    orientation: int


@dataclass(frozen=True, eq=False)
class Photograph:
    """A photograph in linear light.

    linear_srgb: (h, w, 3) float32, scene-referred up to exposure, sRGB primaries, D65 white = (1, 1, 1).
        Colours outside the sRGB gamut are kept as values below 0 or above 1.
    valid: (h, w) bool, False where the picture is transparent.
    clipped: (h, w) bool, True where any stored channel is at its ceiling: the colour there is not known.
    source: what the file was. warnings: sentences for the reader.
    dropped: kinds of metadata found and not kept ("location", "device", ...), never their values.
    sha256: of the file's bytes, to recognise the same file again.
    capture: how it was taken, or None when nothing is known.
    """

    linear_srgb: FloatImage = field(repr=False)
    valid: Mask = field(repr=False)
    clipped: Mask = field(repr=False)
    source: SourceInfo
    warnings: tuple[str, ...]
    dropped: tuple[str, ...]
    sha256: str
    capture: CaptureRecord | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) in pixels, upright."""
        height, width = self.valid.shape
        return int(height), int(width)
