"""A square around the lesion on a patch's grid, in linear light, and the way back to the full photograph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import PhotographError
from skintwin.photo.photograph import Mask
from skintwin.photo.scale import Scale

Array = NDArray[np.float64]


@dataclass(frozen=True)
class CropGeometry:
    """Where a crop lies on the photograph: pixel edges, so that pixel i covers [i, i + 1).

    top, left, height, width: of the crop, pixels of the photograph (may be fractions, always inside it).
    ny, nx: pixels of the crop after resampling. shape: (h, w) of the photograph.
    """

    top: float
    left: float
    height: float
    width: float
    ny: int
    nx: int
    shape: tuple[int, int]

    def crop(self, picture: NDArray[np.floating]) -> Array:
        """(h, w, ...) -> (ny, nx, ...): the mean over each new pixel's area, exact for any ratio.

        Give linear light (or a 0/1 mask to get shares): averaging encoded colours would darken edges.
        """
        rows = _overlaps(self.top, self.height, self.ny, self.shape[0])
        columns = _overlaps(self.left, self.width, self.nx, self.shape[1])
        height, width = self.shape
        rest = picture.shape[2:]
        down = (rows @ picture.reshape(height, -1)).reshape(self.ny, width, -1)
        across = columns @ down.swapaxes(0, 1).reshape(width, -1)
        upright = across.reshape(self.nx, self.ny, -1).swapaxes(0, 1)
        return np.asarray(upright.reshape(self.ny, self.nx, *rest), dtype=np.float64)

    def crop_mask(self, mask: Mask) -> Mask:
        """(h, w) bool -> (ny, nx) bool: new pixels of which at least half lies in the mask."""
        return np.asarray(self.crop(mask.astype(np.float64)) >= 0.5)

    def paste(self, patch: Array, onto: Array) -> Array:
        """Put a map (ny, nx, ...) back onto a copy of ``onto`` (h, w, ...), bilinear between pixel centres.

        Photograph pixels whose centre is outside the crop keep their value.
        """
        from scipy import ndimage

        out = np.array(onto, dtype=np.float64)
        y, x = (np.arange(n) + 0.5 for n in self.shape)
        inside_y = (y >= self.top) & (y <= self.top + self.height)
        inside_x = (x >= self.left) & (x <= self.left + self.width)
        at_y = (y[inside_y] - self.top) * self.ny / self.height - 0.5
        at_x = (x[inside_x] - self.left) * self.nx / self.width - 0.5
        at = np.meshgrid(at_y, at_x, indexing="ij")
        layers = np.asarray(patch, dtype=np.float64).reshape(self.ny, self.nx, -1)
        pasted = [ndimage.map_coordinates(layers[..., c], at, order=1, mode="nearest")
                  for c in range(layers.shape[2])]
        part = np.stack(pasted, axis=-1).reshape(at_y.size, at_x.size, *out.shape[2:])
        out[np.ix_(inside_y, inside_x)] = part
        return out

    def scale(self, photograph_scale: Scale) -> Scale:
        """Scale of the crop's pixels, from the photograph's."""
        return photograph_scale.resized(float(np.sqrt(self.height / self.ny * self.width / self.nx)))


def crop_around(mask: Mask, *, margin: float, ny: int, nx: int) -> CropGeometry:
    """Crop around a lesion with the aspect of ny : nx, shifted where the photograph ends.

    mask: (h, w) bool. margin: skin to keep on each side, as a share of the lesion's larger extent.
    ny, nx: pixels of the result. Raises PhotographError when the mask is empty or the numbers impossible.
    """
    if not mask.any() or margin < 0 or min(ny, nx) < 1:
        raise PhotographError("no crop can be cut", where="crop",
                              expected="a lesion, a margin of 0 or more and at least one pixel")
    rows, columns = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
    low = np.array([rows[0], columns[0]], dtype=np.float64)
    high = np.array([rows[-1] + 1, columns[-1] + 1], dtype=np.float64)
    extent = (high - low).max() * (1 + 2 * margin)
    grid, frame = np.array([ny, nx], dtype=np.float64), np.array(mask.shape, dtype=np.float64)
    size = grid * extent / grid.min()
    size *= min(1.0, float((frame / size).min()))
    start = np.clip((low + high) / 2 - size / 2, 0, frame - size)
    return CropGeometry(float(start[0]), float(start[1]), float(size[0]), float(size[1]), ny, nx,
                        (int(mask.shape[0]), int(mask.shape[1])))


def _overlaps(start: float, extent: float, new: int, old: int) -> Any:
    """(new, old) sparse weights: share of each new pixel that each old pixel covers; rows sum to 1.

    Where new pixels are finer than old ones this is piecewise constant; the area is kept either way.
    """
    from scipy.sparse import csr_array

    edges = start + extent * np.arange(new + 1) / new
    pixel = np.arange(old)
    covered = np.minimum(edges[1:, None], pixel + 1.0) - np.maximum(edges[:-1, None], pixel)
    weights = np.maximum(covered, 0.0)
    return csr_array(weights / weights.sum(axis=1, keepdims=True))
