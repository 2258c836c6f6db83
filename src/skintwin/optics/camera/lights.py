"""Lights under which skin is photographed, as relative spectral power from 380 to 780 nm."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import ConfigError
from skintwin.optics.tables import spectral_table

Array = NDArray[np.float64]

GRID_NM: Final[Array] = np.arange(380.0, 781.0, 5.0)
"""(81,) wavelengths (nm) of lights and sensors."""

LIGHTS: Final = {
    "D65": "daylight, CIE D65",
    "A": "incandescent lamp, CIE A",
    "flash": "xenon flash, Vivitar 283 (key ``farrell2012``)",
    "led": "phosphor-converted white LED, CIE LED-B4",
    "fluorescent": "cool white fluorescent lamp, CIE FL2",
    "fluorescent_triband": "three-band fluorescent lamp, CIE FL11",
}
"""Name → what it is. CIE lights: keys ``cie2004`` and ``cie2018``."""


@cache
def light_power(name: str) -> Array:
    """(81,) relative power on ``GRID_NM`` of one of ``LIGHTS``; read-only."""
    if name not in LIGHTS:
        raise ConfigError(f"a light called {name!r}", where="camera.light", expected=f"one of {', '.join(LIGHTS)}")
    table = spectral_table("illuminants_5nm" if name in ("D65", "A") else "lamps_5nm")
    power = np.interp(GRID_NM, table["wavelength_nm"], table[name])
    power.setflags(write=False)
    return power
