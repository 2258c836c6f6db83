"""Reflectance spectra of one site over melanin column and blood, from which the channels of any camera follow.

    R(m, b, D; λ) = R(m, b, 0; λ) T(m, D; λ)        D: dermal melanin; T at the usual blood

Both factors are computed by adding-doubling on nodes, ln R carried to a dense grid by bicubic splines per wavelength.
A camera's channels are sums over wavelengths on that grid, so a lamp or a sensor costs a matrix product.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.optics.dermal_tint import COLUMNS, DERMAL
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.pigment_nodes import node_reflectance, with_melanin_column
from skintwin.optics.pigment_table import MELANIN_FOOT_UM, pigment_axes
from skintwin.optics.quadrature import DEFAULT_POINTS
from skintwin.optics.render.channel_table import ChannelTable
from skintwin.optics.spectra import VISIBLE_NM, skin_spectrum

Array = NDArray[np.float64]

_NODES: Final = (25, 15)
_DENSE: Final = (257, 129)


@dataclass(frozen=True, eq=False)
class SkinSpectra:
    """Spectra of a site. Make it with :meth:`build`.

    Attributes
    ----------
    template: the site; its melanin and blood are placeholders.
    u, v: (A,), (B,) evenly spaced axes ln(column + foot) and ln(blood).
    reflectance: (A, B, W) on ``VISIBLE_NM``. tinted: (5, 5, W) reflectance over ``COLUMNS`` and ``DERMAL``.
    """

    template: LayeredSkin
    u: Array
    v: Array
    reflectance: NDArray[np.float32]
    tinted: Array

    @classmethod
    @cache
    def build(cls, template: LayeredSkin, *, points: int = DEFAULT_POINTS) -> SkinSpectra:
        """Compute the spectra of a site (plain numbers in ``template``); kept for the next time."""
        from scipy.interpolate import RectBivariateSpline

        u, v = pigment_axes(template, _NODES)
        log_r = np.log(node_reflectance(template, np.exp(u) - MELANIN_FOOT_UM, np.exp(v), points=points))
        fine_u, fine_v = np.linspace(u[0], u[-1], _DENSE[0]), np.linspace(v[0], v[-1], _DENSE[1])
        fine = [RectBivariateSpline(u, v, log_r[..., w])(fine_u, fine_v) for w in range(VISIBLE_NM.size)]
        papillary = 1e3 * float(np.asarray(template.papillary_mm))
        deep = with_melanin_column(template, COLUMNS[:, None]).replace(dermal_melanin=DERMAL[None, :] / papillary)
        reflectance = np.exp(np.stack(fine, axis=-1)).astype(np.float32)
        return cls(template, fine_u, fine_v, reflectance, skin_spectrum(deep, points=points))

    def channels(self, weights: Array) -> ChannelTable:
        """Table of C channels, each the sum of reflectance times a column of ``weights`` (W, C), none negative."""
        tinted = np.log(self.tinted @ weights)
        return ChannelTable(
            self.u, self.v, np.log(self.reflectance @ weights).astype(np.float32),
            (tinted - tinted[:, :1]).astype(np.float32),
        )  # fmt: skip

    def typical(self, melanin_um: float, blood: float) -> Array:
        """(W,) reflectance at the nearest point of the table: for the mean spread of light in a channel."""
        i = np.argmin(np.abs(self.u - np.log(melanin_um + MELANIN_FOOT_UM)))
        return np.asarray(self.reflectance[i, np.argmin(np.abs(self.v - np.log(blood)))], dtype=np.float64)
