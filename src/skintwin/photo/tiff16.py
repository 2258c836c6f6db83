"""Samples of a 16-bit TIFF at full depth.

The picture library keeps 8 bits of a 16-bit colour TIFF, so the file is handed to it relabelled as an 8-bit picture of
twice the width: strips, tiles and compression stay as they are, and the bytes that come back are put together
here.
"""

from __future__ import annotations

import io
import struct
import warnings
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import TiffImagePlugin

from skintwin.errors import PhotographError
from skintwin.photo.decoded import DECODER_ERRORS, damaged
from skintwin.photo.tiff_directory import Directory

_STRIPS, _TILES = (273, 279), (324, 325)
_AS_8BIT: Final = {1: (1, 1), 2: (5, 4), 3: (2, 3), 4: (5, 4)}
"""Channels of 16 bits -> (photometric interpretation, channels of 8 bits): grey, CMYK, RGB, CMYK."""
_ROWS: Final = 256
_LOSSLESS: Final = {1: "none", 5: "LZW", 8: "deflate", 32946: "deflate", 32773: "PackBits"}


def samples_16bit(data: bytes, page: Directory, where: str) -> NDArray[np.uint16]:
    """(h, w, channels) uint16. Raises PhotographError for other compressions and damaged data."""
    width, height, channels = page.integer(256, 0), page.integer(257, 0), page.integer(277, 1)
    compression, predictor = page.integer(259, 1), page.integer(317, 1)
    if compression not in _LOSSLESS or predictor not in (1, 2):
        raise PhotographError(
            f"is a 16-bit TIFF of compression {compression}, predictor {predictor}", where=where,
            expected="none, LZW, deflate or PackBits", do="save it again with LZW compression, or as 16-bit PNG",
        )  # fmt: skip
    planes = channels if page.integer(284, 1) == 2 else 1
    inner = channels // planes
    tile = page.integer(322, 0)
    parts = [_plane(data, page, i, planes, inner, where) for i in range(planes)]
    samples = [part.view(f"{page.order}u2").reshape(height, width, inner) for part in parts]
    whole: NDArray[np.uint16] = samples[0] if planes == 1 else np.concatenate(samples, axis=2)
    whole = whole.astype(np.uint16, copy=False)
    if predictor == 2:
        step = tile or width
        for start in range(0, width, step):  # differences restart at each tile
            block = whole[:, start : start + step]
            np.cumsum(block, axis=1, dtype=np.uint16, out=block)
    return whole


def _plane(
    data: bytes, page: Directory, index: int, planes: int, inner: int, where: str
) -> NDArray[np.uint8]:
    """(h, bytes of a row) of one plane (all channels when they are interleaved)."""
    width, height = page.integer(256, 0), page.integer(257, 0)
    tiled = page.integer(322, 0) > 0
    offset_tag, count_tag = _TILES if tiled else _STRIPS
    offsets, counts = page.integers(offset_tag), page.integers(count_tag)
    each = len(offsets) // planes
    mine = slice(index * each, (index + 1) * each)
    photometric, channels = _AS_8BIT[inner]
    wider = 2 * inner // channels
    entries = {256: width * wider, 257: height, 259: page.integer(259, 1), 262: photometric, 277: channels, 284: 1}
    if tiled:
        entries |= {322: page.integer(322, 0) * wider, 323: page.integer(323, 0)}
    else:
        entries[278] = min(page.integer(278, height), height)
    lists = {258: (8,) * channels, offset_tag: offsets[mine], count_tag: counts[mine]}
    relabelled = _relabelled(data, entries, lists)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the size has been judged by check_size
            picture = TiffImagePlugin.TiffImageFile(io.BytesIO(relabelled))
            picture.load()
    except DECODER_ERRORS as error:
        raise damaged(where, "TIFF") from error
    row = 2 * width * inner
    if picture.size != (width * wider, height) or len(picture.getbands()) != channels:
        raise damaged(where, "TIFF")
    content = np.empty((height, row), np.uint8)
    for top in range(0, height, _ROWS):  # the library copies what it gives twice: never the whole
        rows = picture.crop((0, top, picture.width, min(top + _ROWS, height)))
        content[top : top + _ROWS] = np.asarray(rows).reshape(-1, row)
    return content


def _relabelled(data: bytes, entries: dict[int, int], lists: dict[int, tuple[int, ...]]) -> bytes:
    """The file with another first directory at its end, in little-endian order."""
    end = len(data) + len(data) % 2
    tail = b""
    fields: list[tuple[int, bytes]] = [(tag, struct.pack("<HHII", tag, 4, 1, value)) for tag, value in entries.items()]
    for tag, values in lists.items():
        packed = struct.pack(f"<{len(values)}I", *values)
        place: Any = end + len(tail)
        if len(values) == 1:
            place = values[0]
        else:
            tail += packed
        fields.append((tag, struct.pack("<HHII", tag, 4, len(values), place)))
    fields.sort()
    directory = struct.pack("<H", len(fields)) + b"".join(field for _, field in fields) + bytes(4)
    at = end + len(tail)
    return b"".join((b"II*\0", struct.pack("<I", at), data[8:], bytes(len(data) % 2), tail, directory))
