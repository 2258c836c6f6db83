"""Reading a photograph: file -> linear colour, upright, with what was assumed and dropped said."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from skintwin.errors import PhotographError
from skintwin.photo.capture import CaptureRecord, merged, read_capture, record_beside
from skintwin.photo.colour_space import linear_colour
from skintwin.photo.decode import decode_jpeg, decode_png
from skintwin.photo.decoded import Decoded
from skintwin.photo.orientation import upright
from skintwin.photo.photograph import Photograph, SourceInfo
from skintwin.photo.signatures import picture_format, read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

_ORIENTATION_TAG = 274
_STRIP = 256  # rows
_RARE: Final = {
    "TIFF": ("tiff", "decode_tiff"),
    "WEBP": ("webp", "decode_webp"),
    "HEIC": ("heif", "decode_heic"),
    "RAW": ("raw", "decode_raw"),
    "DICOM": ("dicom", "decode_dicom"),
}
"""Format -> file of this room and its decoder."""


def read_photograph(
    path: str | os.PathLike[str], *, allow_greyscale: bool = False, capture: CaptureRecord | None = None
) -> Photograph:
    """Read a PNG, JPEG, TIFF, WebP, HEIC, camera RAW or DICOM photograph into linear sRGB.

    path: the file. allow_greyscale: read grey pictures as three equal channels instead of refusing them
    (for masks and lightness; pigment and blood cannot be told apart in them). capture: how it was taken; when not
    given, it is read from ``<name>.capture.yaml`` (.yml, .json) beside the photograph, and from DICOM.

    Honoured: ICC matrix profiles in floating point, look-up profiles through the colour library, the PNG
    chunks cICP, sRGB, gAMA and cHRM, HEIC's colour box, EXIF's Adobe RGB flag, all eight orientations once, 16-bit
    PNG and TIFF, 10-bit HEIC, RAW and DICOM at full depth. Transparent pixels are marked invalid. No name, place,
    time or device is kept.

    Raises PhotographError (what, where, expected, do) for anything that cannot be measured safely: see
    docs/photographs.md for the list. Raises ConfigError for a capture record that is wrong.
    """
    where = os.fspath(path)
    data = read_bytes(Path(path))
    sha256 = hashlib.sha256(data).hexdigest()
    decoded = decode(data, where)
    del data
    if not allow_greyscale:
        _refuse_grey(decoded, where)
    orientation, more = (1, []) if decoded.upright else _orientation(decoded.exif)
    height, width = decoded.samples.shape[:2]
    decoded = _turned(decoded, orientation)
    if decoded.alpha is not None and not decoded.alpha.any():
        raise PhotographError("the whole picture is transparent", where=where, do="save it without alpha")
    # A picture of 50 million pixels takes 600 MiB of linear colour: everything else is done beforehand or afterwards.
    clipped, remarks = _clipped(decoded), _remarks(decoded)
    linear, space, said_by, notes = linear_colour(decoded, where)
    decoded = dataclasses.replace(decoded, samples=np.empty((0, 0, 3), np.uint8))
    valid = np.ones(linear.shape[:2], dtype=np.bool_) if decoded.alpha is None else decoded.alpha
    source = SourceInfo(decoded.format, width, height, decoded.bit_depth, space, said_by, orientation)
    beside = record_beside(Path(path)) if capture is None else None
    if beside is not None:
        capture = read_capture(beside)
    return Photograph(
        linear_srgb=linear,
        valid=valid,
        clipped=clipped,
        source=source,
        warnings=(*decoded.warnings, *notes, *more, *remarks),
        dropped=tuple(sorted(decoded.kinds)),
        sha256=sha256,
        capture=merged(decoded.capture, capture, str(beside or where)),
    )


def decode(data: bytes, where: str) -> Decoded:
    """Stored samples of a file of any format that is read. Rare formats are imported when they come."""
    kind = picture_format(data, where)
    if kind == "PNG":
        return decode_png(data, where)
    if kind == "JPEG":
        return decode_jpeg(data, where)
    module, name = _RARE[kind]
    decoder: Callable[[bytes, str], Decoded] = getattr(importlib.import_module(f"skintwin.photo.{module}"), name)
    return decoder(data, where)


def _turned(decoded: Decoded, orientation: int) -> Decoded:
    """Upright samples: turned before they become floating point, when they are still small."""
    alpha = None if decoded.alpha is None else upright(decoded.alpha, orientation)
    return dataclasses.replace(decoded, samples=upright(decoded.samples, orientation), alpha=alpha)


def _clipped(decoded: Decoded) -> NDArray[np.bool_]:
    """Where a stored channel is at its ceiling."""
    if decoded.clipped is not None:
        return decoded.clipped
    full = np.zeros(decoded.samples.shape[:2], dtype=np.bool_)
    if decoded.model != "CMYK":
        top = 2**decoded.bit_depth - 1
        for channel in np.moveaxis(decoded.samples, -1, 0) if decoded.samples.ndim == 3 else [decoded.samples]:
            full |= channel == top
    return full


def _refuse_grey(decoded: Decoded, where: str) -> None:
    samples = decoded.samples
    grey = decoded.model == "GREY"
    if decoded.model == "RGB":
        grey = all(  # in strips, so that a large colour photograph is told by its first
            np.array_equal(strip[..., 0], strip[..., 1]) and np.array_equal(strip[..., 1], strip[..., 2])
            for strip in (samples[top : top + _STRIP] for top in range(0, len(samples), _STRIP))
        )
    if grey:
        raise PhotographError(
            "is a greyscale picture: one channel cannot tell melanin from blood", where=where,
            expected="a colour photograph", do="use the original colour photograph",
        )


def _orientation(exif: Image.Exif | None) -> tuple[int, list[str]]:
    value = exif.get(_ORIENTATION_TAG, 1) if exif is not None else 1
    if isinstance(value, int) and 1 <= value <= 8:
        return value, []
    return 1, ["the EXIF orientation is not one of 1 to 8; the picture is taken as stored"]


def _remarks(decoded: Decoded) -> list[str]:
    remarks = []
    if decoded.alpha is not None and not decoded.alpha.all():
        remarks.append(f"{100 * (1 - decoded.alpha.mean()):.1f} % of the picture is transparent and is not measured")
    # A decoder fills what a damaged file lacks with flat grey; no camera writes a perfectly flat band.
    band = decoded.samples[-8:]
    if decoded.format == "JPEG" and np.all(band == band[:1, :1]):
        remarks.append("the last rows are perfectly flat: a border, or a file that was repaired")
    return remarks
