"""DICOM visible light: photographs and dermoscopic pictures, one frame (PS3.3 A.32, PS3.5 annex A)."""

from __future__ import annotations

import io
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from skintwin.errors import PhotographError
from skintwin.photo import limits
from skintwin.photo.decode import decode_jpeg
from skintwin.photo.decoded import DECODER_ERRORS, Decoded, damaged
from skintwin.photo.dicom_record import capture_in, encoding_in, kinds_in, quiet
from skintwin.photo.signatures import check_size

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_DEFLATED: Final = b"1.2.840.10008.1.2.1.99"
_NATIVE: Final = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2")
_RLE, _JPEG = "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.50"
_JPEG_2000: Final = ("1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91")
_MODELS: Final = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT", "PALETTE COLOR", "MONOCHROME1",
                  "MONOCHROME2")  # fmt: skip
_NAMED: Final = ("YBR_PARTIAL_420", "YBR_PARTIAL_422", "HSV", "ARGB", "CMYK", "XYB")
_DO: Final = "export it from the archive as an uncompressed or JPEG DICOM, or as PNG"


def decode_dicom(data: bytes, where: str) -> Decoded:
    """Decode a DICOM picture. Raises PhotographError when damaged or of a coding that is not read, by its name."""
    if _DEFLATED in data:
        raise _unread("Deflated Explicit VR Little Endian", where)
    with quiet():
        try:
            dataset = _read(data)
            head = _head(dataset)
            kinds = kinds_in(dataset)
            profile = _profile(dataset)
        except _errors():
            raise damaged(where, "DICOM") from None  # the library's own words can hold a patient's name
        syntax, model, rows, columns, channels, allocated, stored, frames = head
        if frames > 1:
            raise PhotographError(f"is a DICOM of {frames} frames", where=where, expected="a single picture",
                                  do="export the one frame that is to be measured")  # fmt: skip
        slow = syntax == _RLE or syntax in _JPEG_2000
        most = limits.LARGEST_PIXELS_SLOW if slow else limits.LARGEST_PIXELS
        check_size(columns, rows, where, most if allocated == 8 else min(most, limits.LARGEST_PIXELS_16BIT))
        _check(model, channels, allocated, stored, where)
        decoded = _pixels(dataset, head, where)
        try:
            encoding, capture = encoding_in(dataset), capture_in(dataset, where)
        except _errors():
            raise damaged(where, "DICOM") from None
    if decoded.samples.shape[:2] != (rows, columns):
        raise damaged(where, "DICOM whose frame has the size that it states")
    return replace(decoded, format="DICOM", profile=profile or decoded.profile, encoding=encoding,
                   encoding_from="DICOM colour space", exif=Image.Exif(), kinds=frozenset(kinds | decoded.kinds),
                   upright=True, capture=capture)  # fmt: skip


def _errors() -> tuple[type[Exception], ...]:
    from pydicom.errors import BytesLengthException, InvalidDicomError

    return (*DECODER_ERRORS, BytesLengthException, InvalidDicomError)


def _read(data: bytes) -> Dataset:
    import pydicom

    return pydicom.dcmread(io.BytesIO(data))


def _head(dataset: Dataset) -> tuple[str, str, int, int, int, int, int, int]:
    """(transfer syntax, photometric interpretation, rows, columns, samples, bits allocated, bits stored, frames)."""
    allocated = int(dataset.BitsAllocated)
    return (str(dataset.file_meta.TransferSyntaxUID), str(dataset.PhotometricInterpretation), int(dataset.Rows),
            int(dataset.Columns), int(dataset.SamplesPerPixel), allocated, int(dataset.get("BitsStored", allocated)),
            int(dataset.get("NumberOfFrames") or 1))  # fmt: skip


def _check(model: str, channels: int, allocated: int, stored: int, where: str) -> None:
    if model not in _MODELS or channels != (1 if model.startswith(("PALETTE", "MONO")) else 3):
        shown = model if model in (*_MODELS, *_NAMED) else "not known"  # never the text of a file
        raise PhotographError(f"is a DICOM of photometric interpretation {shown} and {channels} samples", where=where,
                              expected="RGB, YBR_FULL, YBR_FULL_422 or PALETTE COLOR", do=_DO)  # fmt: skip
    if allocated not in (8, 16) or not 8 <= stored <= allocated:
        raise PhotographError(f"is a DICOM of {stored} bits stored in {allocated}", where=where,
                              expected="8 to 16 bits", do=_DO)  # fmt: skip


def _pixels(dataset: Dataset, head: tuple[str, str, int, int, int, int, int, int], where: str) -> Decoded:
    syntax, model, stored = head[0], head[1], head[6]
    if syntax == _JPEG:
        return decode_jpeg(_frame(dataset, where), where)
    if syntax in _JPEG_2000:
        return _jpeg_2000(_frame(dataset, where), head, where)
    if syntax not in _NATIVE and syntax != _RLE:
        raise _unread(_name(syntax), where)
    from pydicom.pixels.processing import apply_color_lut, convert_color_space
    from pydicom.pixels.utils import pixel_array

    try:
        samples: NDArray[Any] = pixel_array(dataset, index=0, raw=True)
        if model == "PALETTE COLOR":
            stored = 16 if int(dataset.RedPaletteColorLookupTableDescriptor[2]) > 8 else 8
            samples = apply_color_lut(samples, dataset)
        elif model.startswith("YBR"):
            samples = convert_color_space(samples, model, "RGB")
    except _errors():
        raise damaged(where, "DICOM") from None
    if samples.dtype not in (np.uint8, np.uint16) or samples.ndim not in (2, 3):
        raise damaged(where, "DICOM of unsigned numbers")
    if samples.ndim == 2:
        samples = samples[..., None]
    top = 2**stored - 1
    if samples.max() > top:
        raise damaged(where, f"DICOM of {stored} bits")
    if model == "MONOCHROME1":
        samples = (top - samples).astype(samples.dtype)
    return Decoded("DICOM", samples, "GREY" if samples.shape[2] == 1 else "RGB", stored, None, None, None, "", None,
                   frozenset(), ())  # fmt: skip


def _frame(dataset: Dataset, where: str) -> bytes:
    from pydicom.encaps import get_frame

    try:
        return bytes(get_frame(dataset.PixelData, 0, number_of_frames=1))
    except _errors():
        raise damaged(where, "DICOM") from None


def _jpeg_2000(frame: bytes, head: tuple[str, str, int, int, int, int, int, int], where: str) -> Decoded:
    if head[5] != 8:
        raise _unread("JPEG 2000 of more than 8 bits", where)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(frame), formats=["JPEG2000"])
            check_size(*picture.size, where, limits.LARGEST_PIXELS_SLOW)
            picture.load()
    except DECODER_ERRORS as error:
        raise damaged(where, "DICOM") from error
    if picture.mode not in ("L", "RGB"):
        raise damaged(where, "DICOM of plain colour")
    samples = np.asarray(picture)
    samples = samples[..., None] if samples.ndim == 2 else samples
    return Decoded("DICOM", samples, "GREY" if samples.shape[2] == 1 else "RGB", 8, None, None, None, "", None,
                   frozenset(), ())  # fmt: skip


def _profile(dataset: Dataset) -> bytes | None:
    """The ICC profile, of the picture or of its first optical path."""
    for holder in (dataset, *(dataset.get("OpticalPathSequence") or ())):
        if holder.get("ICCProfile"):
            return bytes(holder.ICCProfile)
    return None


def _name(syntax: str) -> str:
    """The standard's name of a transfer syntax; never the text of a file."""
    from pydicom._uid_dict import UID_dictionary

    return UID_dictionary[syntax][0] if syntax in UID_dictionary else "not known"


def _unread(name: str, where: str) -> PhotographError:
    return PhotographError(f"is a DICOM of the transfer syntax {name}", where=where,
                           expected="uncompressed, RLE, JPEG Baseline or JPEG 2000", do=_DO)  # fmt: skip
