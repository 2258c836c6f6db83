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
THUMBNAIL, PICTURES = "thumbnail", "further pictures (preview, depth or gain map, film)"
FILE_NAME, CAMERA = "file name", "camera metadata"
PATIENT, INSTITUTION, IDENTIFIERS = "patient identity", "institution and staff", "identifiers of study and picture"

_GPS_IFD: Final = 0x8825
_EXIF_IFD: Final = 0x8769
_THUMBNAIL_IFD: Final = 1  # how the picture library calls the second directory
# EXIF 3.0 tag numbers, by what they tell about people, places or devices.
_KIND_OF_TAG: Final[dict[int, str]] = {
    **dict.fromkeys((271, 272, 305, 316, 0xA432, 0xA433, 0xA434, 0xC614, 0xC615, 0xC630), DEVICE),
    **dict.fromkeys((0xA431, 0xA435, 0xA420, 0xC62F, 0xC65D), SERIAL),
    **dict.fromkeys((315, 33432, 0xA430, 0x9C9D, 0xA436, 0xA437, 0xA438, 0xA439), NAMES),
    **dict.fromkeys((306, 36867, 36868, 36880, 36881, 36882, 37520, 37521, 37522, 0xC71B), TIMES),
    **dict.fromkeys((270, 285, 37510, 0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F), COMMENTS),
    **dict.fromkeys((37500, 0xC634), MAKER),
    **dict.fromkeys((269, 0xC68B), FILE_NAME),
    700: XMP,
    33723: IPTC,
    **dict.fromkeys((34377, 37724), EXTRA),
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
    kinds = kinds_in_tags(tags)
    if exif.get_ifd(_GPS_IFD):
        kinds.add(LOCATION)
    if exif.get_ifd(_THUMBNAIL_IFD):
        kinds.add(THUMBNAIL)
    return kinds


def kinds_in_tags(tags: set[int]) -> set[str]:
    """Kinds of personal data that TIFF or EXIF tags of these numbers hold."""
    return {_KIND_OF_TAG[tag] for tag in tags if tag in _KIND_OF_TAG}


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
    known = (b"Exif\0", b"ICC_PROFILE", b"JFIF", b"Adobe")
    for marker, content in found:
        if marker == 0xFE:
            kinds.add(COMMENTS)
        elif marker == 0xE1 and content.startswith(b"http://ns.adobe.com/"):
            kinds.add(XMP)
        elif marker == 0xED:
            kinds.add(IPTC)
        elif content.startswith(b"MPF\0"):
            kinds.add(PICTURES)
        elif 0xE0 <= marker <= 0xEF and not content.startswith(known):
            kinds.add(EXTRA)
    return kinds


def kinds_after_jpeg(data: bytes) -> set[str]:
    """Whether anything follows the last picture of a JPEG (films and depth maps of phones do)."""
    return {PICTURES} if data[data.rfind(b"\xff\xd9") + 2 :].strip(b"\0") else set()
