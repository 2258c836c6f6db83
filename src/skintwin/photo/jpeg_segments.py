"""The segments of a JPEG file up to its picture data (ITU-T T.81, annex B), read before decoding."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from skintwin.errors import PhotographError
from skintwin.photo import limits

SIGNATURE: Final = b"\xff\xd8\xff"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN: Final = 0xDA
_DAMAGED: Final = "copy the file again from the camera; a damaged picture is not measured"


@dataclass(frozen=True)
class JpegHeader:
    """Start of frame. components: 1 grey, 3 colour, 4 CMYK. bit_depth: per channel."""

    width: int
    height: int
    bit_depth: int
    components: int
    lossless: bool


def segments(data: bytes, where: str) -> list[tuple[int, bytes]]:
    """(marker, content) pairs up to the first scan. Raises PhotographError when the file is cut short."""
    found: list[tuple[int, bytes]] = []
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise PhotographError(
                f"JPEG marker missing at byte {at}", where=where, expected="an intact JPEG", do=_DAMAGED
            )
        if data[at + 1] == 0xFF:  # fill byte
            at += 1
            continue
        marker = data[at + 1]
        (length,) = struct.unpack_from(">H", data, at + 2)
        if length < 2 or at + 2 + length > len(data) or len(found) == limits.MOST_CHUNKS:
            break
        found.append((marker, data[at + 4 : at + 2 + length]))
        at += 2 + length
        if marker == _SCAN:
            end = data.find(b"\xff\xd9", at)
            if end < 0:
                break
            _check_scans(1 + data.count(b"\xff\xda", at, end), where)
            return found
    raise PhotographError(
        "the JPEG ends before its picture does (truncated file)", where=where,
        expected="a complete JPEG", do=_DAMAGED,
    )


def _check_scans(scans: int, where: str) -> None:
    """Within picture data 0xFF is always followed by a marker, so these two bytes start a further pass."""
    if scans > limits.MOST_SCANS:
        raise PhotographError(
            f"the JPEG passes over its picture {scans} times", where=where,
            expected=f"at most {limits.MOST_SCANS} scans", do="save it again as a plain (baseline) JPEG",
        )  # fmt: skip


def header(found: list[tuple[int, bytes]], where: str) -> JpegHeader:
    """Read the start-of-frame segment. Raises PhotographError when it is missing or impossible."""
    for marker, content in found:
        if marker in _FRAMES and len(content) >= 6:
            depth, height, width, components = struct.unpack_from(">BHHB", content)
            if width == 0 or height == 0:
                break
            return JpegHeader(width, height, depth, components, marker in (0xC3, 0xC7, 0xCB, 0xCF))
    raise PhotographError("the JPEG has no readable frame header", where=where, do=_DAMAGED)
