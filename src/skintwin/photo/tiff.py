"""TIFF of 8 or 16 bits: grey, RGB, palette, YCbCr, CMYK with a profile (TIFF 6.0)."""

from __future__ import annotations

import io
import warnings
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from skintwin.errors import PhotographError
from skintwin.photo import limits, privacy
from skintwin.photo.decoded import DECODER_ERRORS, Decoded, damaged, split_alpha
from skintwin.photo.signatures import check_size
from skintwin.photo.tiff16 import samples_16bit
from skintwin.photo.tiff_directory import PHOTOMETRIC, Directory, directories, pictures

_PROFILE, _COMPRESSION, _BITS, _FORMAT, _SAMPLES, _EXTRA = 34675, 259, 258, 339, 277, 338
_COLOURS: Final = {0: "GREY", 1: "GREY", 2: "RGB", 3: "RGB", 5: "CMYK", 6: "RGB"}
_CHANNELS: Final = {"GREY": 1, "RGB": 3, "CMYK": 4}
_REFUSED: Final = {4: "a transparency mask", 8: "CIE L*a*b*", 9: "ICC L*a*b*", 10: "ITU L*a*b*", 32844: "LogL",
                   32845: "LogLuv"}  # fmt: skip
_LARGEST_TILE: Final = 16384
_EXPORT: Final = "export it as RGB of 8 or 16 bits"


def decode_tiff(data: bytes, where: str) -> Decoded:
    """Decode a TIFF. Raises PhotographError when damaged, of several pages, or not 8 or 16 bits of a plain colour."""
    found = directories(data, where)
    pages = [one for one in pictures(found) if one.parent is None and not one.reduced]
    if len(pages) > 1:
        raise PhotographError(f"is a TIFF of {len(pages)} pages", where=where, expected="a single picture",
                              do="export the one page that is to be measured")  # fmt: skip
    page = found[0]
    model, depth = _checked(page, where)
    samples: NDArray[Any]
    if depth == 16:
        samples, alpha = split_alpha(samples_16bit(data, page, where), 65535)
        if page.integer(PHOTOMETRIC, 2) == 0:
            samples = 65535 - samples
    else:
        samples, alpha = split_alpha(_samples_8bit(data, where), 255) if model != "CMYK" else (_cmyk(data, where), None)
    if page.integer(_EXTRA, 0) == 1 and alpha is not None and not alpha.all():
        raise PhotographError("its colours are multiplied with their opacity", where=where,
                              expected="a picture without transparency", do="flatten it and save it again")  # fmt: skip
    exif = Image.Exif()
    exif[274] = page.integer(274, 1)
    kinds = privacy.kinds_in_tags({tag for one in found for tag in one.entries})
    if len(list(pictures(found))) > 1:
        kinds.add(privacy.THUMBNAIL)
    return Decoded("TIFF", samples, model if samples.shape[2] != 1 else "GREY", depth, alpha, page.content(_PROFILE),
                   None, "", exif, frozenset(kinds), (), upright=depth == 8)  # the library turns what it decodes


def _checked(page: Directory, where: str) -> tuple[str, int]:
    """(colour model, bits) of a picture that can be read; refusals by name for the others."""
    photometric = page.integer(PHOTOMETRIC, -1)
    model = _COLOURS.get(photometric)
    if model is None:
        name = _REFUSED.get(photometric, f"photometric interpretation {photometric}" if photometric >= 0 else "nothing")
        raise PhotographError(f"is a TIFF whose numbers mean {name}", where=where,
                              expected="RGB, grey, palette, YCbCr or CMYK", do=_EXPORT)  # fmt: skip
    bits = page.integers(_BITS) or (1,)
    if set(page.integers(_FORMAT)) - {1, 4}:
        raise PhotographError(f"is a TIFF of {bits[0]}-bit floating-point or signed numbers", where=where,
                              expected="unsigned integers of 8 or 16 bits", do=_EXPORT)  # fmt: skip
    channels = page.integer(_SAMPLES, 1)
    narrow = photometric in (0, 1, 3) and set(bits) <= {1, 2, 4} and channels == 1
    usual_bits = len(set(bits)) == 1 and (bits[0] == 8 or (bits[0] == 16 and photometric in (0, 1, 2)))
    if not narrow and not usual_bits:
        raise PhotographError(f"is a TIFF of {bits[0]} bits a channel", where=where,
                              expected="8 bits, or 16 bits of RGB or grey", do=_EXPORT)  # fmt: skip
    usual = 1 if photometric == 3 else _CHANNELS[model]
    if channels not in (usual, usual + 1) or (model == "CMYK" and channels != 4):
        raise PhotographError(f"is a TIFF of {channels} channels", where=where, expected=f"{usual}", do=_EXPORT)
    wide = bits[0] == 16
    check_size(page.integer(256, 0), page.integer(257, 0), where,
               limits.LARGEST_PIXELS_16BIT if wide else limits.LARGEST_PIXELS)  # fmt: skip
    _check_layout(page, where)
    return model, 16 if wide else 8


def _check_layout(page: Directory, where: str) -> None:
    """Strips or tiles must be of a size that the picture can have; the decoder trusts these numbers."""
    sides = page.integer(322, 16), page.integer(323, 16)
    tiled = 322 in page.entries or 324 in page.entries
    offsets, counts = page.integers(324 if tiled else 273), page.integers(325 if tiled else 279)
    sound = all(0 < side <= _LARGEST_TILE and side % 16 == 0 for side in sides) and page.integer(278, 1) > 0
    if not sound or not offsets or len(offsets) != len(counts):
        raise PhotographError("the strips or tiles of the TIFF are of an impossible size", where=where,
                              expected="an intact TIFF", do="copy the file again, or save it as PNG")  # fmt: skip


def _open(data: bytes, where: str) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the size has been judged by check_size
            picture = TiffImagePlugin.TiffImageFile(io.BytesIO(data))
            picture.load()
    except DECODER_ERRORS as error:
        raise damaged(where, "TIFF of a usual compression") from error
    return picture


def _samples_8bit(data: bytes, where: str) -> NDArray[np.uint8]:
    """(h, w, 1 to 4) of a picture of at most 8 bits."""
    picture = _open(data, where)
    modes = {"1": "L", "L": "L", "LA": "LA", "RGB": "RGB", "RGBA": "RGBA", "RGBX": "RGB", "P": "RGB", "PA": "RGBA",
             "YCbCr": "RGB"}  # fmt: skip
    if picture.mode not in modes:
        raise damaged(where, "TIFF of a usual layout")
    wanted = modes[picture.mode]
    return np.asarray(picture if wanted == picture.mode else picture.convert(wanted))


def _cmyk(data: bytes, where: str) -> NDArray[np.uint8]:
    picture = _open(data, where)
    if picture.mode != "CMYK":
        raise damaged(where, "CMYK TIFF")
    return np.asarray(picture)
