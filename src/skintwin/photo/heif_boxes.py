"""The boxes of a HEIC, read before any pixel is decoded (ISO/IEC 14496-12 and 23008-12)."""

from __future__ import annotations

import struct
from typing import Final

from skintwin.errors import PhotographError
from skintwin.photo import limits
from skintwin.photo.signatures import check_size

_CONTAINERS: Final = {b"meta": 4, b"iprp": 0, b"ipco": 0}
"""Boxes that hold boxes, and how many bytes come first."""

_MOST_ITEMS: Final = 4096


def check_boxes(data: bytes, where: str) -> list[tuple[bytes, bytes]]:
    """(type, first 64 bytes) of each box of interest.

    Raises PhotographError when a box leaves the file, a picture is declared too large, or there are more than any
    camera writes.
    """
    found: list[tuple[bytes, bytes]] = []
    _walk(data, 0, len(data), found, where)
    if not any(kind == b"meta" for kind, _ in found):
        raise PhotographError("the HEIC has no picture in it", where=where, expected="an intact HEIC",
                              do="copy the file again from the camera")  # fmt: skip
    for kind, head in found:
        if kind == b"ispe" and len(head) >= 12:
            width, height = struct.unpack_from(">II", head, 4)
            if width * height > limits.LARGEST_PIXELS:
                check_size(width, height, where)
    if sum(kind == b"ispe" for kind, _ in found) > _MOST_ITEMS:
        raise PhotographError("the HEIC declares thousands of pictures", where=where, expected="a photograph",
                              do="export the one picture that is to be measured")  # fmt: skip
    return found


def has_turns(found: list[tuple[bytes, bytes]]) -> bool:
    """Whether the container turns or mirrors any picture."""
    return any(kind == b"imir" or (kind == b"irot" and head[:1] not in (b"", b"\0")) for kind, head in found)


def _walk(data: bytes, at: int, end: int, found: list[tuple[bytes, bytes]], where: str) -> None:
    while at + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1 and at + 16 <= end:
            (size,) = struct.unpack_from(">Q", data, at + 8)
            head = 16
        elif size == 0:
            size = end - at
        if size < head or at + size > end or len(found) >= limits.MOST_CHUNKS:
            raise PhotographError(
                f"the HEIC's box at byte {at} leaves the file (truncated file)", where=where,
                expected="a complete HEIC", do="copy the file again from the camera; a damaged picture is not measured",
            )  # fmt: skip
        found.append((kind, data[at + head : at + min(size, head + 64)]))
        if kind in _CONTAINERS:
            _walk(data, at + head + _CONTAINERS[kind], at + size, found, where)
        at += size
