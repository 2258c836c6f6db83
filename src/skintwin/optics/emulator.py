"""Spectra of skin by a small neural network in place of adding-doubling, for bulk work.

    x (11 inputs in -1..1) -> three layers of silu units -> 14 principal components of ln(R + 0.02) -> R (41 bands)

The weights are made by :mod:`skintwin.optics.emulator_training` from this project's own adding-doubling and carry the
fingerprint of the coefficients they came from; weights of other coefficients are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import ConfigError
from skintwin.optics.coefficient_version import fingerprint, probe
from skintwin.optics.emulator_inputs import places_of
from skintwin.optics.layers import LayeredSkin

Array = NDArray[np.float64]
Single = NDArray[np.float32]

FLOOR: Final = 0.02
"""Added to R before the logarithm, so that black skin does not outweigh the rest."""
_ROWS: Final = 512  # at a time, so that the activations stay in cache
_AGAIN: Final = "train it again: skintwin optics train-emulator --out FILE"


@dataclass(frozen=True, eq=False)
class SkinEmulator:
    """A trained emulator. Make it with :meth:`load`.

    Attributes
    ----------
    wavelength: (W,) nm. weights, biases: of the layers, first to last. mean: (W,) of ln(R + 0.02); basis: (K, W)
    principal components, scaled to the network's output.
    """

    wavelength: Array
    weights: Sequence[Single]
    biases: Sequence[Single]
    mean: Single
    basis: Single

    @classmethod
    def load(cls, path: Path | str | None = None) -> SkinEmulator:
        """The emulator of a file, or the one that comes with the package. ConfigError if the file cannot be read or was
        trained on other coefficients than those in force."""
        return _packaged() if path is None else _read(Path(path).read_bytes(), str(path))

    def coefficients(self, places: Array | Single) -> Single:
        """(..., 11) positions of :func:`places_of` -> (..., K) components: the unit in which its speed is told."""
        x = np.ascontiguousarray(places, dtype=np.float32)
        flat = x.reshape(-1, x.shape[-1])
        found = np.empty((flat.shape[0], self.basis.shape[0]), np.float32)
        for begin in range(0, flat.shape[0], _ROWS):
            hidden = flat[begin : begin + _ROWS]
            for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
                hidden = _silu(hidden @ weight, bias)
            found[begin : begin + _ROWS] = hidden @ self.weights[-1] + self.biases[-1]
        return found.reshape(*x.shape[:-1], -1)

    def spectra(self, coefficients: Single) -> Single:
        """(..., K) components -> (..., W) diffuse reflectance, specular excluded (SCE)."""
        return np.asarray(np.exp(coefficients @ self.basis + self.mean) - np.float32(FLOOR))

    def reflectance(self, skin: LayeredSkin) -> Single:
        """(..., W) diffuse reflectance of a skin within the bounds of ``emulator_inputs``; ConfigError outside."""
        return self.spectra(self.coefficients(places_of(skin)))


def _silu(hidden: Single, bias: Single) -> Single:
    """x / (1 + e^-x) of hidden + bias, in place."""
    hidden += bias
    under = np.negative(hidden)
    np.exp(np.minimum(under, 80.0, out=under), out=under)
    under += 1.0
    hidden /= under
    return hidden


def write_emulator(emulator: SkinEmulator, path: Path | str, **notes: float | str) -> None:
    """Save as .npz with the fingerprint of the coefficients in force; ``notes`` (how it was trained) go along."""
    held: dict[str, Any] = {f"weight_{k}": w for k, w in enumerate(emulator.weights)}
    held |= {f"bias_{k}": b for k, b in enumerate(emulator.biases)}
    held |= {"wavelength": emulator.wavelength, "mean": emulator.mean, "basis": emulator.basis}
    held |= {"fingerprint": np.array(fingerprint()), "probe": probe(emulator.wavelength)}
    held |= {name: np.array(value) for name, value in notes.items()}
    np.savez_compressed(Path(path), allow_pickle=False, **held)


@lru_cache(maxsize=1)
def _packaged() -> SkinEmulator:
    return _read(files("skintwin.optics").joinpath("data", "skin_emulator.npz").read_bytes(), "packaged emulator")


def _read(content: bytes, where: str) -> SkinEmulator:
    try:
        with np.load(BytesIO(content), allow_pickle=False) as file:
            held = {name: file[name] for name in file.files}
        depth = sum(name.startswith("weight_") for name in held)
        found = SkinEmulator(
            wavelength=held["wavelength"],
            weights=[held[f"weight_{k}"] for k in range(depth)],
            biases=[held[f"bias_{k}"] for k in range(depth)],
            mean=held["mean"],
            basis=held["basis"],
        )
        made_from, coefficients = str(held["fingerprint"]), held["probe"]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise ConfigError(f"not an emulator ({error})", where=where, expected="weights (.npz)", do=_AGAIN) from error
    if made_from != fingerprint():
        raise ConfigError(
            f"trained on coefficients {made_from}", where=where, expected=f"coefficients {fingerprint()}", do=_AGAIN
        )
    if not np.allclose(coefficients, probe(found.wavelength), rtol=1e-6, atol=0.0):
        raise ConfigError("trained on another layer model", where=where, expected="the one in force", do=_AGAIN)
    return found
