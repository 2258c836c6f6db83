"""Pictures of a series as a page holds them: not larger than a page can show, without anything but pixels."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from skintwin.errors import RunError

if TYPE_CHECKING:
    from PIL import Image

SIDE = 1200
"""Longest side of a picture in a page, pixels: more than half a page shows in print at 200 dpi."""
_QUALITY = 88
_ENDINGS = {"JPEG": "jpg", "PNG": "png"}


@dataclass(frozen=True)
class Picture:
    """A JPEG or PNG. width, height: pixels."""

    content: bytes
    format: str
    width: int
    height: int

    @property
    def uri(self) -> str:
        """Data URI."""
        return f"data:image/{self.format.lower()};base64,{base64.b64encode(self.content).decode('ascii')}"

    @property
    def ending(self) -> str:
        """Ending of a file that holds it."""
        return _ENDINGS[self.format]


def read_pictures(folder: Path, files: list[str]) -> dict[str, Picture]:
    """Each file once. RunError names one that is no picture."""
    return {file: _read(folder / file) for file in dict.fromkeys(files)}


def _read(path: Path) -> Picture:
    from PIL import Image

    try:
        content = path.read_bytes()
        with Image.open(io.BytesIO(content), formats=tuple(_ENDINGS)) as picture:
            width, height = picture.size
            if max(width, height) <= SIDE:
                picture.load()
                return Picture(content, str(picture.format), width, height)
            return _smaller(picture)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise RunError(
            f"is no picture that can be read ({type(error).__name__})", where=str(path), expected="a JPEG or PNG file",
            do="measure the photographs again",
        ) from None  # fmt: skip


def _smaller(picture: Image.Image) -> Picture:
    """Reduced to the longest side; a JPEG is decoded at a reduced size to begin with."""
    from PIL import Image

    kind = str(picture.format)
    if kind == "JPEG":
        picture.draft("RGB", (SIDE, SIDE))
    size = (SIDE, SIDE)
    reduced = picture.convert("RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB")
    reduced.thumbnail(size, Image.Resampling.BOX, reducing_gap=None)
    stream = io.BytesIO()
    if kind == "JPEG":
        reduced.convert("RGB").save(stream, "JPEG", quality=_QUALITY, subsampling=0)
    else:
        reduced.save(stream, "PNG")
    return Picture(stream.getvalue(), kind, *reduced.size)
