"""WebP: still pictures, lossy or lossless (RFC 9649)."""

from __future__ import annotations

import io
import struct
import warnings
from typing import Final

import numpy as np
from PIL import Image

from skintwin.errors import PhotographError
from skintwin.photo import limits, privacy
from skintwin.photo.decoded import DECODER_ERRORS, Decoded, damaged, exif_of, kinds_of, split_alpha
from skintwin.photo.signatures import check_size

_KNOWN: Final = (b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP", b"EXIF", b"XMP ")


def decode_webp(data: bytes, where: str) -> Decoded:
    """Decode a WebP. Raises PhotographError when damaged, animated, too large or too small."""
    found = _chunks(data, where)
    kinds_present = {kind for kind, _ in found}
    if kinds_present & {b"ANIM", b"ANMF"}:
        raise PhotographError("is an animated WebP", where=where, expected="a single still picture",
                              do="export the one frame that is to be measured")  # fmt: skip
    check_size(*_size(found, where), where)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the size has been judged by check_size
            picture = Image.open(io.BytesIO(data), formats=["WEBP"])
            picture.load()
    except DECODER_ERRORS as error:
        raise damaged(where, "WebP") from error
    exif, notes = exif_of(picture)
    kinds = kinds_of(exif)
    if b"XMP " in kinds_present:
        kinds.add(privacy.XMP)
    if kinds_present - set(_KNOWN):
        kinds.add(privacy.EXTRA)
    samples, alpha = split_alpha(np.asarray(picture), 255)
    return Decoded("WEBP", samples, "RGB", 8, alpha, picture.info.get("icc_profile"), None, "", exif,
                   frozenset(kinds), tuple(notes))  # fmt: skip


def _chunks(data: bytes, where: str) -> list[tuple[bytes, bytes]]:
    """(type, first 16 bytes) of each chunk. Raises PhotographError when the file is cut short."""
    (length,) = struct.unpack_from("<I", data.ljust(12, b"\0"), 4)
    end = 8 + length
    found: list[tuple[bytes, bytes]] = []
    at = 12
    while at + 8 <= min(end, len(data)) and len(found) < limits.MOST_CHUNKS:
        kind, size = struct.unpack_from("<4sI", data, at)
        found.append((kind, data[at + 8 : at + 24]))
        at += 8 + size + size % 2
    if end > len(data) or at > len(data) + 1 or not found:
        raise PhotographError(
            "the WebP ends before its picture does (truncated file)", where=where, expected="a complete WebP",
            do="copy the file again from the camera; a damaged picture is not measured",
        )  # fmt: skip
    return found


def _size(found: list[tuple[bytes, bytes]], where: str) -> tuple[int, int]:
    """The largest width and height that any chunk declares."""
    width = height = 0
    for kind, head in found:
        if kind == b"VP8X" and len(head) >= 10:
            w, h = 1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little")
        elif kind == b"VP8 " and len(head) >= 10:
            w, h = (int.from_bytes(head[i : i + 2], "little") & 0x3FFF for i in (6, 8))
        elif kind == b"VP8L" and len(head) >= 5:
            bits = int.from_bytes(head[1:5], "little")
            w, h = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        else:
            continue
        width, height = max(width, w), max(height, h)
    if not width or not height:
        raise damaged(where, "WebP")
    return width, height
