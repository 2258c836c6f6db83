"""What a picture is made from: maps of pigment and blood of a patch of skin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import ConfigError

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SkinMaps:
    """A patch of skin.

    Attributes
    ----------
    melanin: (h, w) epidermal melanin column, µm. blood: (h, w) papillary blood share.
    pixel_mm: side of a pixel, mm. dermal: (h, w) dermal melanin column, µm; None for none.
    """

    melanin: Array = field(repr=False)
    blood: Array = field(repr=False)
    pixel_mm: float
    dermal: Array | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for name in ("melanin", "blood", "dermal"):
            values = getattr(self, name)
            if values is None:
                continue
            if np.shape(values) != np.shape(self.melanin) or np.ndim(values) != 2:
                raise ConfigError(
                    f"{name} of shape {np.shape(values)}", where="skin maps", expected="(h, w), the same for every map"
                )
            if not np.all(np.isfinite(values)) or np.min(values) < 0:
                raise ConfigError(f"{name} below 0 or not finite", where="skin maps", expected="0 or more everywhere")
        if not self.pixel_mm > 0:
            raise ConfigError(f"a pixel of {self.pixel_mm} mm", where="skin maps", expected="more than 0")

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return (int(self.melanin.shape[0]), int(self.melanin.shape[1]))

    @property
    def size_mm(self) -> tuple[float, float]:
        """Height and width in mm."""
        return (self.shape[0] * self.pixel_mm, self.shape[1] * self.pixel_mm)

    def resampled(self, width: int) -> SkinMaps:
        """The same patch on a grid of ``width`` pixels (height in proportion), linear between pixel centres."""
        height = round(width * self.shape[0] / self.shape[1])
        new = [None if m is None else _linear(m, (height, width)) for m in (self.melanin, self.blood, self.dermal)]
        assert new[0] is not None
        assert new[1] is not None
        return SkinMaps(new[0], new[1], self.size_mm[1] / width, new[2])

    def window(self, centre_mm: Sequence[float], side_mm: float, width: int) -> SkinMaps:
        """A square of ``side_mm`` around (down, across) in mm from the upper left corner, on ``width`` pixels."""
        from scipy.ndimage import map_coordinates

        offset = (np.arange(width) + 0.5) * side_mm / width - side_mm / 2
        axes = [(middle + offset) / self.pixel_mm - 0.5 for middle in centre_mm]
        at = np.meshgrid(*axes, indexing="ij")
        maps = [
            None if m is None else np.asarray(map_coordinates(m, at, order=1, mode="nearest"))
            for m in (self.melanin, self.blood, self.dermal)
        ]
        assert maps[0] is not None
        assert maps[1] is not None
        return SkinMaps(maps[0], maps[1], side_mm / width, maps[2])


def _linear(values: Array, shape: tuple[int, int]) -> Array:
    from scipy.ndimage import map_coordinates

    axes = [(np.arange(new) + 0.5) * old / new - 0.5 for new, old in zip(shape, values.shape, strict=True)]
    return np.asarray(map_coordinates(values, np.meshgrid(*axes, indexing="ij"), order=1, mode="nearest"))
