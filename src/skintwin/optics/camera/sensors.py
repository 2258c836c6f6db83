"""Spectral sensitivities: 52 measured cameras (key ``rawtoaces2024``), and the standard observer as an ideal one."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.errors import ConfigError
from skintwin.optics.camera.lights import GRID_NM, light_power
from skintwin.optics.tables import spectral_table

Array = NDArray[np.float64]

OBSERVER: Final = "sRGB"
"""The sensor whose channels are the CIE 1931 colour-matching functions: its matrix to sRGB is exact under D65."""


@cache
def camera_names() -> tuple[str, ...]:
    """Names of the measured cameras, maker first, in alphabetical order."""
    return tuple(dict.fromkeys(column.split("|")[0] for column in spectral_table("cameras_5nm") if "|" in column))


@cache
def sensitivity(name: str) -> Array:
    """(81, 3) relative sensitivity of the red, green and blue channel on ``GRID_NM``; read-only."""
    if name == OBSERVER:
        table = spectral_table("cie1931_2deg_5nm")
        columns = [np.interp(GRID_NM, table["wavelength_nm"], table[axis]) for axis in ("x_bar", "y_bar", "z_bar")]
    elif name in camera_names():
        table = spectral_table("cameras_5nm")
        columns = [table[f"{name}|{channel}"] for channel in "RGB"]
    else:
        near = [known for known in camera_names() if name.split(" ")[0].lower() in known.lower()]
        raise ConfigError(
            f"a camera called {name!r}", where="camera.sensor",
            expected=f"{OBSERVER!r} or a measured camera such as {', '.join(near or camera_names()[:3])}",
        )  # fmt: skip
    found = np.stack(columns, axis=-1)
    found.setflags(write=False)
    return found


def channel_weights(name: str, light: str, wavelength: ArrayLike) -> tuple[Array, Array]:
    """What takes a reflectance to the raw channels of a camera under a light.

    wavelength: (W,) nm, rising; between them the reflectance is taken as linear, beyond them as constant, so that
    the narrow lines of a lamp are integrated every 5 nm whatever the grid of the reflectance.
    Returns weights (W, 3), whose columns sum to 1 (a perfect white gives 1 in each channel), and white (3,), the
    share of saturation that the white has in each channel when the brightest is just saturated.
    """
    nm = np.asarray(wavelength, dtype=np.float64)
    if nm.ndim != 1 or nm.size < 2 or np.any(np.diff(nm) <= 0):
        raise ConfigError("wavelengths", where="camera", expected="two or more, in rising order, nm")
    seen = sensitivity(name) * light_power(light)[:, None]
    spread = np.stack([np.interp(GRID_NM, nm, row) for row in np.eye(nm.size)])
    total = seen.sum(axis=0)
    return np.asarray(spread @ seen / total), np.asarray(total / total.max())
