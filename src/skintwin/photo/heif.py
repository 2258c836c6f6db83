"""HEIC: what phones write (ISO/IEC 23008-12), through libheif.

The container's own turns and mirrors (irot, imir, clap) belong to the picture and are applied by the decoder;
EXIF's orientation says the same a second time and is not applied again.
"""

from __future__ import annotations

import io
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from skintwin.photo import limits, privacy
from skintwin.photo.cicp import SRGB_CURVE, UNSPECIFIED, VIDEO_CURVES, encoding_from_codes
from skintwin.photo.decoded import DECODER_ERRORS, Decoded, damaged, kinds_of, split_alpha
from skintwin.photo.encoding import RgbEncoding
from skintwin.photo.heif_boxes import check_boxes, has_turns
from skintwin.photo.signatures import check_size

_ORIENTATION: Final = 274


def decode_heic(data: bytes, where: str) -> Decoded:
    """Decode a HEIC. Raises PhotographError when damaged, too large, or of high dynamic range."""
    import pi_heif

    boxes = check_boxes(data, where)
    try:
        picture = pi_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=False)
        info: dict[str, Any] = dict(picture.info)
    except DECODER_ERRORS as error:
        raise damaged(where, "HEIC") from error
    deep = int(info.get("bit_depth", 8)) > 8
    check_size(picture.size[0], picture.size[1], where, limits.LARGEST_PIXELS_16BIT if deep else limits.LARGEST_PIXELS)
    profile = info.get("icc_profile") or None
    encoding, notes = (None, []) if profile else _encoding(info.get("nclx_profile"), where)
    try:
        pixels: NDArray[Any] = np.array(picture)
    except DECODER_ERRORS as error:
        raise damaged(where, "HEIC") from error
    bits = int(info.get("bit_depth", 8)) if pixels.dtype == np.uint16 else 8
    if bits > 8:
        pixels >>= 16 - bits  # the library shifts 10 and 12 bits up; full scale must be full scale
    samples, alpha = split_alpha(pixels, 2**bits - 1)
    exif, more = _exif(info)
    turned = exif is not None and exif.get(_ORIENTATION, 1) != 1
    if turned and not has_turns(boxes):
        more.append("EXIF asks for a turn that the HEIC does not make; the HEIC's own word counts")
    if len(picture) > 1:
        more.append("the file holds further pictures; only the main one was read")
    return Decoded("HEIC", samples, "GREY" if samples.shape[2] == 1 else "RGB", bits, alpha, profile,
                   encoding, "HEIC colour box", exif, frozenset(_kinds(info, exif, len(picture))),
                   (*notes, *more), upright=True)  # fmt: skip


def _encoding(codes: dict[str, Any] | None, where: str) -> tuple[RgbEncoding | None, list[str]]:
    """What the colour box says when there is no profile."""
    if not codes:
        return None, []
    primaries, transfer = int(codes["color_primaries"]), int(codes["transfer_characteristics"])
    if UNSPECIFIED in (primaries, transfer):
        return None, []
    notes = []
    if transfer in VIDEO_CURVES:
        transfer = SRGB_CURVE
        notes.append("its colour box names a video curve; it is read with the sRGB curve")
    return encoding_from_codes(primaries, transfer, where, "HEIC colour box"), notes


def _exif(info: dict[str, Any]) -> tuple[Image.Exif | None, list[str]]:
    exif = Image.Exif()
    try:
        exif.load(info.get("exif") or b"")
        privacy.kinds_in_exif(exif)
    except privacy.EXIF_ERRORS:
        return None, ["the EXIF block is damaged"]
    return exif, []


def _kinds(info: dict[str, Any], exif: Image.Exif | None, count: int) -> set[str]:
    kinds = kinds_of(exif)
    if info.get("xmp"):
        kinds.add(privacy.XMP)
    if info.get("metadata"):
        kinds.add(privacy.EXTRA)
    if info.get("thumbnails"):
        kinds.add(privacy.THUMBNAIL)
    if count > 1 or info.get("depth_images") or info.get("aux"):
        kinds.add(privacy.PICTURES)
    return kinds


