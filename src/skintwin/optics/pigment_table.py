"""Colour of one skin site as a function of its melanin column and blood, fast enough for every pixel.

Axes: u = ln(M + M0) with M the melanin column in um (melanosome share of the living epidermis times its
thickness) and M0 a small constant, so that no melanin is an ordinary point; v = ln(papillary blood share).
Deeper blood scales along. ln R at the nodes is computed by adding-doubling and carried to a dense grid by
bicubic splines per wavelength; colours are then linear interpolation on the dense grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.errors import ConfigError
from skintwin.optics.dense_grid import DenseGrid
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.pigment_nodes import node_reflectance
from skintwin.optics.quadrature import DEFAULT_POINTS
from skintwin.optics.spectra import VISIBLE_NM, spectrum_to_linear_srgb

Array = NDArray[np.float64]

# Numerical extent of the table, not biology: wider than any skin, so that nothing real is clipped.
MELANIN_FOOT_UM: Final = 0.1
"""M0 of the melanin axis, um."""
MAX_MELANIN_FRACTION: Final = 0.5
BLOOD_RANGE: Final = (0.001, 0.25)
_NODES: Final = (25, 15)
_DENSE: Final = (257, 129)


@dataclass(frozen=True, eq=False)
class PigmentTable:
    """Colour of a site over (melanin column, papillary blood). Make it with :meth:`build`.

    Attributes
    ----------
    template: the site, its melanin and blood being placeholders.
    grid: ln of linear sRGB (3 values) on the dense (u, v) grid.
    """

    template: LayeredSkin
    grid: DenseGrid

    @classmethod
    def build(
        cls, template: LayeredSkin, *, points: int = DEFAULT_POINTS, index: Sequence[float] | None = None
    ) -> PigmentTable:
        """Compute the table for a site (plain numbers in ``template``); about a second on one core.

        index: refractive index of each layer from top to bottom (``pigment_nodes.layered_index``); one for all if None.
        """
        from scipy.interpolate import RectBivariateSpline

        u, v = pigment_axes(template, _NODES)
        columns = np.exp(u) - MELANIN_FOOT_UM
        log_r = np.log(node_reflectance(template, columns, np.exp(v), points=points, index=index))
        fine_u, fine_v = np.linspace(u[0], u[-1], _DENSE[0]), np.linspace(v[0], v[-1], _DENSE[1])
        fine = [RectBivariateSpline(u, v, log_r[..., w])(fine_u, fine_v) for w in range(VISIBLE_NM.size)]
        rgb = spectrum_to_linear_srgb(np.exp(np.stack(fine, axis=-1)))
        if not np.all(rgb > 0):
            raise ConfigError("a colour outside sRGB", where="pigment table", expected="a skin-like template")
        return cls(template, DenseGrid(fine_u, fine_v, np.log(rgb)))

    @property
    def epidermis_um(self) -> float:
        """Thickness of the living epidermis, um: melanin fraction = column / this."""
        return float(np.asarray(self.template.epidermis_mm)) * 1e3

    @property
    def melanin_max_um(self) -> float:
        """Largest melanin column of the table, um."""
        return MAX_MELANIN_FRACTION * self.epidermis_um

    def axes(self, melanin_um: ArrayLike, blood: ArrayLike) -> tuple[Array, Array]:
        """Melanin (um) and blood (share) -> u and v, clipped to the table."""
        column = np.clip(np.asarray(melanin_um, dtype=np.float64), 0.0, self.melanin_max_um)
        share = np.clip(np.asarray(blood, dtype=np.float64), *BLOOD_RANGE)
        return np.log(column + MELANIN_FOOT_UM), np.log(share)

    def linear_srgb(self, melanin_um: ArrayLike, blood: ArrayLike) -> Array:
        """(..., 3) linear sRGB under D65, white reflector = 1, specular excluded.

        melanin_um: melanin column, um, 0 to ``melanin_max_um``; blood: papillary share, 0.001 to 0.25. The
        two broadcast; values outside are clipped.
        """
        u, v = np.broadcast_arrays(*self.axes(melanin_um, blood))
        return np.exp(self.grid(u, v))


def pigment_axes(template: LayeredSkin, nodes: tuple[int, int]) -> tuple[Array, Array]:
    """Evenly spaced nodes of u and v for a site."""
    top = MAX_MELANIN_FRACTION * float(np.asarray(template.epidermis_mm)) * 1e3
    u = np.linspace(np.log(MELANIN_FOOT_UM), np.log(top + MELANIN_FOOT_UM), nodes[0])
    return u, np.linspace(np.log(BLOOD_RANGE[0]), np.log(BLOOD_RANGE[1]), nodes[1])
