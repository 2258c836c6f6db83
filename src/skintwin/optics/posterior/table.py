"""The posterior baked into a table, for tens of millions of pixels a second on one core.

Axes ln G, ln R/G, ln B/G of linear sRGB, on which the colours of skin fill a compact body; 33 nodes each, linear in
between; on a node mean and sd of u = ln(melanin column + foot) and v = ln blood from the network. A pixel is flagged
where its cell is farther than one from every cell that the population reaches, and outside of the box.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.errors import PhotographError
from skintwin.optics.colour import srgb_decode
from skintwin.optics.posterior.channels import ChannelSet
from skintwin.optics.posterior.network import DARKEST, MELANIN_FOOT, PACKAGED, PosteriorNet
from skintwin.optics.posterior.photograph_law import photographed
from skintwin.optics.posterior.population import Priors, draw_people, record

Array = NDArray[np.float64]
Single = NDArray[np.float32]

NODES: Final = 33
"""Nodes of an axis."""
_PEOPLE: Final = 1 << 18
_SEED: Final = 771
_EDGE: Final = 4e-4  # share of the population beyond each face of the box
_Z90: Final = 1.6448536269514722


@dataclass(frozen=True, eq=False)
class PixelPosterior:
    """What the colour of each pixel says; fields have the pixels' shape (...).

    Attributes
    ----------
    melanin_um, blood: most likely melanin column (µm) and papillary blood share: medians of the posterior.
    melanin_sd: sd of ln(melanin_um + foot), foot 0.1 µm. blood_sd: sd of ln blood.
    in_gamut: False where the colour is not one of skin under the assumed light.
    """

    melanin_um: Single
    melanin_sd: Single
    blood: Single
    blood_sd: Single
    in_gamut: NDArray[np.bool_]

    def melanin_interval(self, z: float = _Z90) -> tuple[Single, Single]:
        """Bounds (µm) at ``z`` standard deviations: 90 % of the posterior by default."""
        middle, half = self.melanin_um + np.float32(MELANIN_FOOT), np.exp(np.float32(z) * self.melanin_sd)
        low, high = middle / half - np.float32(MELANIN_FOOT), middle * half - np.float32(MELANIN_FOOT)
        return np.maximum(low, 0.0), high

    def blood_interval(self, z: float = _Z90) -> tuple[Single, Single]:
        """The same for blood (share)."""
        half = np.exp(np.float32(z) * self.blood_sd)
        return self.blood / half, self.blood * half


@dataclass(frozen=True, eq=False)
class DermalIndex:
    """How much the colour speaks for dermal melanin. Three channels hold little on it: read ``sd`` beside ``index``.

    index: (...) mean of ln(dermal melanin column + foot) minus its prior mean, in prior sd: 0 says nothing, 2 is
    likely. sd: (...) its standard deviation in the same unit; 1 says that the picture told nothing.
    """

    index: Array
    sd: Array


@dataclass(frozen=True, eq=False)
class PosteriorTable:
    """low, step: (3,) of the axes; values (N, N, N, 4); skin (N, N, N): 1 where the population reaches."""

    net: PosteriorNet = field(repr=False)
    low: Single
    step: Single
    values: Single = field(repr=False)
    skin: NDArray[np.uint8] = field(repr=False)

    @classmethod
    def bake(
        cls, net: PosteriorNet, channels: ChannelSet, nodes: int = NODES, priors: Priors | None = None
    ) -> PosteriorTable:
        """The table of a network of three channels; about a second."""
        if channels.size != 3:
            raise PhotographError(
                f"{channels.size} channels", where="posterior table", expected="three; use the network"
            )
        prior = Priors.from_ledger() if priors is None else priors
        people, rng = draw_people(_PEOPLE, _SEED, prior), np.random.default_rng(_SEED)
        if net.law is None:
            seen = record(people.raw(channels), channels, prior.shading, rng)
        else:
            seen = photographed(people, channels, net.law, prior.shading, rng)[1]
        x = axes_of(seen[np.all(seen > DARKEST, axis=-1)])
        low, high = np.quantile(x, _EDGE, axis=0), np.quantile(x, 1.0 - _EDGE, axis=0)
        step = (high - low) / (nodes - 1)
        grid = np.stack(np.meshgrid(*(low[k] + step[k] * np.arange(nodes) for k in range(3)), indexing="ij"), axis=-1)
        logs = np.stack([grid[..., 0] + grid[..., 1], grid[..., 0], grid[..., 0] + grid[..., 2]], axis=-1)
        mean, sd = net.from_logarithm(logs.astype(np.float32))
        values = np.stack([mean[..., 0], sd[..., 0], mean[..., 1], sd[..., 1]], axis=-1)
        return cls(
            net, low.astype(np.float32), step.astype(np.float32), np.ascontiguousarray(values, np.float32),
            _reached((x - low) / step, nodes),
        )  # fmt: skip

    @classmethod
    @lru_cache(maxsize=2)
    def packaged(cls, name: str = "srgb") -> PosteriorTable:
        """From a packaged network, kept for the next time: ``"srgb"``, a calibrated picture of even skin with 1 % of
        noise, or ``"photograph"``, an 8-bit picture of the usual camera with texture."""
        return cls.bake(PosteriorNet.load(name), PACKAGED[name]())

    def estimate(self, picture: ArrayLike) -> PixelPosterior:
        """(..., 3) linear sRGB (float, white = 1) or 8-bit sRGB (uint8) -> what each pixel says."""
        found = np.asarray(picture)
        if found.ndim < 1 or found.shape[-1] != 3 or found.size == 0:
            raise PhotographError(
                f"pixels of shape {found.shape}", expected="(..., 3) linear sRGB or uint8 sRGB, not empty"
            )
        out = np.empty((found.size // 3, 4), np.float32)
        inside = np.empty(found.size // 3, np.bool_)
        self.fill(found.reshape(-1, 3), out, inside)
        shape = found.shape[:-1]
        melanin, melanin_sd, blood, blood_sd = (out[:, k].reshape(shape) for k in range(4))
        return PixelPosterior(melanin, melanin_sd, blood, blood_sd, inside.reshape(shape))

    def fill(self, pixels: NDArray[np.generic], out: Single, inside: NDArray[np.bool_]) -> None:
        """Write melanin (µm), its sd, blood and its sd of (n, 3) pixels into out (n, 4), and whether they are skin."""
        from skintwin.optics.posterior.kernels import look_up_bytes, look_up_float

        box = np.concatenate([self.low, 1.0 / self.step]).astype(np.float32)
        foot = np.float32(MELANIN_FOOT)
        if pixels.dtype == np.uint8:
            look_up_bytes(pixels, byte_logarithm(), box, self.values, self.skin, foot, out, inside)
        else:
            look_up_float(np.ascontiguousarray(pixels, np.float32), box, self.values, self.skin, foot, out, inside)

    def dermal_index(self, linear: ArrayLike) -> DermalIndex:
        """The dermal index of (..., 3) linear sRGB, by the network."""
        mean, sd = self.net(np.asarray(linear, dtype=np.float64))
        middle, unit = float(self.net.middle[2]), float(self.net.unit[2])
        return DermalIndex((mean[..., 2] - middle) / unit, sd[..., 2] / unit)


def axes_of(linear: Array) -> Array:
    """(..., 3) linear sRGB above 0 -> ln G, ln R/G, ln B/G."""
    r, g, b = np.moveaxis(np.log(linear), -1, 0)
    return np.stack([g, r - g, b - g], axis=-1)


@lru_cache(maxsize=1)
def byte_logarithm() -> Single:
    """(256,) ln of the linear value of each 8-bit sRGB code; code 0 counts as the darkest value."""
    return np.asarray(np.log(np.maximum(srgb_decode(np.arange(256) / 255.0), DARKEST)), np.float32)


def _reached(place: Array, nodes: int) -> NDArray[np.uint8]:
    """(N, N, N) 1 at nodes within one cell of a place of the population."""
    from scipy.ndimage import binary_dilation

    near = np.rint(place).astype(np.int64)
    near = near[np.all((near >= 0) & (near < nodes), axis=-1)]
    count = np.zeros((nodes,) * 3, np.int64)
    np.add.at(count, tuple(near.T), 1)
    return np.ascontiguousarray(binary_dilation(count >= 1, np.ones((3, 3, 3), bool)).astype(np.uint8))
