"""Samples of a 16-bit PNG at full depth (the usual picture libraries keep 8 bits of a colour PNG)."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import PhotographError
from skintwin.photo.png_chunks import PngHeader

if TYPE_CHECKING:
    from collections.abc import Callable

_CHANNELS: Final = {0: 1, 2: 3, 4: 2, 6: 4}


def decode_16bit(found: list[tuple[bytes, bytes]], head: PngHeader, where: str) -> NDArray[np.uint16]:
    """Decode a non-interlaced 16-bit PNG.

    found: chunks of the file. Returns (h, w, channels) uint16.
    Raises PhotographError for interlaced files and for data that are short, long or wrongly filtered.
    """
    if head.interlaced:
        raise PhotographError(
            "16-bit PNG stored interlaced", where=where, expected="a 16-bit PNG without interlacing",
            do="save it again with interlacing (Adam7) off",
        )
    step = 2 * _CHANNELS[head.colour_type]
    row = 1 + head.width * step
    packed = b"".join(content for kind, content in found if kind == b"IDAT")
    rows = np.frombuffer(bytearray(_inflate(packed, row * head.height, where)), np.uint8).reshape(head.height, row)
    if rows[:, 0].max() > 4:
        raise PhotographError("the PNG uses an unknown row filter", where=where, do="save the picture again")
    _unfilter()(rows, step)
    samples = np.empty((head.height, (row - 1) // 2), dtype=np.uint16)
    for y in range(head.height):  # row by row: a third copy would not fit into the memory allowed
        samples[y] = rows[y, 1:].view(">u2")
    return samples.reshape(head.height, head.width, -1)


def _inflate(packed: bytes, size: int, where: str) -> bytes:
    """Decompress to exactly ``size`` bytes and never more, so a small file cannot fill the memory."""
    stream = zlib.decompressobj()
    try:
        body = stream.decompress(packed, size)
    except zlib.error as error:
        raise PhotographError(
            "the PNG's picture data are damaged", where=where, do="copy the file again from the camera"
        ) from error
    if len(body) != size:
        raise PhotographError(
            "the PNG holds fewer pixels than its header says (truncated file)", where=where,
            do="copy the file again from the camera",
        )
    return body


def _unfilter() -> Callable[[NDArray[np.uint8], int], None]:
    """Compile the row filters' inverse on first use (numba is slow to import)."""
    import numba

    compiled: Any = numba.njit(cache=True)(_undo_filters)
    return compiled  # type: ignore[no-any-return]


def _undo_filters(rows: NDArray[np.uint8], step: int) -> None:
    """Undo filters 0 to 4 in place. rows: (h, 1 + bytes) with the filter number in column 0."""
    height, width = rows.shape
    for y in range(height):
        kind = rows[y, 0]
        for x in range(1, width):
            left = int(rows[y, x - step]) if x > step else 0
            up = int(rows[y - 1, x]) if y > 0 else 0
            corner = int(rows[y - 1, x - step]) if x > step and y > 0 else 0
            guess = 0
            if kind == 1:
                guess = left
            elif kind == 2:
                guess = up
            elif kind == 3:
                guess = (left + up) // 2
            elif kind == 4:  # Paeth: whichever neighbour is nearest to left + up - corner
                p = left + up - corner
                a, b, c = abs(p - left), abs(p - up), abs(p - corner)
                guess = left if a <= b and a <= c else (up if b <= c else corner)
            rows[y, x] = (int(rows[y, x]) + guess) & 255
