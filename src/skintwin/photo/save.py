"""Writing pictures: no metadata, a temporary name first, nothing overwritten unasked."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from skintwin.errors import PhotographError
from skintwin.optics.colour import srgb_encode


def save_png(path: str | os.PathLike[str], linear: NDArray[np.floating], *, overwrite: bool = False) -> None:
    """Write (h, w, 3) linear sRGB as an 8-bit sRGB PNG that holds pixels and nothing else."""
    encoded = np.round(255 * srgb_encode(np.clip(linear, 0.0, 1.0))).astype(np.uint8)
    save_encoded_png(path, encoded, overwrite=overwrite)


def save_encoded_png(
    path: str | os.PathLike[str], pixels: NDArray[np.uint8], *, overwrite: bool = False
) -> None:
    """Write (h, w, 3) encoded sRGB bytes as PNG. Raises PhotographError as :func:`write_safely` does."""
    write_safely(path, png_content(pixels), overwrite=overwrite)


def png_content(pixels: NDArray[np.uint8]) -> bytes:
    """(h, w, 3) encoded sRGB -> the bytes of a PNG that holds pixels only."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return buffer.getvalue()


def write_safely(path: str | os.PathLike[str], content: bytes, *, overwrite: bool = False) -> None:
    """Write a file under a temporary name and rename it, so that nothing half-written is ever seen.

    Raises PhotographError when the file exists (unless overwrite) or the folder cannot be written.
    """
    target = Path(path)
    if target.exists() and not overwrite:
        raise PhotographError("the file exists already", where=str(target),
                              do="choose another folder, or allow overwriting")
    temporary: str | None = None
    try:
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".part-", delete=False) as part:
            temporary = part.name
            part.write(content)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)  # temporary files are private; the result should not be
        os.replace(temporary, target)
    except OSError as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        raise PhotographError("the file cannot be written", where=str(target),
                              expected="a folder with room that may be written to",
                              do="check the folder, its permissions and the disk") from error
