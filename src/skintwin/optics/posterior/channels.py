"""What an instrument records of a place of skin: any number of channels, each a weighting of the reflectance spectrum.

    raw = R W,   y = M raw + N e,      R (W,) reflectance, W (W, K) weights of raw channels, M (C, K) to recorded ones,
                                       e (K,) noise of raw channels, N (C, K) what compression leaves of M e

Channels of a photograph (three), single bands such as 365 or 850 nm, and lamps side by side are all the same here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.errors import ConfigError
from skintwin.evidence import ledger
from skintwin.optics import colour
from skintwin.optics.camera.device import Camera
from skintwin.optics.emulator import FLOOR, SkinEmulator
from skintwin.optics.emulator_data import EMULATED_NM
from skintwin.optics.emulator_inputs import skin_at
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.spectra import VISIBLE_NM, skin_spectrum, spectrum_to_linear_srgb

Array = NDArray[np.float64]

_DRAWN: Final = ("texture.", "camera.spread_")
"""Rows of the ledger that a rendered photograph of skin depends on, for the fingerprint."""
_LAW: Final = 1
"""Raised by hand when the law of a photograph is measured in another way."""
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
    names: C names. wavelength: (W,) nm. weights: (W, K). matrix, noise_matrix: (C, K) from raw to recorded, for the
    signal and for its noise. noise: of a pixel. photographed: the camera in front of uneven skin, None on even skin;
    what it does to a pixel is then a law (:mod:`.photograph_law`) in place of ``noise`` and ``noise_matrix``.
    source: settings that noise_matrix or the law depend on, for the fingerprint.
    """

    names: tuple[str, ...]
    wavelength: Array = field(repr=False)
    weights: Array = field(repr=False)
    matrix: Array = field(repr=False)
    noise_matrix: Array = field(repr=False)
    noise: PixelNoise
    photographed: Camera | None = None
    source: str = ""

    @classmethod
    def srgb(cls, noise: PixelNoise | None = None) -> ChannelSet:
        """Linear sRGB of a calibrated picture under D65; noise is the ledger's share of the signal if None."""
        own = PixelNoise(share=ledger().value("optics.camera_noise", "1")) if noise is None else noise
        weights = spectrum_to_linear_srgb(np.eye(VISIBLE_NM.size))
        return cls(("R", "G", "B"), VISIBLE_NM, weights, np.eye(3), np.eye(3), own)

    @classmethod
    def camera(cls, camera: Camera) -> ChannelSet:
        """Linear sRGB as a camera develops it: its sensor, its light, its noise, 8-bit rounding and compression."""
        plain = cls._sensor(camera)
        if camera.jpeg is None:
            return plain
        return replace(plain, noise_matrix=_left_by_jpeg(camera, plain.noise, plain.matrix) @ plain.matrix)

    @classmethod
    def _sensor(cls, camera: Camera) -> ChannelSet:
        white = camera.exposure * camera.white()
        own = PixelNoise(full_well=tuple(camera.full_well * white), read=camera.read_noise, eight_bit=True)
        matrix = camera.exposure * camera.matrix() * camera.gains()
        return cls(("R", "G", "B"), VISIBLE_NM, camera.weights(VISIBLE_NM), matrix, matrix, own, source=repr(camera))

    @classmethod
    def lamp(cls, light: str, noise: PixelNoise | None = None) -> ChannelSet:
        """The three channels of the standard observer under one of ``LIGHTS``."""
        own = PixelNoise(share=ledger().value("optics.camera_noise", "1")) if noise is None else noise
        weights = Camera(light=light).weights(VISIBLE_NM)
        return cls(tuple(f"{each} {light}" for each in "XYZ"), VISIBLE_NM, weights, np.eye(3), np.eye(3), own)

    @classmethod
    def photograph(cls, camera: Camera | None = None) -> ChannelSet:
        """A camera (the usual one if None) in front of skin with texture."""
        chosen = camera or Camera.usual()
        own, book = cls._sensor(chosen), ledger()
        rows = [row for key, row in sorted(book.parameters.items()) if key.startswith(_DRAWN)]
        texture = [f"{row.key} {row.value!r} {row.unit}" for row in rows]
        return replace(own, photographed=chosen, source=f"law {_LAW} {own.source} {texture}")

    @classmethod
    def as_recorded(cls, names: tuple[str, ...]) -> ChannelSet:
        """Channels whose raw values are the recorded ones, with noise and all."""
        one = np.eye(len(names))
        return cls(names, np.zeros(len(names)), one, one, one, PixelNoise())

    @classmethod
    def bands(cls, nm: ArrayLike, noise: PixelNoise | None = None) -> ChannelSet:
        """Single bands (LEDs, filters) at (C,) nm."""
        at = np.atleast_1d(np.asarray(nm, dtype=np.float64))
        own = PixelNoise(share=ledger().value("optics.camera_noise", "1")) if noise is None else noise
        return cls(tuple(f"{each:g} nm" for each in at), at, np.eye(at.size), np.eye(at.size), np.eye(at.size), own)

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
        matrix, noisy = np.zeros((2, self.size + other.size, weights.shape[1]))
        row = column = 0
        for each, at in parts:
            across = slice(column, column + each.weights.shape[1])
            weights[at, across] = each.weights
            matrix[row : row + each.size, across] = each.matrix
            noisy[row : row + each.size, across] = each.noise_matrix
            row, column = row + each.size, across.stop
        return ChannelSet((*self.names, *other.names), nm, weights, matrix, noisy, self.noise)

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

    def covariance(self, raw: Array) -> Array:
        """(..., C, C) of the recorded channels of (..., K) raw ones; for even skin only."""
        if self.photographed is not None:
            raise ConfigError("noise of a photograph alone", where="channels", expected="PhotographLaw.covariance")
        electrons = np.maximum(self.noise.raw_variance(raw), 0.0)
        own = np.einsum("ck,...k,dk->...cd", self.noise_matrix, electrons, self.noise_matrix)
        added = self.noise.recorded_variance(self.recorded(raw))
        return np.asarray(own + added[..., None] * np.eye(self.size))


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


_TONES: Final = (0.01, 0.03, 0.07, 0.15)
"""Melanosome shares of the skins on which a compression is tried."""
_SIDE: Final = 96
_PIXEL_MM: Final = 0.15


def _left_by_jpeg(camera: Camera, noise: PixelNoise, matrix: Array) -> Array:
    """(3, 3) what compression makes of noise: mean over some textured skins, from pictures with and without it.

    JPEG holds colour at half resolution and drops small contrasts, so that noise of colour, which a colour matrix
    magnifies, is averaged over neighbours. On even skin little is left; texture keeps contrasts alive that are then
    rounded coarsely, so it is measured on skin with texture.
    """
    from skintwin.optics.render.picture import raw_channels
    from skintwin.optics.render.skin_maps import SkinMaps
    from skintwin.optics.render.skin_spectra import SkinSpectra
    from skintwin.optics.texture.keys import Key
    from skintwin.optics.texture.settings import Texture
    from skintwin.optics.texture.surface import make_surface

    skin, even = SkinSpectra.build(LayeredSkin.reference()), np.ones((_SIDE, _SIDE))
    clean = replace(camera, full_well=float("inf"), read_noise=0.0, jpeg=None)
    thickness, blood = (float(np.asarray(getattr(skin.template, name))) for name in ("epidermis_mm", "blood_papillary"))
    found = []
    for k, share in enumerate(_TONES):
        maps = SkinMaps(1e3 * share * thickness * even, blood * even, _PIXEL_MM)
        surface = make_surface(Texture(), maps.shape, _PIXEL_MM, Key(k))
        raw = raw_channels(maps, skin, camera.weights(VISIBLE_NM), surface=surface)
        seen = colour.srgb_decode(camera.develop(camera.record(raw, Key(k))).reshape(-1, 3) / 255.0)
        middle = raw.mean(axis=(0, 1), dtype=np.float64)
        before = matrix @ np.diag(noise.raw_variance(middle)) @ matrix.T
        error = seen - clean.record(raw, Key(k)).reshape(-1, 3)
        after = np.cov(error.T) - np.diag(noise.recorded_variance(middle @ matrix.T))
        found.append(_root(after) @ np.linalg.inv(_root(before)))
    return np.asarray(np.mean(found, axis=0))


def _root(covariance: Array) -> Array:
    """Symmetric square root; negative directions count as none."""
    size, axes = np.linalg.eigh(covariance)
    return np.asarray((axes * np.sqrt(np.maximum(size, 0.0))) @ axes.T)
