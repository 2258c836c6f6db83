"""Colour space of a PNG without a profile, from its cICP, sRGB, gAMA and cHRM chunks (in that order)."""

from __future__ import annotations

import struct
from typing import Final

from skintwin.errors import PhotographError
from skintwin.photo.cicp import encoding_from_codes
from skintwin.photo.encoding import (
    SRGB,
    RgbEncoding,
    matrix_from_primaries,
    power_curve,
    recognise,
)

_SRGB_GAMMA: Final = 45455  # what writers store to approximate the sRGB curve


def encoding_from_chunks(found: list[tuple[bytes, bytes]], where: str) -> RgbEncoding | None:
    """Encoding said by the file's chunks; None when it says nothing.

    Raises PhotographError for high-dynamic-range transfer curves and for impossible primaries.
    """
    by_kind = dict(reversed(found))
    if b"cICP" in by_kind:
        return _from_cicp(by_kind[b"cICP"], where)
    if b"sRGB" in by_kind:
        return SRGB
    if b"gAMA" not in by_kind and b"cHRM" not in by_kind:
        return None
    return _from_gamma(by_kind.get(b"gAMA"), by_kind.get(b"cHRM"), where)


def _from_cicp(content: bytes, where: str) -> RgbEncoding:
    codes = content if len(content) == 4 and content[2] == 0 else bytes(4)  # 0 is reserved: refused by name
    return encoding_from_codes(codes[0], codes[1], where, "PNG chunk cICP")


def _from_gamma(gama: bytes | None, chrm: bytes | None, where: str) -> RgbEncoding:
    try:
        gamma = struct.unpack(">I", gama)[0] if gama is not None else _SRGB_GAMMA
        if not gamma:
            raise ValueError("gamma of zero")
        matrix = SRGB.matrix
        if chrm is not None:
            wx, wy, rx, ry, gx, gy, bx, by = (v / 1e5 for v in struct.unpack(">8I", chrm))
            matrix = matrix_from_primaries(((rx, ry), (gx, gy), (bx, by), (wx, wy)))
    except (struct.error, ValueError) as error:
        raise PhotographError(
            "the PNG's gamma or chromaticity chunk is damaged", where=where,
            do="save the picture again as sRGB"
        ) from error
    name = recognise(matrix)
    if gamma == _SRGB_GAMMA and name == "sRGB":
        return SRGB
    curve = SRGB.curves[0] if gamma == _SRGB_GAMMA else power_curve(1e5 / gamma)
    label = f"{name or 'other RGB primaries'}, gamma {1e5 / gamma:.2f}"
    return RgbEncoding(label, (curve, curve, curve), matrix)
