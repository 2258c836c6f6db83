"""Pigment that is not even: a pixel's light comes from its neighbourhood, and red light from a wider one than blue.

On even skin a colour tells melanin and blood of the place. Where they vary over a millimetre (mottling), light enters
around the place and leaves at it (:mod:`skintwin.optics.render.spread`), so that to first order

    ln R_c = ln R_c(even) + g_c · (δ + P_c * δ) / 2,    δ: ln melanin, ln blood less their means, g_c = d ln R_c / dδ

Each channel sees another average of δ. That makes an error of the pixel that no sensor noise holds, and it is why
intervals that were right on even skin are too narrow on textured skin, for blood above all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.optics.render.spread import channel_transfer
from skintwin.optics.texture.keys import Key
from skintwin.optics.texture.pigment_pattern import mottling
from skintwin.optics.texture.vessels import vessel_factor

Array = NDArray[np.float64]

_SIDE: Final = 384
_PIXEL_MM: Final = 0.15


@dataclass(frozen=True, eq=False)
class Unevenness:
    """melanin, blood: (K + 1, K + 1) covariance of δ of a pixel and of what each raw channel sees of it."""

    melanin: Array
    blood: Array

    @classmethod
    def of_texture(cls, wavelength: Array, weights: Array, typical: Array) -> Unevenness:
        """That of the ledger's mottling and vessels. weights (W, K): raw channels; typical (W,): reflectance."""
        value, shape, key = ledger().value, (_SIDE, _SIDE), Key(0)
        melanin = mottling(shape, _PIXEL_MM, value("texture.melanin_mottling", "1"), key, "melanin")
        blood = mottling(shape, _PIXEL_MM, value("texture.blood_mottling", "1"), key, "blood")
        blood = blood * vessel_factor(shape, _PIXEL_MM, key)
        received = weights * typical[:, None]
        return cls(*(_seen(np.log(field), wavelength, received) for field in (melanin, blood)))

    def draw(self, count: int, rng: np.random.Generator) -> tuple[Array, Array]:
        """(n, 2) δ of ln melanin and ln blood, and (n, K, 2) what each channel sees of them."""
        both = []
        for covariance in (self.melanin, self.blood):
            root = np.linalg.cholesky(covariance + 1e-9 * np.eye(len(covariance)))
            both.append(rng.standard_normal((count, len(root))) @ root.T)
        drawn = np.stack(both, axis=-1)
        return drawn[:, 0], drawn[:, 1:]


def _seen(field: Array, wavelength: Array, received: Array) -> Array:
    """(K + 1, K + 1) covariance of a field (h, w) of δ and its K blurred views."""
    from scipy.fft import dctn, idctn

    axis = np.arange(_SIDE) / (2 * _SIDE * _PIXEL_MM)
    radial = np.hypot(axis[:, None], axis[None, :])
    slant = np.exp(-2.0 * (np.pi * ledger().value("camera.spread_epidermis", "mm") * radial) ** 2)
    waves = dctn(field - field.mean(), norm="ortho") * slant
    transfer = channel_transfer(radial.ravel(), wavelength, received)
    seen = [idctn(waves * 0.5 * (1.0 + each.reshape(radial.shape)), norm="ortho") for each in transfer.T]
    return np.asarray(np.cov(np.stack([field.ravel(), *(each.ravel() for each in seen)])))
