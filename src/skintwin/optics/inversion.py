"""From a pixel's colour to melanin column, blood and shading, each with its standard deviation.

Model of a pixel, in ln linear sRGB (three numbers d):

    d = f(u, v) + s (1, 1, 1) + J(u, v) theta + noise,

u = ln(melanin column + M0), v = ln(blood), f the pigment table, s the shading, theta the nuisances in units
of their standard deviation, all with normal priors. s and theta enter linearly and are integrated out, which
leaves two unknowns and the 3 x 3 covariance C = noise^2 + sd_s^2 11' + J J'. Two standard deviations are
given: absolute (nuisances unknown), and relative, for differences within one picture of one person, J left
out. Afterwards theta = J' C^-1 (d - f) at the solution, and s likewise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.errors import PhotographError
from skintwin.optics import colour
from skintwin.optics.dense_grid import DenseGrid
from skintwin.optics.nuisance import PixelPrior, nuisance_effects
from skintwin.optics.pigment_table import MELANIN_FOOT_UM, PigmentTable
from skintwin.optics.pixel_solver import PixelSolver

Array = NDArray[np.float64]

_FLOOR: Final = 1e-4  # darkest linear value that still has a logarithm worth using
_GAMUT_CHI2: Final = 16.27  # chi-squared with 3 degrees of freedom, 99.9 %
_CHUNK: Final = 1 << 15
_CELL: Final = 0.06  # side of the ln RGB cells that share a starting point
_START_STEPS: Final = 14
_STEPS: Final = 3


@dataclass(frozen=True, eq=False)
class PigmentEstimate:
    """What a picture says about each pixel; every field but ``offset`` has the pixels' shape (...).

    Attributes
    ----------
    melanin_um: melanin column, um. melanin_sd, melanin_sd_relative: its standard deviation, um, absolute and
        within one picture.
    blood: papillary blood share. blood_sd, blood_sd_relative: likewise.
    shading: brightness over that of an evenly lit flat surface.
    offset: (..., 3) ln RGB ascribed to nuisances.
    in_gamut: False where the colour is not one of skin under the assumed light (or is black or clipped to 0).
    residual_de00: CIEDE2000 between the pixel and table colour x shading x exp(offset).
    """

    melanin_um: Array
    melanin_sd: Array
    melanin_sd_relative: Array
    blood: Array
    blood_sd: Array
    blood_sd_relative: Array
    shading: Array
    offset: Array
    in_gamut: NDArray[np.bool_]
    residual_de00: Array

    def render(self, table: PigmentTable) -> Array:
        """(..., 3) linear sRGB of the estimate; differs from the picture by ``residual_de00``."""
        base = table.linear_srgb(self.melanin_um, self.blood)
        return np.asarray(base * self.shading[..., None] * np.exp(self.offset))


class Inverter:
    """Inverse of one pigment table. Building takes about a second, a 512 x 512 picture under two.

    Parameters
    ----------
    table: the site. prior: what is believed before; the ledger's if None.
    gain_sd: (3,) or one standard deviation of ln gain per channel of an uncalibrated photograph (see
        ``photograph_gains``); it counts as one more nuisance per channel.
    """

    def __init__(
        self, table: PigmentTable, prior: PixelPrior | None = None, gain_sd: ArrayLike = 0.0
    ) -> None:
        self.table = table
        self.prior = PixelPrior.from_ledger() if prior is None else prior
        gains = np.diag(np.broadcast_to(np.asarray(gain_sd, dtype=np.float64), (3,)))
        known = nuisance_effects(table)
        self._effects = np.concatenate([known, np.broadcast_to(gains, (*known.shape[:2], 3, 3))], axis=2)
        self._free = PixelSolver(table, self.prior, self._effects)
        self._shared = PixelSolver(table, self.prior, np.zeros_like(self._effects))

    def estimate(self, linear_rgb: ArrayLike, *, one_person: bool = True) -> PigmentEstimate:
        """Estimate every pixel of (..., 3) linear sRGB (white reflector = 1).

        one_person: True for a picture: the nuisances are taken from its median colour and held for all
        pixels, so that differences between pixels are as sharp as noise and shading allow. False when every
        pixel is another person or site: each has its own nuisances. Pixels that are not finite or not
        positive are estimated from a floor value and flagged by ``in_gamut``.
        """
        rgb = np.asarray(linear_rgb, dtype=np.float64)
        if rgb.ndim < 1 or rgb.shape[-1] != 3 or rgb.size == 0:
            raise PhotographError(f"pixels of shape {rgb.shape}", expected="(..., 3) linear sRGB, not empty")
        flat = rgb.reshape(-1, 3)
        usable = np.all(np.isfinite(flat) & (flat > _FLOOR), axis=-1)
        data = np.log(np.where(np.isfinite(flat) & (flat > _FLOOR), flat, _FLOOR))
        if one_person:
            middle = np.median(data[usable] if usable.any() else data, axis=0)[None]
            theta = self._theta(middle, *_solve(self._free, middle))
            held = DenseGrid(self.table.grid.u, self.table.grid.v, self._effects_sum(theta[0]))
            u, v = _solve(self._shared.shifted(held.values), data)
            explained = held(u, v)
        else:
            u, v = _solve(self._free, data)
            explained = np.einsum("nk,nkc->nc", self._theta(data, u, v), self._effects_at(u, v))
        return self._report(data, usable, u, v, explained, rgb.shape[:-1])

    def _effects_sum(self, theta: Array) -> Array:
        """(A, B, 3) change of ln RGB on the grid for nuisances (K,)."""
        return np.asarray(np.einsum("k,abkc->abc", theta, self._effects))

    def _effects_at(self, u: Array, v: Array) -> Array:
        grid = self.table.grid
        flat = DenseGrid(grid.u, grid.v, self._effects.reshape(*self._effects.shape[:2], -1))
        return flat(u, v).reshape(len(u), -1, 3)

    def _theta(self, data: Array, u: Array, v: Array) -> Array:
        """(n, K) most probable nuisances at the solution, J' C^-1 (d - f)."""
        weighted = self._free.weighted(u, v, data - self.table.grid(u, v))
        return np.asarray(np.einsum("nkc,nc->nk", self._effects_at(u, v), weighted))

    def _report(
        self,
        data: Array,
        usable: NDArray[np.bool_],
        u: Array,
        v: Array,
        explained: Array,
        shape: tuple[int, ...],
    ) -> PigmentEstimate:
        column, blood = np.exp(u) - MELANIN_FOOT_UM, np.exp(v)
        difference = data - self.table.grid(u, v)
        shading = self.prior.shading_sd**2 * self._shared.weighted(u, v, difference - explained).sum(axis=-1)
        chi2 = np.sum(self._free.weighted(u, v, difference) * difference, axis=-1)
        absolute, relative = self._free.sd(u, v), self._shared.sd(u, v)
        scale = np.stack([column + MELANIN_FOOT_UM, blood], axis=-1)
        absolute, relative = absolute * scale, relative * scale
        rendered = np.exp(data - difference + explained + shading[:, None])
        residual = colour.delta_e_2000(
            colour.linear_srgb_to_lab(np.exp(data)), colour.linear_srgb_to_lab(rendered)
        )
        return PigmentEstimate(
            melanin_um=column.reshape(shape),
            melanin_sd=absolute[:, 0].reshape(shape),
            melanin_sd_relative=relative[:, 0].reshape(shape),
            blood=blood.reshape(shape),
            blood_sd=absolute[:, 1].reshape(shape),
            blood_sd_relative=relative[:, 1].reshape(shape),
            shading=np.exp(shading).reshape(shape),
            offset=explained.reshape(*shape, 3),
            in_gamut=(usable & (chi2 <= _GAMUT_CHI2)).reshape(shape),
            residual_de00=residual.reshape(shape),
        )


def _solve(solver: PixelSolver, data: Array) -> tuple[Array, Array]:
    """u and v, (n,) each, for (n, 3) ln RGB; cells of like colour share a starting point."""
    cells = np.floor(data / _CELL).astype(np.int64)
    code = (cells - cells.min(axis=0)) @ np.array([1, 1 << 12, 1 << 24])
    _, first, place = np.unique(code, return_index=True, return_inverse=True)
    start = np.broadcast_to(solver.mean, (first.size, 2))
    for _ in range(_START_STEPS):
        start = solver.step(start, data[first])
    x = start[place]
    for begin in range(0, len(data), _CHUNK):
        rows = slice(begin, begin + _CHUNK)
        for _ in range(_STEPS):
            x[rows] = solver.step(x[rows], data[rows])
    return x[:, 0], x[:, 1]
