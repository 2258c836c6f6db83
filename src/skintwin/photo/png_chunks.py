"""The chunks of a PNG file, read before any pixel is decoded (PNG specification, third edition)."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Final

from skintwin.errors import PhotographError
from skintwin.photo import limits

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_DAMAGED: Final = "copy the file again from the camera; a damaged picture is not measured"


@dataclass(frozen=True)
class PngHeader:
    """IHDR. colour_type: 0 grey, 2 RGB, 3 palette, 4 grey + alpha, 6 RGB + alpha. bit_depth: 1 to 16."""

    width: int
    height: int
    bit_depth: int
    colour_type: int
    interlaced: bool


def chunks(data: bytes, where: str) -> list[tuple[bytes, bytes]]:
    """Split a PNG file into (type, content) pairs, in order.

    Raises PhotographError when the file ends before IEND or a critical chunk's checksum is wrong.
    """
    found: list[tuple[bytes, bytes]] = []
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind = data[at + 4 : at + 8]
        if at + 12 + length > len(data) or len(found) == limits.MOST_CHUNKS:
            break
        content = data[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack_from(">I", data, at + 8 + length)
        critical = not kind[0] & 0x20  # upper-case first letter: the picture cannot be read without it
        if critical and zlib.crc32(kind + content) != checksum:
            raise PhotographError(
                f"checksum of the PNG chunk at byte {at} is wrong", where=where, expected="an intact PNG",
                do=_DAMAGED,
            )
        found.append((kind, content))
        if kind == b"IEND":
            return found
        at += 12 + length
    raise PhotographError(
        "the PNG ends before its last chunk (truncated file)", where=where, expected="a complete PNG",
        do=_DAMAGED,
    )


def header(found: list[tuple[bytes, bytes]], where: str) -> PngHeader:
    """Read IHDR, which must come first. Raises PhotographError when it is missing or impossible."""
    if not found or found[0][0] != b"IHDR" or len(found[0][1]) != 13:
        raise PhotographError("the PNG has no header chunk", where=where, do=_DAMAGED)
    width, height, depth, colour, method, filtering, interlace = struct.unpack(">IIBBBBB", found[0][1])
    allowed = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
    sound = width > 0 and height > 0 and method == 0 and filtering == 0 and interlace in (0, 1)
    if not sound or depth not in allowed.get(colour, ()):
        raise PhotographError("the PNG header contradicts itself", where=where, do=_DAMAGED)
    return PngHeader(width, height, depth, colour, bool(interlace))
