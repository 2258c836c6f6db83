"""What kind of file this is, from its first bytes; the file name is not believed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from skintwin.errors import PhotographError
from skintwin.photo import jpeg_segments, limits, png_chunks, tiff_directory

READ: Final = "PNG, JPEG, TIFF, WebP, HEIC, camera RAW or DICOM"
"""The formats that are read, for messages."""

_KNOWN: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, png_chunks.SIGNATURE, "PNG"),
    (0, jpeg_segments.SIGNATURE, "JPEG"),
    (128, b"DICM", "DICOM"),
    (0, b"FUJIFILMCCD-RAW", "RAW"),
    (0, b"IIRO", "RAW"), (0, b"IIRS", "RAW"), (0, b"MMOR", "RAW"),  # Olympus
    (0, b"IIU\0", "RAW"),  # Panasonic
    (0, b"FOVb", "RAW"),  # Sigma
    (0, b"\0MRM", "RAW"),  # Minolta
    (4, b"ftypcrx ", "RAW"),  # Canon CR3
)  # fmt: skip
_HEIC_BRANDS: Final = (b"heic", b"heix", b"heim", b"heis", b"mif1")
_OTHERS: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"GIF8", "a GIF"),
    (0, b"BM", "a BMP"),
    (0, b"II+\0", "a BigTIFF"),
    (0, b"MM\0+", "a BigTIFF"),
    (4, b"ftypavi", "an AVIF"),
    (4, b"ftyp", "a video or a moving picture"),
    (0, b"\0\0\0\x0cjP  ", "a JPEG 2000"),
    (0, b"\xff\x0a", "a JPEG XL"),
    (0, b"\0\0\0\x0cJXL ", "a JPEG XL"),
    (0, b"8BPS", "a Photoshop"),
    (0, b"%PDF", "a PDF"),
    (0, b"PK\x03\x04", "a ZIP"),
)


def read_bytes(path: Path) -> bytes:
    """The file's bytes. Raises PhotographError for anything that is not a readable, non-empty, sane file."""
    where = str(path)
    try:
        if path.is_dir():
            raise PhotographError("is a folder", where=where, expected="one picture file",
                                  do="name a file inside it")
        if not path.exists():
            raise PhotographError("there is no such file", where=where, expected="a picture file",
                                  do="check the path")
        if not path.is_file():
            raise PhotographError("is not an ordinary file", where=where, expected="a picture file")
        size = path.stat().st_size
        if size > limits.LARGEST_FILE_BYTES:
            raise PhotographError(
                f"the file has {size / 2**20:.0f} MiB", where=where,
                expected=f"at most {limits.LARGEST_FILE_BYTES / 2**20:.0f} MiB", do="save a smaller copy",
            )
        data = path.read_bytes()  # of an ordinary file whose size was just looked at
    except PermissionError as error:
        raise PhotographError("the file may not be read by this user", where=where,
                              do="change its permissions or copy it") from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise PhotographError("the file cannot be read", where=repr(where),
                              do="check the path and the disk") from error
    if not data:
        raise PhotographError("the file is empty", where=where, expected="a picture file",
                              do="copy it again from the camera")
    return data


def picture_format(data: bytes, where: str) -> str:
    """ "PNG", "JPEG", "TIFF", "WEBP", "HEIC", "RAW" or "DICOM".

    Raises PhotographError naming what the file is instead, where that can be told.
    """
    for offset, signature, name in _KNOWN:
        if data.startswith(signature, offset):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return "HEIC"
    if data[:4] in tiff_directory.SIGNATURES and len(data) >= 8:
        return "RAW" if _is_raw(data, where) else "TIFF"
    for offset, signature, name in _OTHERS:
        if data.startswith(signature, offset):
            raise PhotographError(f"is {name} file", where=where, expected=READ,
                                  do="export it as PNG (or as JPEG of high quality)")  # fmt: skip
    raise PhotographError("is not a picture, whatever its name says", where=where, expected=READ,
                          do="check that this is the right file")  # fmt: skip


def _is_raw(data: bytes, where: str) -> bool:
    """Whether a TIFF frame holds a sensor's data: Canon's mark, a DNG version, or a picture of filtered photosites."""
    if data[8:10] == b"CR":
        return True
    found = tiff_directory.directories(data, where)
    dng = 50706 in found[0].entries
    sensor = any(one.integer(tiff_directory.PHOTOMETRIC, -1) in (32803, 34892) for one in found)
    maker = any(one.integer(259, 1) in (32767, 32769, 34713, 65535) for one in found)  # makers' own compressions
    return dng or sensor or maker


def check_size(width: int, height: int, where: str, most: int = limits.LARGEST_PIXELS) -> None:
    """Refuse pictures too large to decode or too small to measure, from the header's numbers (pixels)."""
    if width * height > most:
        raise PhotographError(
            f"the picture is {width} x {height} ({width * height / 1e6:.0f} million pixels)", where=where,
            expected=f"at most {most / 1e6:.0f} million pixels", do="crop it around the lesion or save it smaller",
        )  # fmt: skip
    if min(width, height) < limits.SMALLEST_SIDE:
        raise PhotographError(
            f"the picture is only {width} x {height} pixels", where=where,
            expected=f"at least {limits.SMALLEST_SIDE} pixels on each side",
            do="use the original photograph, not a thumbnail",
        )  # fmt: skip
