"""What every decoder gives: stored samples, as stored, and what the file said about them."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from skintwin.errors import PhotographError
from skintwin.photo import privacy
from skintwin.photo.encoding import RgbEncoding

if TYPE_CHECKING:
    from skintwin.photo.capture import CaptureRecord

DECODER_ERRORS: Final = (
    *privacy.EXIF_ERRORS, EOFError, MemoryError, AttributeError, RuntimeError, NotImplementedError,
    AssertionError, struct.error, zlib.error, Image.DecompressionBombError,
)  # fmt: skip
"""Everything the picture libraries have been seen to raise on damaged files."""


@dataclass(frozen=True, eq=False)
class Decoded:
    """Stored samples, as stored.

    samples: (h, w, 3) uint8 or uint16, or (h, w, 4) uint8 for CMYK, or (h, w, 1) for grey.
    model: "RGB", "CMYK" or "GREY". alpha: (h, w) bool, True where the picture is opaque, or None.
    profile: ICC bytes or None. encoding: what the container itself says of its colours, or None, and
    encoding_from where. exif: parsed EXIF, or None. kinds: kinds of personal data found.
    upright: the decoder has turned the picture already (HEIC, RAW, 8-bit TIFF): EXIF must not turn it again.
    clipped: (h, w) bool where the decoder knows it better than the samples do (RAW), or None.
    capture: what the file says of how it was taken (DICOM), or None.
    """

    format: str
    samples: NDArray[Any]
    model: str
    bit_depth: int
    alpha: NDArray[np.bool_] | None
    profile: bytes | None
    encoding: RgbEncoding | None
    encoding_from: str
    exif: Image.Exif | None
    kinds: frozenset[str]
    warnings: tuple[str, ...]
    upright: bool = False
    clipped: NDArray[np.bool_] | None = None
    capture: CaptureRecord | None = None


def damaged(where: str, expected: str) -> PhotographError:
    """The error for picture data that a decoder gave up on."""
    return PhotographError(
        "the picture data are damaged or cut short", where=where, expected=f"an intact {expected}",
        do="copy the file again from the camera",
    )  # fmt: skip


def split_alpha(pixels: NDArray[Any], opaque: int) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """(h, w, 2 or 4) -> colour and opacity; (h, w), (h, w, 1 or 3) -> colour alone."""
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    if pixels.shape[2] in (1, 3):
        return pixels, None
    alpha: NDArray[np.bool_] = pixels[..., -1] == opaque
    return np.ascontiguousarray(pixels[..., :-1]), alpha


def exif_of(picture: Image.Image) -> tuple[Image.Exif | None, list[str]]:
    """Parsed EXIF, or None and a sentence when it is damaged."""
    try:
        exif = picture.getexif()
        privacy.kinds_in_exif(exif)
    except privacy.EXIF_ERRORS:
        return None, ["the EXIF block is damaged: orientation not known, taken as stored"]
    return exif, []


def kinds_of(exif: Image.Exif | None) -> set[str]:
    """Kinds of personal data in an EXIF block that may have been unreadable."""
    return privacy.kinds_in_exif(exif) if exif is not None else {"unreadable EXIF block"}
