"""The grid of a patch: cell-centred square pixels with no-flux edges."""

from __future__ import annotations

from dataclasses import dataclass

from skintwin.errors import ConfigError


@dataclass(frozen=True)
class Grid:
    """A rectangle of ``ny`` × ``nx`` square pixels of side ``pixel`` (mm)."""

    ny: int
    nx: int
    pixel: float

    def __post_init__(self) -> None:
        if self.ny < 1 or self.nx < 1:
            raise ConfigError(f"grid of {self.ny} x {self.nx} pixels", expected="at least one pixel each way")
        if not self.pixel > 0:
            raise ConfigError(f"pixel side {self.pixel} mm", expected="a positive length")

    @property
    def shape(self) -> tuple[int, int]:
        """(ny, nx)."""
        return self.ny, self.nx

    @property
    def pixel_area(self) -> float:
        """Area of one pixel, mm²."""
        return self.pixel**2

    @property
    def area(self) -> float:
        """Area of the patch, mm²."""
        return self.ny * self.nx * self.pixel_area
