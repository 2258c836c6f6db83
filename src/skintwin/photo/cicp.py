"""Colours named by code points (ITU-T H.273), as PNG's cICP chunk and HEIC's nclx box do."""

from __future__ import annotations

from typing import Final

from skintwin.errors import PhotographError
from skintwin.photo.encoding import KNOWN_PRIMARIES, SRGB, RgbEncoding, matrix_from_primaries

UNSPECIFIED: Final = 2
SRGB_CURVE: Final = 13
VIDEO_CURVES: Final = (1, 6, 14, 15)
_PRIMARIES: Final = {1: "sRGB", 9: "Rec. 2020", 12: "Display P3"}  # H.273, table 2


def encoding_from_codes(primaries: int, transfer: int, where: str, said_in: str) -> RgbEncoding:
    """The encoding of a pair of code points (H.273, tables 2 and 3) with the sRGB curve.

    Raises PhotographError for other curves (video, high dynamic range) and other primaries.
    """
    name = _PRIMARIES.get(primaries)
    if name is None or transfer != SRGB_CURVE:
        raise PhotographError(
            f"uses a video or high-dynamic-range colour coding ({said_in})", where=where,
            expected="sRGB, Display P3 or an embedded profile",
            do="export the photograph as a standard-range PNG or JPEG",
        )  # fmt: skip
    return RgbEncoding(name, SRGB.curves, matrix_from_primaries(KNOWN_PRIMARIES[name]))
