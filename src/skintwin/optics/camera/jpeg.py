"""What compression does to a picture."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import ConfigError

Pixels = NDArray[np.uint8]


def compressed(picture: Pixels, quality: int, *, subsample: bool = True) -> Pixels:
    """(h, w, 3) sRGB 0..255 after JPEG of a quality (1 to 95); ``subsample``: colour at half resolution."""
    from PIL import Image

    if not 1 <= quality <= 95:
        raise ConfigError(f"a quality of {quality}", where="camera.jpeg", expected="1 to 95")
    store = io.BytesIO()
    Image.fromarray(picture).save(store, "JPEG", quality=quality, subsampling=2 if subsample else 0)
    return np.array(Image.open(store))
