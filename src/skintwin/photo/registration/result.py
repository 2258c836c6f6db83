"""The map from a baseline photograph to its follow-up.

    follow-up = H(x + u(x))        H: plane to plane; u: move on the baseline, smooth, 0 unless the skin deformed
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.photo.cards.homography import project
from skintwin.photo.crop import CropGeometry
from skintwin.photo.registration.sampling import sampled, whole_frame

Array = NDArray[np.float64]
MapKind = Literal["identity", "similarity", "homography", "deformed"]


@dataclass(frozen=True, eq=False)
class Lattice:
    """Moves u on a lattice over the baseline. moves: (ny, nx, 2) pixels. start, step: (2,) x, y, pixels."""

    moves: Array = field(repr=False)
    start: Array = field(repr=False)
    step: Array = field(repr=False)

    def at(self, points: Array) -> Array:
        """(n, 2) x, y -> (n, 2) moves, cubic between nodes, as at the edge outside."""
        from scipy.ndimage import map_coordinates

        where = ((points - self.start) / self.step)[:, ::-1].T
        return np.stack([map_coordinates(self.moves[..., k], where, order=3, mode="nearest") for k in (0, 1)], axis=-1)


@dataclass(frozen=True, eq=False)
class Registration:
    """Where the points of a baseline lie in the follow-up.

    kind: the simplest map that the followed points allow.
    sd_px: standard deviation of a mapped position along one axis, pixels of the baseline; mean over the lesion where
        one was given, else over the followed points. The distance from the truth is sqrt(2) of it, root mean square.
    matches: points followed and used. correlation: of the two even views on each other, -1 to 1, lesion left out where
        one was given. warnings: sentences for the reader.
    homography: (3, 3). lattice: moves of the deformation, or None. middle: (2,) x, y where the scale is taken.
    """

    kind: MapKind
    sd_px: float
    matches: int
    correlation: float
    warnings: tuple[str, ...]
    homography: Array = field(repr=False)
    middle: Array = field(repr=False)
    lattice: Lattice | None = field(default=None, repr=False)

    def to_follow_up(self, points: ArrayLike) -> Array:
        """(n, 2) x, y on the baseline -> (n, 2) x, y on the follow-up; pixel centres at whole numbers."""
        at = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        return project(self.homography, at if self.lattice is None else at + self.lattice.at(at))

    def resample(
        self, picture: NDArray[np.floating] | NDArray[np.bool_], shape: tuple[int, int],
        window: CropGeometry | None = None,
    ) -> NDArray[np.floating]:
        """A follow-up (h2, w2[, c]) on the baseline's pixels: (h, w[, c]), or (ny, nx[, c]) on a window of it.

        Means over the area of each new pixel; nan outside the follow-up. Give linear light, or a mask to get shares.
        shape: (h, w) of the baseline.
        """
        values = picture.astype(np.float32) if picture.dtype == np.bool_ else picture
        return sampled(np.asarray(values), self.to_follow_up, window or whole_frame(shape, *shape))

    def local_scale(self) -> float:
        """Pixels of the follow-up to one of the baseline, at the lesion (the root of the ratio of areas)."""
        across, along = self._steps()
        return float(np.sqrt(abs(across[0] * along[1] - across[1] * along[0])))

    def turn(self) -> float:
        """Radians by which the follow-up is turned against the baseline, at the lesion."""
        across, along = self._steps()
        return float(np.arctan2(across[1] - along[0], across[0] + along[1]))

    def _steps(self) -> tuple[Array, Array]:
        """What a step to the right and a step down become, at the lesion."""
        step = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
        right, left, down, up = self.to_follow_up(self.middle + step)
        return (right - left) / 2, (down - up) / 2


def identity_registration(middle: Array) -> Registration:
    """The registration of a picture on itself."""
    return Registration("identity", 0.0, 0, 1.0, (), np.eye(3), middle)


def at_full_size(small: Registration, to_view: Array, to_view_now: Array) -> Registration:
    """A registration of two smaller copies as one of the photographs.

    to_view, to_view_now: (3, 3) from the pixels of the photographs to those of the copies, without turn.
    """
    size, shift = np.diag(to_view)[:2], to_view[:2, 2]
    lattice = small.lattice
    if lattice is not None:
        lattice = Lattice(lattice.moves / size, (lattice.start - shift) / size, lattice.step / size)
    h = np.linalg.inv(to_view_now) @ small.homography @ to_view
    sd = small.sd_px / float(np.sqrt(size.prod()))
    return replace(small, sd_px=sd, homography=h, middle=(small.middle - shift) / size, lattice=lattice)
