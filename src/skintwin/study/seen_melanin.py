"""Melanin as a camera sees it: dermal melanin counted by the epidermal column that is as dark.

    L*(C(m + e, b)) = L*(C(m, b) T(m, D))       e(m, D) ≥ 0, 0 at D = 0

C is the colour of the site at melanin column m and its usual blood b, T what dermal melanin D does to it in pictures
(``optics.dermal_tint``). The hue is not matched: dermal melanin is greyer than epidermal of the same darkness, which
``delta_e`` shows and a contrast of pigment cannot. The pigment map of one photograph (``optics.inversion``) finds less:
it takes the grey for a colour that epidermal pigment cannot have and gives part of it to shading and blood.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from skintwin.optics.colour import linear_srgb_to_lab
from skintwin.optics.dense_grid import DenseGrid
from skintwin.optics.dermal_tint import DERMAL, DermalTint
from skintwin.optics.pigment_table import PigmentTable

Array = NDArray[np.float64]

NODES = (257, 65)
"""Nodes over the melanin column and the dermal column, evenly in ln(1 + µm)."""
COLUMNS = 4097
"""Columns at which the lightness is inverted."""


@dataclass(frozen=True, eq=False)
class SeenMelanin:
    """``extra``: e (µm) over ln(1 + m), ln(1 + D). Make it with :meth:`build`."""

    extra: DenseGrid

    @classmethod
    @lru_cache(maxsize=8)
    def build(cls, table: PigmentTable, blood: float) -> SeenMelanin:
        """The column of a site at a blood share; kept for the next time it is asked for."""
        u = np.linspace(0.0, np.log1p(table.melanin_max_um), NODES[0])
        v = np.linspace(0.0, np.log1p(DERMAL[-1]), NODES[1])
        m, d = np.expm1(u)[:, None], np.expm1(v)[None, :]
        tint = DermalTint.build(table.template)
        dark = _lightness(table.linear_srgb(m, blood) * tint.factor(m, d))
        columns = np.expm1(np.linspace(0.0, u[-1], COLUMNS))
        found = np.interp(-dark, -_lightness(table.linear_srgb(columns, blood)), columns)
        return cls(DenseGrid(u, v, np.maximum(found - found[:, :1], 0.0)[..., None]))

    def __call__(self, melanin: Array, dermal: Array) -> Array:
        """Column (µm) of the shape of ``melanin`` (µm) with ``dermal`` (µm, the same shape).

        Where there is no dermal melanin it is ``melanin``, bit for bit. Dermal melanin above 20 µm counts as 20.
        """
        where = np.asarray(dermal) > 0
        if not where.any():
            return melanin
        out = np.array(melanin, np.float64)
        out[where] += self.extra(np.log1p(np.maximum(out[where], 0.0)), np.log1p(dermal[where]))[:, 0]
        return out


def _lightness(linear: Array) -> Array:
    return np.asarray(linear_srgb_to_lab(linear)[..., 0])
