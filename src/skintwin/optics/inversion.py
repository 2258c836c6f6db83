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

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.errors import PhotographError
from skintwin.optics import colour
from skintwin.optics.dense_grid import DenseGrid
from skintwin.optics.nuisance import NUISANCES, PixelPrior, nuisance_effects
from skintwin.optics.pigment_table import MELANIN_FOOT_UM, PigmentTable
from skintwin.optics.pixel_solver import PixelSolver
from skintwin.optics.shared_fit import SAMPLED, SharedFit, light_terms, shared_fit

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

    def share(
        self, linear_rgb: ArrayLike, where: ArrayLike | None = None, *, light_sd: float | None = None
    ) -> SharedFit:
        """What all pixels of a picture (h, w, 3) have in common (:mod:`.shared_fit`): give it to :meth:`estimate`.

        where: (h, w) true on pixels of skin, all if None. light_sd: sd of each term of the surface of ln light; that
        of shading if None.
        """
        rgb = np.asarray(linear_rgb, dtype=np.float64)
        if rgb.ndim != 3 or rgb.shape[-1] != 3 or rgb.size == 0:
            raise PhotographError(f"a picture of shape {rgb.shape}", expected="(h, w, 3) linear sRGB, not empty")
        skin = True if where is None else np.asarray(where, dtype=bool)
        usable = np.flatnonzero(np.all(np.isfinite(rgb) & (rgb > _FLOOR), axis=-1) & skin)
        if not usable.size:
            raise PhotographError("no pixel has light in all channels", where="picture")
        chosen = usable[np.linspace(0, usable.size - 1, min(SAMPLED, usable.size)).astype(np.int64)]
        data = np.log(rgb.reshape(-1, 3)[chosen])
        middle = np.median(data, axis=0)[None]

        def solve(theta: Array, lit: Array) -> tuple[Array, Array]:
            return _solve(self._shared.shifted(self._effects_sum(theta)), lit)

        return shared_fit(
            data, light_at(rgb.shape[0], rgb.shape[1], chosen), self.table.grid, self._effects_about, self.prior,
            self.prior.shading_sd if light_sd is None else light_sd, solve,
            self._theta(middle, *_solve(self._free, middle))[0],
        )  # fmt: skip

    def estimate(
        self, linear_rgb: ArrayLike, *, one_person: bool = True, shared: SharedFit | None = None
    ) -> PigmentEstimate:
        """Estimate every pixel of (..., 3) linear sRGB (white reflector = 1).

        shared: of :meth:`share` for this picture (h, w, 3); its nuisances are held and its light is taken out, and the
        relative standard deviations hold what it leaves open on differences to the median colour.

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
        if shared is not None:
            lit = (light_at(rgb.shape[0], rgb.shape[1]) @ shared.light)[:, None]
            held = DenseGrid(self.table.grid.u, self.table.grid.v, self._effects_sum(shared.theta))
            u, v = _solve(self._shared.shifted(held.values), data - lit)
            found = self._report(data - lit, usable, u, v, held(u, v), rgb.shape[:-1])
            return self._with_shared(found, shared, u, v, np.exp(lit).reshape(rgb.shape[:-1]))
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

    def _with_shared(
        self, found: PigmentEstimate, shared: SharedFit, u: Array, v: Array, light: Array
    ) -> PigmentEstimate:
        """The estimate with the light in its shading, and with what ``shared`` leaves open in its relative sd."""
        grid = self.table.grid
        moves = self._shared.moves(self._effects)  # (A, B, 2, K)
        flat = DenseGrid(grid.u, grid.v, moves.reshape(*moves.shape[:2], -1))
        middle = flat(np.median(u, keepdims=True), np.median(v, keepdims=True))
        away = moves - middle.reshape(moves.shape[2:])
        open_ = np.einsum("abik,kl,abil->abi", away, shared.covariance, away)
        variance = DenseGrid(grid.u, grid.v, open_)(u, v).reshape(*found.melanin_um.shape, 2)
        column = found.melanin_um + MELANIN_FOOT_UM
        return replace(
            found,
            melanin_sd_relative=np.hypot(found.melanin_sd_relative, column * np.sqrt(variance[..., 0])),
            blood_sd_relative=np.hypot(found.blood_sd_relative, found.blood * np.sqrt(variance[..., 1])),
            shading=found.shading * light,
        )

    def _effects_sum(self, theta: Array) -> Array:
        """(A, B, 3) change of ln RGB on the grid for nuisances (K,); surface light adds to RGB, the rest is linear."""
        k = NUISANCES.index("specular_residue")
        rest = np.delete(np.arange(len(theta)), k)
        change = np.einsum("k,abkc->abc", theta[rest], self._effects[:, :, rest])
        return np.asarray(change + np.log1p(np.maximum(theta[k] * self._effects[:, :, k] * np.exp(-change), -0.9)))

    def _effects_about(self, theta: Array) -> tuple[Array, Array]:
        """:meth:`_effects_sum`, and the effects (A, B, K, 3) about it."""
        change, about = self._effects_sum(theta), self._effects.copy()
        about[:, :, NUISANCES.index("specular_residue")] *= np.exp(-change)
        return change, about

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


def light_at(height: int, width: int, chosen: NDArray[np.int64] | None = None) -> Array:
    """(n, 6) terms of light of the chosen pixels, or of all, of a picture, counted row by row."""
    place = np.arange(height * width) if chosen is None else chosen
    row, column = np.divmod(place, width)
    return light_terms(2.0 * (row + 0.5) / height - 1.0, 2.0 * (column + 0.5) / width - 1.0)


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
