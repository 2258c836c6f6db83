"""The skins an emulator knows: eleven fields of :class:`LayeredSkin`, each between two bounds on an axis of its own.

The other fields are those of the reference skin; deeper blood keeps its ratio to the papillary one. The bounds are
choices that hold the skins of this project's sites, phototypes, disorders and fits; they are not biology.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import ConfigError
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.pigment_nodes import with_blood

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Axis:
    """One input. ``foot``: the axis is ln(value + foot), or the value itself if None."""

    name: str
    low: float
    high: float
    foot: float | None = None

    def place(self, value: Array) -> Array:
        """Position of a value, -1 at ``low`` and 1 at ``high``."""
        low, high = self._bent(np.array([self.low, self.high]))
        return np.asarray(2.0 * (self._bent(value) - low) / (high - low) - 1.0)

    def value(self, place: Array) -> Array:
        """Value at a position."""
        low, high = self._bent(np.array([self.low, self.high]))
        bent = low + (np.asarray(place) + 1.0) * (high - low) / 2.0
        return np.asarray(bent if self.foot is None else np.clip(np.exp(bent) - self.foot, self.low, self.high))

    def _bent(self, value: Array) -> Array:
        if self.foot is None:
            return np.asarray(value)
        return np.asarray(np.log(np.maximum(np.asarray(value) + self.foot, 1e-12)))


COAT: Final = (
    Axis("melanin_fraction", 0.0, 0.45, 0.004),
    Axis("eumelanin_share", 0.5, 1.0),
    Axis("epidermis_mm", 0.035, 0.15, 0.0),
    Axis("stratum_corneum_mm", 0.007, 0.04, 0.0),
)
"""Inputs of the upper skin."""
DERMIS: Final = (
    Axis("blood_papillary", 0.002, 0.2, 0.002),
    Axis("saturation", 0.2, 1.0),
    Axis("dermal_melanin", 0.0, 0.03, 0.001),
    Axis("vessel_radius_um", 2.0, 12.0, 0.0),
)
"""Inputs of the dermis."""
SHARED: Final = (
    Axis("scattering_scale", 0.6, 1.5, 0.0),
    Axis("scattering_slope", -0.4, 0.6),
    Axis("carotene_umol_l", 0.0, 10.0),
)
"""Inputs of both."""
AXES: Final = COAT + DERMIS + SHARED
"""Order of the input axis."""
_EDGE: Final = 1e-9


def skin_at(places: Array) -> LayeredSkin:
    """(..., 11) positions -> skin with batch shape (...)."""
    values = {axis.name: axis.value(places[..., k]) for k, axis in enumerate(AXES)}
    blood = values.pop("blood_papillary")
    return with_blood(LayeredSkin.reference(**values), blood)


def places_of(skin: LayeredSkin) -> Array:
    """(..., 11) positions of a skin's batch. ConfigError if a field is out of bounds or one not among the inputs
    differs from the reference skin, by name."""
    columns = np.broadcast_arrays(*(axis.place(np.asarray(getattr(skin, axis.name), np.float64)) for axis in AXES))
    for axis, column in zip(AXES, columns, strict=True):
        if np.any(np.abs(column) > 1.0 + _EDGE) or np.any(np.isnan(column)):
            raise ConfigError(
                f"{axis.name} out of the emulator's range",
                where="emulator",
                expected=f"{axis.low:g} to {axis.high:g}",
                do="use skin_spectrum, which knows no bounds",
            )
    usual = with_blood(LayeredSkin.reference(), np.asarray(skin.blood_papillary, np.float64))
    for name in sorted(set(vars(usual)) - {axis.name for axis in AXES}):
        if not np.allclose(getattr(skin, name), getattr(usual, name), rtol=1e-6, atol=0.0):
            raise ConfigError(
                f"{name} differs from the reference skin",
                where="emulator",
                expected=f"{getattr(usual, name)}",
                do="use skin_spectrum",
            )
    return np.stack(columns, axis=-1)
