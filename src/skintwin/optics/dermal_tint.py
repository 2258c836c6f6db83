"""What melanin in the papillary dermis does to the colour: light scattered above it turns its brown towards grey-blue.

    C(m, b, D) = C(m, b, 0) · T(m, D)        T: (3,) in linear sRGB, 1 at D = 0

T is computed by adding-doubling on a few melanin columns and dermal columns at the usual blood, and interpolated in
between; how T changes with blood is left out (blood and dermal melanin rarely change together).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.optics.layers import LayeredSkin
from skintwin.optics.pigment_nodes import with_melanin_column
from skintwin.optics.spectra import skin_spectrum, spectrum_to_linear_srgb

Array = NDArray[np.float64]

COLUMNS = np.array([0.0, 1.0, 3.0, 8.0, 20.0])
"""Melanin columns (µm) of the table."""
DERMAL = np.array([0.0, 1.0, 3.0, 8.0, 20.0])
"""Dermal melanin columns (µm) of the table; more counts as the last."""


@dataclass(frozen=True, eq=False)
class DermalTint:
    """``log_factor`` (columns, dermal, 3): ln T on the nodes ``COLUMNS`` and ``DERMAL``. Make it with :meth:`build`."""

    log_factor: Array

    @classmethod
    @cache
    def build(cls, template: LayeredSkin) -> DermalTint:
        """The table of a site (plain numbers in ``template``); kept for the next time it is asked for."""
        papillary = 1e3 * float(np.asarray(template.papillary_mm))
        skins = with_melanin_column(template, COLUMNS[:, None]).replace(dermal_melanin=DERMAL[None, :] / papillary)
        colour = np.log(spectrum_to_linear_srgb(skin_spectrum(skins)))
        return cls(colour - colour[:, :1])

    def factor(self, melanin_um: ArrayLike, dermal_um: ArrayLike) -> Array:
        """(..., 3) T at melanin columns (µm) and dermal columns (µm), which broadcast; outside the table its edge."""
        m, d = np.broadcast_arrays(np.asarray(melanin_um, np.float64), np.asarray(dermal_um, np.float64))
        i, p = _cell(np.log1p(m), np.log1p(COLUMNS))
        j, q = _cell(np.log1p(d), np.log1p(DERMAL))
        table = self.log_factor
        low = table[i, j] * (1 - q) + table[i, j + 1] * q
        high = table[i + 1, j] * (1 - q) + table[i + 1, j + 1] * q
        return np.asarray(np.exp(low * (1 - p) + high * p))


def _cell(x: Array, nodes: Array) -> tuple[NDArray[np.int64], Array]:
    """Cell of ``nodes`` and position in it (..., 1), clipped to the ends."""
    x = np.clip(x, nodes[0], nodes[-1])
    cell = np.clip(np.searchsorted(nodes, x, side="right") - 1, 0, len(nodes) - 2)
    return cell, ((x - nodes[cell]) / (nodes[cell + 1] - nodes[cell]))[..., None]
