"""Reading a photograph: file -> linear colour, upright, with what was assumed and dropped said."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
from PIL import Image

from skintwin.errors import PhotographError
from skintwin.photo.colour_space import linear_colour
from skintwin.photo.decode import Decoded, decode_jpeg, decode_png
from skintwin.photo.orientation import upright
from skintwin.photo.photograph import Photograph, SourceInfo
from skintwin.photo.signatures import picture_format, read_bytes

_ORIENTATION_TAG = 274


def read_photograph(path: str | os.PathLike[str], *, allow_greyscale: bool = False) -> Photograph:
    """Read a PNG or JPEG photograph into linear sRGB.

    path: the file. allow_greyscale: read grey pictures as three equal channels instead of refusing them
    (for masks and lightness; pigment and blood cannot be told apart in them).

    Honoured: ICC matrix profiles in floating point, look-up profiles through the colour library, the PNG
    chunks cICP, sRGB, gAMA and cHRM, EXIF's Adobe RGB flag, all eight orientations, 16-bit PNG at full depth.
    Transparent pixels are marked invalid. No name, place, time or device is kept.

    Raises PhotographError (what, where, expected, do) for anything that cannot be measured safely: see
    docs/photographs.md for the list.
    """
    where = os.fspath(path)
    data = read_bytes(Path(path))
    decoded = decode_png(data, where) if picture_format(data, where) == "PNG" else decode_jpeg(data, where)
    if not allow_greyscale:
        _refuse_grey(decoded, where)
    linear, space, said_by, notes = linear_colour(decoded, where)
    height, width = linear.shape[:2]
    valid = np.ones((height, width), dtype=np.bool_) if decoded.alpha is None else decoded.alpha
    if not valid.any():
        raise PhotographError("the whole picture is transparent", where=where, do="save it without alpha")
    clipped = (decoded.samples == 2**decoded.bit_depth - 1).any(axis=2) & (decoded.model != "CMYK")
    orientation, more = _orientation(decoded.exif)
    source = SourceInfo(decoded.format, width, height, decoded.bit_depth, space, said_by, orientation)
    return Photograph(
        linear_srgb=upright(linear, orientation),
        valid=upright(valid, orientation),
        clipped=upright(clipped, orientation),
        source=source,
        warnings=(*decoded.warnings, *notes, *more, *_remarks(decoded, valid)),
        dropped=tuple(sorted(decoded.kinds)),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _refuse_grey(decoded: Decoded, where: str) -> None:
    samples = decoded.samples
    grey = decoded.model == "GREY"
    if decoded.model == "RGB":
        grey = bool(np.all(samples[..., 0] == samples[..., 1]) and np.all(samples[..., 1] == samples[..., 2]))
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


def _remarks(decoded: Decoded, valid: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> list[str]:
    remarks = []
    if not valid.all():
        remarks.append(f"{100 * (1 - valid.mean()):.1f} % of the picture is transparent and is not measured")
    # A decoder fills what a damaged file lacks with flat grey; no camera writes a perfectly flat band.
    band = decoded.samples[-8:]
    if decoded.format == "JPEG" and np.all(band == band[:1, :1]):
        remarks.append("the last rows are perfectly flat: a border, or a file that was repaired")
    return remarks
