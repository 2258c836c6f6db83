"""The eight EXIF orientations, applied to arrays."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)


def upright(picture: NDArray[Scalar], orientation: int) -> NDArray[Scalar]:
    """Turn a stored picture (h, w, ...) upright.

    orientation: EXIF tag 274: 1 as stored, 2 mirrored, 3 half turn, 4 flipped, 5 transposed, 6 stored a
    quarter turn anticlockwise (so it is turned clockwise), 7 transposed about the other diagonal, 8 the
    reverse of 6.
    Raises ValueError for other numbers; intake treats those as 1 and says so.
    """
    if not 1 <= orientation <= 8:
        raise ValueError(f"EXIF orientation {orientation} does not exist")
    if orientation >= 5:
        picture = picture.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        picture = picture[:, ::-1]
    if orientation in (3, 4, 7, 8):
        picture = picture[::-1]
    return np.ascontiguousarray(picture)
