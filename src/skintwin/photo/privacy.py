"""Which kinds of personal data a picture carries. Only the kind is ever returned, never the value."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL import Image

LOCATION, DEVICE, SERIAL = "location", "device make and model", "device serial number"
NAMES, TIMES, COMMENTS = "names of people", "dates and times", "comments and titles"
MAKER, XMP, IPTC = "maker's private notes", "XMP packet", "IPTC record"
EXTRA = "other embedded data"

_GPS_IFD: Final = 0x8825
_EXIF_IFD: Final = 0x8769
# EXIF 3.0 tag numbers, by what they tell about people, places or devices.
_KIND_OF_TAG: Final[dict[int, str]] = {
    **dict.fromkeys((271, 272, 305, 316, 0xA432, 0xA433, 0xA434), DEVICE),
    **dict.fromkeys((0xA431, 0xA435, 0xA420, 0xC62F), SERIAL),
    **dict.fromkeys((315, 33432, 0xA430, 0x9C9D, 0xA436, 0xA437, 0xA438, 0xA439), NAMES),
    **dict.fromkeys((306, 36867, 36868, 36880, 36881, 36882, 37520, 37521, 37522), TIMES),
    **dict.fromkeys((270, 37510, 0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F), COMMENTS),
    37500: MAKER,
    _GPS_IFD: LOCATION,
}
EXIF_ERRORS: Final = (
    OSError, SyntaxError, ValueError, KeyError, IndexError, TypeError, struct.error, OverflowError,
    ZeroDivisionError,
)
"""What the picture library can raise on a hostile EXIF block."""


def kinds_in_exif(exif: Image.Exif) -> set[str]:
    """Kinds of personal data in an EXIF block, its Exif and GPS directories included."""
    tags = set(exif)
    tags.update(exif.get_ifd(_EXIF_IFD))
    kinds = {_KIND_OF_TAG[tag] for tag in tags if tag in _KIND_OF_TAG}
    if exif.get_ifd(_GPS_IFD):
        kinds.add(LOCATION)
    return kinds


def kinds_in_png(found: list[tuple[bytes, bytes]]) -> set[str]:
    """Kinds of personal data in a PNG's own chunks (EXIF is looked at apart)."""
    kinds = set()
    for kind, content in found:
        if kind in (b"tEXt", b"zTXt", b"iTXt"):
            kinds.add(XMP if content.startswith(b"XML:com.adobe.xmp") else COMMENTS)
        elif kind == b"tIME":
            kinds.add(TIMES)
        elif kind[1] & 0x20 and kind not in (b"eXIf",):  # lower-case second letter: a private chunk
            kinds.add(EXTRA)
    return kinds


def kinds_in_jpeg(found: list[tuple[int, bytes]]) -> set[str]:
    """Kinds of personal data in a JPEG's segments (EXIF is looked at apart)."""
    kinds = set()
    known = (b"Exif\0", b"ICC_PROFILE", b"JFIF", b"Adobe", b"MPF\0")
    for marker, content in found:
        if marker == 0xFE:
            kinds.add(COMMENTS)
        elif marker == 0xE1 and content.startswith(b"http://ns.adobe.com/"):
            kinds.add(XMP)
        elif marker == 0xED:
            kinds.add(IPTC)
        elif 0xE0 <= marker <= 0xEF and not content.startswith(known):
            kinds.add(EXTRA)
    return kinds
