"""PNG and JPEG bytes -> stored samples, with refusals for whatever could be decoded only by guessing."""

from __future__ import annotations

import io
import struct
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from skintwin.errors import PhotographError
from skintwin.photo import jpeg_segments, limits, png_chunks, privacy
from skintwin.photo.decoded import DECODER_ERRORS, Decoded, damaged, exif_of, kinds_of
from skintwin.photo.png16 import decode_16bit
from skintwin.photo.png_colour import encoding_from_chunks
from skintwin.photo.signatures import check_size


def decode_png(data: bytes, where: str) -> Decoded:
    """Decode a PNG. Raises PhotographError when damaged, animated, too large or too small."""
    found = png_chunks.chunks(data, where)
    head = png_chunks.header(found, where)
    check_size(head.width, head.height, where,
               limits.LARGEST_PIXELS_16BIT if head.bit_depth == 16 else limits.LARGEST_PIXELS)  # fmt: skip
    by_kind = dict(reversed(found))
    if len(by_kind.get(b"acTL", b"")) >= 4 and struct.unpack_from(">I", by_kind[b"acTL"])[0] > 1:
        raise PhotographError("is an animated PNG", where=where, expected="a single still picture",
                              do="export the one frame that is to be measured")
    picture = _load(data, where)
    samples: NDArray[Any]
    exif, notes = exif_of(picture)
    profile = picture.info.get("icc_profile")
    kinds = privacy.kinds_in_png(found) | kinds_of(exif)
    if head.bit_depth == 16:
        picture.close()
        del picture  # it holds 8 of the 16 bits
        samples, alpha = _split_16bit(decode_16bit(found, head, where), by_kind.get(b"tRNS"))
    else:
        samples, alpha, more = _split_8bit(picture)
        notes += more
    return Decoded(
        "PNG", samples, "GREY" if samples.shape[2] == 1 else "RGB", 16 if head.bit_depth == 16 else 8, alpha,
        profile, encoding_from_chunks(found, where), "PNG chunks", exif, frozenset(kinds),
        tuple(notes),
    )


def decode_jpeg(data: bytes, where: str) -> Decoded:
    """Decode a JPEG. Raises PhotographError when damaged, lossless, not 8 bit, too large or too small."""
    found = jpeg_segments.segments(data, where)
    head = jpeg_segments.header(found, where)
    check_size(head.width, head.height, where)
    if head.bit_depth != 8 or head.lossless or head.components not in (1, 3, 4):
        raise PhotographError(
            f"is a JPEG of {head.bit_depth} bits and {head.components} channels", where=where,
            expected="an 8-bit greyscale, RGB or CMYK JPEG", do="export it as PNG",
        )
    picture = _load(data, where)
    exif, notes = exif_of(picture)
    kinds = privacy.kinds_in_jpeg(found) | privacy.kinds_after_jpeg(data) | kinds_of(exif)
    if getattr(picture, "n_frames", 1) > 1:
        kinds.add(privacy.PICTURES)
        notes.append("the file holds further pictures (preview, gain or depth map); only the first was read")
    model = {"L": "GREY", "RGB": "RGB", "CMYK": "CMYK"}[picture.mode]
    samples = np.asarray(picture)
    if samples.ndim == 2:
        samples = samples[..., None]
    return Decoded("JPEG", samples, model, 8, None, picture.info.get("icc_profile"), None, "", exif,
                   frozenset(kinds), tuple(notes))


def _load(data: bytes, where: str) -> Image.Image:
    """Decode fully or refuse: a picture that breaks off in the middle raises here."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the size has been judged by check_size
            picture = Image.open(io.BytesIO(data), formats=["PNG", "JPEG"])
            picture.load()
    except DECODER_ERRORS as error:
        raise damaged(where, "PNG or JPEG") from error
    return picture


def _split_8bit(picture: Image.Image) -> tuple[NDArray[np.uint8], NDArray[np.bool_] | None, list[str]]:
    """Samples, opacity and remarks of a PNG of at most 8 bits."""
    notes = []
    if picture.mode == "P":
        notes.append("palette picture: colours were reduced when it was saved")
    grey = picture.mode in ("1", "L", "LA", "I;16")
    clear = "A" in picture.mode or "transparency" in picture.info
    target = ("LA" if grey else "RGBA") if clear else ("L" if grey else "RGB")
    pixels = np.asarray(picture.convert(target))
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    if not clear:
        return pixels, None, notes
    return pixels[..., :-1], pixels[..., -1] == 255, notes


def _split_16bit(
    pixels: NDArray[np.uint16], key: bytes | None
) -> tuple[NDArray[np.uint16], NDArray[np.bool_] | None]:
    """Samples and opacity of a 16-bit PNG; ``key`` is the tRNS chunk: one colour that means transparent."""
    if pixels.shape[2] in (2, 4):
        return pixels[..., :-1], pixels[..., -1] == 65535
    if key is not None and len(key) == 2 * pixels.shape[2]:
        return pixels, np.any(pixels != np.frombuffer(key, dtype=">u2"), axis=-1)
    return pixels, None
