"""What an instrument records of a place of skin: any number of channels, each a weighting of the reflectance spectrum.

    y = M (R W (1 + noise)),      R (W,) reflectance, W (W, K) weights of raw channels, M (C, K) to the recorded ones

Channels of a photograph (three), single bands such as 365 or 850 nm, and lamps side by side are all the same here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.errors import ConfigError
from skintwin.evidence import ledger
from skintwin.optics.camera.device import Camera
from skintwin.optics.emulator import FLOOR, SkinEmulator
from skintwin.optics.emulator_data import EMULATED_NM
from skintwin.optics.emulator_inputs import skin_at
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.spectra import VISIBLE_NM, skin_spectrum, spectrum_to_linear_srgb

Array = NDArray[np.float64]

WATER_NM: Final = 700.0
"""Wavelength (nm) from which the skin's water counts."""
_POINTS: Final = 8
_ROWS: Final = 1 << 13


@dataclass(frozen=True, eq=False)
class PixelNoise:
    """Noise of a pixel; variances add.

    Attributes
    ----------
    share: of the signal of each recorded channel. full_well, read: electrons of a raw channel at white level and of
    reading; infinity and 0 for none. eight_bit: True if recorded values are rounded to 8-bit sRGB.
    """

    share: float = 0.0
    full_well: float | tuple[float, ...] = float("inf")
    read: float = 0.0
    eight_bit: bool = False

    def raw_variance(self, raw: Any) -> Any:
        """(..., K) variance of raw channels (white = 1)."""
        per_electron = 1.0 / np.asarray(self.full_well)
        return raw * per_electron + (self.read * per_electron) ** 2

    def recorded_variance(self, level: Any) -> Any:
        """(..., C) variance that is added to recorded channels (white = 1)."""
        variance = (self.share * level) ** 2
        if self.eight_bit:
            steep = 2.4 / 1.055 * abs(level) ** (1.4 / 2.4)  # d(linear)/d(sRGB), IEC 61966-2-1
            variance = variance + (steep / 255.0) ** 2 / 12.0
        return variance


@dataclass(frozen=True, eq=False)
class ChannelSet:
    """Channels of an instrument and their noise.

    Attributes
    ----------
    names: C names. wavelength: (W,) nm. weights: (W, K). matrix: (C, K) from raw to recorded. noise: of a pixel.
    shading: (C,) 1 where the channel shares the brightness of the pixel (all channels of one exposure do).
    """

    names: tuple[str, ...]
    wavelength: Array = field(repr=False)
    weights: Array = field(repr=False)
    matrix: Array = field(repr=False)
    noise: PixelNoise

    @classmethod
    def srgb(cls, noise: PixelNoise | None = None) -> ChannelSet:
        """Linear sRGB of a calibrated picture under D65; noise is the ledger's share of the signal if None."""
        own = PixelNoise(share=ledger().value("optics.camera_noise", "1")) if noise is None else noise
        weights = spectrum_to_linear_srgb(np.eye(VISIBLE_NM.size))
        return cls(("R", "G", "B"), VISIBLE_NM, weights, np.eye(3), own)

    @classmethod
    def camera(cls, camera: Camera) -> ChannelSet:
        """Linear sRGB as a camera develops it: its sensor, its light, its noise and 8-bit rounding."""
        white = camera.exposure * camera.white()
        own = PixelNoise(full_well=tuple(camera.full_well * white), read=camera.read_noise, eight_bit=True)
        matrix = camera.exposure * camera.matrix() * camera.gains()
        return cls(("R", "G", "B"), VISIBLE_NM, camera.weights(VISIBLE_NM), matrix, own)

    @classmethod
    def bands(cls, nm: ArrayLike, noise: PixelNoise | None = None) -> ChannelSet:
        """Single bands (LEDs, filters) at (C,) nm."""
        at = np.atleast_1d(np.asarray(nm, dtype=np.float64))
        own = PixelNoise(share=ledger().value("optics.camera_noise", "1")) if noise is None else noise
        return cls(tuple(f"{each:g} nm" for each in at), at, np.eye(at.size), np.eye(at.size), own)

    @property
    def size(self) -> int:
        """How many channels are recorded."""
        return len(self.names)

    def __add__(self, other: ChannelSet) -> ChannelSet:
        """The channels of both, in one exposure; they must have the same noise."""
        if self.noise != other.noise and vars(self.noise) != vars(other.noise):
            raise ConfigError("channel sets with different noise", where="channels", expected="one noise for all")
        nm = np.unique(np.concatenate([self.wavelength, other.wavelength]))
        parts = [(each, np.searchsorted(nm, each.wavelength)) for each in (self, other)]
        weights = np.zeros((nm.size, sum(each.weights.shape[1] for each, _ in parts)))
        matrix = np.zeros((self.size + other.size, weights.shape[1]))
        row = column = 0
        for each, at in parts:
            across = slice(column, column + each.weights.shape[1])
            weights[at, across] = each.weights
            matrix[row : row + each.size, across] = each.matrix
            row, column = row + each.size, across.stop
        return ChannelSet((*self.names, *other.names), nm, weights, matrix, self.noise)

    def raw(self, skin: LayeredSkin) -> Array:
        """(..., K) raw channels of a skin by adding-doubling."""
        return _exact(skin, self.wavelength) @ self.weights

    def raw_at(self, places: Array) -> Array:
        """(n, K) raw channels of (n, 11) positions of the emulator: the emulator where it knows the wavelength, else
        adding-doubling."""
        known = np.isin(self.wavelength, EMULATED_NM)
        weights = self.weights.astype(np.float32)
        found = np.zeros((len(places), self.weights.shape[1]))
        if known.any():
            emulator, columns = SkinEmulator.load(), np.searchsorted(EMULATED_NM, self.wavelength[known])
            basis, mean = emulator.basis[:, columns], emulator.mean[columns]
            floor = np.float32(FLOOR) * weights[known].sum(axis=0)
            for begin in range(0, len(places), _ROWS):
                rows = slice(begin, begin + _ROWS)
                spectra = np.exp(emulator.coefficients(places[rows]) @ basis + mean)
                found[rows] = spectra @ weights[known] - floor
        if not known.all():
            for part in np.array_split(np.arange(len(places)), -(-len(places) // 256)):
                found[part] += _exact(skin_at(places[part]), self.wavelength[~known]) @ self.weights[~known]
        return found

    def recorded(self, raw: Any) -> Any:
        """(..., K) raw -> (..., C) recorded channels, noise-free."""
        return raw @ self.matrix.T


def _exact(skin: LayeredSkin, wavelength: Array) -> Array:
    """(..., W) reflectance by adding-doubling; water where it counts."""
    dry = wavelength <= WATER_NM
    parts = [skin_spectrum(each, wavelength[rows], points=_POINTS) if rows.any() else None
             for each, rows in ((skin, dry), (skin.with_water(), ~dry))]  # fmt: skip
    shape = next(part.shape[:-1] for part in parts if part is not None)
    found = np.empty((*shape, wavelength.size))
    for part, rows in zip(parts, (dry, ~dry), strict=True):
        if part is not None:
            found[..., rows] = part
    return found
