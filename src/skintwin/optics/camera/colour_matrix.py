"""Raw channels to sRGB: a matrix per camera and light, fitted on 190 measured surfaces.

    linear sRGB = M · raw / white,        each row of M sums to 1, so that white stays white

M minimises the distance in L*a*b* between what the camera makes of the 190 surfaces of key ``rawtoaces2024`` under
the light and what the standard observer sees of them under D65. No skin that is used to judge a camera is among them.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from skintwin.optics import colour
from skintwin.optics.camera.lights import GRID_NM
from skintwin.optics.camera.sensors import OBSERVER, channel_weights
from skintwin.optics.tables import spectral_table

Array = NDArray[np.float64]

DARKEST = 0.002
"""Smallest linear value whose colour is compared: below it L*a*b* magnifies what no camera records."""


@cache
def training_reflectances() -> Array:
    """(190, 81) reflectances on ``GRID_NM``."""
    table = spectral_table("training_reflectances_5nm")
    return np.stack([values for name, values in table.items() if name != "wavelength_nm"])


@cache
def colour_matrix(sensor: str, light: str) -> Array:
    """(3, 3) M for one of the cameras under one of the lights; read-only."""
    from scipy.optimize import least_squares

    raw = training_reflectances() @ channel_weights(sensor, light, GRID_NM)[0]
    truth = training_reflectances() @ channel_weights(OBSERVER, "D65", GRID_NM)[0]
    exact = colour.xyz_to_linear_srgb(np.diag(colour.WHITE_SRGB)).T  # white-normalised XYZ → linear sRGB
    target = truth @ exact.T
    lab = _lab(target)

    def matrix(free: Array) -> Array:
        left = free.reshape(3, 2)
        return np.column_stack([left, 1.0 - left.sum(axis=1)])

    def miss(free: Array) -> Array:
        return np.asarray((_lab(raw @ matrix(free).T) - lab).ravel())

    # Linear least squares with the row sums built in: raw_k − raw_blue, k = red, green, against target − raw_blue.
    start = np.linalg.lstsq(raw[:, :2] - raw[:, 2:], target - raw[:, 2:], rcond=None)[0].T.ravel()
    fitted = matrix(least_squares(miss, start).x)
    fitted.setflags(write=False)
    return fitted


def _lab(linear: Array) -> Array:
    return colour.linear_srgb_to_lab(np.maximum(linear, DARKEST))
