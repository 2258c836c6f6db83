"""What a map says beside the core of a lesion, such as the naevus in a halo.

Lens and scattering mix the core's pigment into the skin next to it, which then looks as if some pigment had come back:
a little more, and it counts as closed. Nearer to the core than ``measure.core_blur`` equivalent radii of the lesion,
each place takes the value of the nearest place of the lesion that lies farther away. It is not left out, because the
border of a core is not the place where pigment returns first, and what is left of the lesion would say too much.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.photo.photograph import Mask

Array = NDArray[np.float64]


def told_from_farther(pictures: tuple[Array, ...], lesion: Mask, core: Mask) -> tuple[Array, ...]:
    """(h, w) maps with the lesion's places beside its core replaced; as they are without a core.

    lesion: (h, w) bool without its core. core: (h, w) bool.
    """
    from scipy import ndimage

    if not core.any() or not lesion.any():
        return pictures
    reach = ledger().value("measure.core_blur", "1") * float(np.sqrt((lesion | core).sum() / np.pi))
    beside = lesion & (ndimage.distance_transform_edt(~core) <= reach)
    told = lesion & ~beside
    if not told.any():
        return pictures
    rows, columns = ndimage.distance_transform_edt(~told, return_distances=False, return_indices=True)
    return tuple(np.where(beside, picture[rows, columns], picture) for picture in pictures)
