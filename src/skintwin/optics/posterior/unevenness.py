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

Array = NDArray[np.float64]

_SIDE: Final = 384
_PIXEL_MM: Final = 0.15


@dataclass(frozen=True, eq=False)
class Unevenness:
    """melanin, blood: sd of ln pigment between neighbouring places. covariance (K + 1, K + 1) of (δ, what each raw
    channel sees of δ) for δ of variance 1."""

    melanin: float
    blood: float
    covariance: Array

    @classmethod
    def of_texture(cls, wavelength: Array, weights: Array, typical: Array) -> Unevenness:
        """That of the ledger's mottling. weights (W, K) of raw channels, typical (W,) reflectance of skin."""
        from scipy.fft import dctn, idctn

        field = np.log(mottling((_SIDE, _SIDE), _PIXEL_MM, 1e-3, Key(0), "melanin")) / 1e-3
        field = (field - field.mean()) / field.std()
        axis = np.arange(_SIDE) / (2 * _SIDE * _PIXEL_MM)
        radial = np.hypot(axis[:, None], axis[None, :])
        slant = np.exp(-2.0 * (np.pi * ledger().value("camera.spread_epidermis", "mm") * radial) ** 2)
        waves = dctn(field, norm="ortho") * slant
        transfer = channel_transfer(radial.ravel(), wavelength, weights * typical[:, None])
        seen = [idctn(waves * 0.5 * (1.0 + each.reshape(radial.shape)), norm="ortho") for each in transfer.T]
        return cls(
            melanin=ledger().value("texture.melanin_mottling", "1"),
            blood=ledger().value("texture.blood_mottling", "1"),
            covariance=np.cov(np.stack([field.ravel(), *(each.ravel() for each in seen)])),
        )

    def draw(self, count: int, rng: np.random.Generator) -> tuple[Array, Array]:
        """(n, 2) δ of ln melanin and ln blood, and (n, K, 2) what each channel sees of them."""
        root = np.linalg.cholesky(self.covariance + 1e-9 * np.eye(len(self.covariance)))
        both = rng.standard_normal((count, 2, len(root))) @ root.T * np.array([self.melanin, self.blood])[:, None]
        return both[..., 0], np.swapaxes(both[..., 1:], 1, 2)
