"""What kind of file this is, from its first bytes; the file name is not believed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from skintwin.errors import PhotographError
from skintwin.photo import jpeg_segments, limits, png_chunks

_OTHERS: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"GIF8", "a GIF"),
    (0, b"BM", "a BMP"),
    (0, b"II*\0", "a TIFF or a camera RAW"),
    (0, b"MM\0*", "a TIFF or a camera RAW"),
    (8, b"WEBP", "a WebP"),
    (4, b"ftyp", "a HEIC, AVIF or video"),
    (128, b"DICM", "a DICOM"),
    (0, b"\0\0\0\x0cjP  ", "a JPEG 2000"),
    (0, b"%PDF", "a PDF"),
)


def read_bytes(path: Path) -> bytes:
    """The file's bytes. Raises PhotographError for anything that is not a readable, non-empty, sane file."""
    where = str(path)
    try:
        if path.is_dir():
            raise PhotographError("is a folder", where=where, expected="one PNG or JPEG file",
                                  do="name a file inside it")
        if not path.exists():
            raise PhotographError("there is no such file", where=where, expected="a PNG or JPEG file",
                                  do="check the path")
        if not path.is_file():
            raise PhotographError("is not an ordinary file", where=where, expected="a PNG or JPEG file")
        size = path.stat().st_size
        if size > limits.LARGEST_FILE_BYTES:
            raise PhotographError(
                f"the file has {size / 2**20:.0f} MiB", where=where,
                expected=f"at most {limits.LARGEST_FILE_BYTES / 2**20:.0f} MiB", do="save a smaller copy",
            )
        data = path.read_bytes()
    except PermissionError as error:
        raise PhotographError("the file may not be read by this user", where=where,
                              do="change its permissions or copy it") from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise PhotographError("the file cannot be read", where=repr(where),
                              do="check the path and the disk") from error
    if not data:
        raise PhotographError("the file is empty", where=where, expected="a PNG or JPEG file",
                              do="copy it again from the camera")
    return data


def picture_format(data: bytes, where: str) -> str:
    """ "PNG" or "JPEG". Raises PhotographError naming what the file is instead, where that can be told."""
    if data.startswith(png_chunks.SIGNATURE):
        return "PNG"
    if data.startswith(jpeg_segments.SIGNATURE):
        return "JPEG"
    for offset, signature, name in _OTHERS:
        if data[offset : offset + len(signature)] == signature:
            raise PhotographError(f"is {name} file", where=where, expected="PNG or JPEG",
                                  do="export it as PNG (or as JPEG of high quality)")
    raise PhotographError("is not a picture, whatever its name says", where=where, expected="PNG or JPEG",
                          do="check that this is the right file")


def check_size(width: int, height: int, where: str) -> None:
    """Refuse pictures too large to decode or too small to measure, from the header's numbers (pixels)."""
    if width * height > limits.LARGEST_PIXELS:
        raise PhotographError(
            f"the picture is {width} x {height} ({width * height / 1e6:.0f} million pixels)", where=where,
            expected=f"at most {limits.LARGEST_PIXELS / 1e6:.0f} million pixels",
            do="crop it around the lesion or save it smaller",
        )
    if min(width, height) < limits.SMALLEST_SIDE:
        raise PhotographError(
            f"the picture is only {width} x {height} pixels", where=where,
            expected=f"at least {limits.SMALLEST_SIDE} pixels on each side",
            do="use the original photograph, not a thumbnail",
        )
