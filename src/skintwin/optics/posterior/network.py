"""Posterior mean and standard deviation of pigment from a pixel's channels, by a small network.

    x = (ln y - centre) · turn → silu layers → (mean, ln sd) of  u = ln(melanin column + foot),  v = ln blood,
                                                               w = ln(dermal melanin column + foot)

Trained by :mod:`.training` to the most likely normal law, so that at the optimum mean and sd are those of the exact
posterior whatever its shape. The weights carry a fingerprint of the coefficients, the priors and the channels.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
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
from skintwin.evidence import ledger
from skintwin.optics.coefficient_version import fingerprint
from skintwin.optics.posterior.channels import ChannelSet
from skintwin.optics.posterior.photograph_law import PhotographLaw
from skintwin.optics.posterior.population import MELANIN_FOOT as MELANIN_FOOT
from skintwin.optics.posterior.population import PRIOR_KEYS

Array = NDArray[np.float64]
Single = NDArray[np.float32]

DERMAL_FOOT: Final = 0.1
"""The same for dermal melanin, µm."""
DARKEST: Final = 1e-4
"""Smallest value of a channel whose logarithm is used."""
TARGETS: Final = ("melanin", "blood", "dermal")
"""Order of the outputs: their means, then their standard deviations."""
MODEL: Final = 1
"""Raised by hand when the population or the training changes what a posterior means."""
_AGAIN: Final = "train it again: skintwin optics train-inverse --out FILE"


@dataclass(frozen=True, eq=False)
class PosteriorNet:
    """A trained posterior. Make it with :meth:`load`.

    Attributes
    ----------
    channels: names. centre (C,), turn (C, C): to the inputs. weights, biases: of the layers.
    middle, unit: (3,) of the targets: outputs are (mean - middle) / unit and ln(sd / unit).
    law: what a photograph does to a pixel, None on even skin.
    """

    channels: tuple[str, ...]
    centre: Single
    turn: Single
    weights: Sequence[Single]
    biases: Sequence[Single]
    middle: Single
    unit: Single
    law: PhotographLaw | None = None

    @classmethod
    def load(cls, name: str = "srgb") -> PosteriorNet:
        """One of the ``PACKAGED`` posteriors; ConfigError if it was made from other numbers than those in force."""
        return _packaged(name)

    @classmethod
    def read(cls, path: Path | str, channels: ChannelSet) -> PosteriorNet:
        """The posterior of a file; ``channels`` are those that it was trained for. ConfigError as in :meth:`load`."""
        return _read(Path(path).read_bytes(), str(path), channels)

    def __call__(self, recorded: Array) -> tuple[Array, Array]:
        """(..., C) recorded channels -> (..., 3) means of (u, v, w) and (..., 3) their standard deviations."""
        x = np.log(np.maximum(np.asarray(recorded, np.float32), np.float32(DARKEST)))
        return self.from_logarithm(x)

    def from_logarithm(self, logarithm: Single) -> tuple[Array, Array]:
        """The same from (..., C) ln of the channels."""
        flat = (logarithm.reshape(-1, logarithm.shape[-1]) - self.centre) @ self.turn
        found = np.empty((len(flat), 2 * self.middle.size), np.float32)
        for begin in range(0, len(flat), 4096):
            hidden = flat[begin : begin + 4096]
            for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
                hidden = hidden @ weight + bias
                hidden = hidden / (1.0 + np.exp(-hidden))
            found[begin : begin + 4096] = hidden @ self.weights[-1] + self.biases[-1]
        k = self.middle.size
        mean = self.middle + self.unit * found[:, :k]
        sd = self.unit * np.exp(found[:, k:])
        shape = (*logarithm.shape[:-1], k)
        return mean.reshape(shape).astype(np.float64), sd.reshape(shape).astype(np.float64)


def made_from(channels: ChannelSet) -> str:
    """Sixteen hexadecimal digits of what a posterior depends on: coefficients, priors, channels and their noise."""
    book = ledger()
    noise = channels.noise
    wells = np.ravel(noise.full_well)
    lines = [f"posterior {MODEL}", f"skin {fingerprint()}", repr(channels.names), channels.source]
    lines.append(f"noise {noise.share:.6g} {[f'{well:.6g}' for well in wells]} {noise.read:.6g} {noise.eight_bit}")
    for key in PRIOR_KEYS:
        row = book.parameter(key)
        lines.append(f"{key} {row.value!r} {row.unit} {row.distribution} {row.low!r} {row.high!r}")
    for numbers in (channels.wavelength, channels.weights, channels.matrix):
        lines.append(repr((np.round(numbers, 4) + 0.0).tolist()))  # rounded, and no -0: machines differ in the last bit
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def write_posterior(net: PosteriorNet, path: Path | str, channels: ChannelSet, **notes: float | str) -> None:
    """Save as .npz with the fingerprint of the numbers in force; ``notes`` (how it was trained) go along."""
    held: dict[str, Any] = {f"weight_{k}": w for k, w in enumerate(net.weights)}
    held |= {f"bias_{k}": b for k, b in enumerate(net.biases)}
    held |= {"channels": np.array(net.channels), "centre": net.centre, "turn": net.turn}
    held |= {"middle": net.middle, "unit": net.unit, "fingerprint": np.array(made_from(channels))}
    if net.law is not None:
        held |= {f"law_{name}": values for name, values in net.law.arrays().items()}
    held |= {name: np.array(value) for name, value in notes.items()}
    np.savez_compressed(Path(path), allow_pickle=False, **held)


PACKAGED: Final[dict[str, Callable[[], ChannelSet]]] = {"srgb": ChannelSet.srgb, "photograph": ChannelSet.photograph}
"""Posteriors that come with the package, and their channels."""


@lru_cache(maxsize=2)
def _packaged(name: str) -> PosteriorNet:
    if name not in PACKAGED:
        raise ConfigError(f"a posterior called {name!r}", where="posterior", expected=" or ".join(PACKAGED))
    content = files("skintwin.optics").joinpath("data", f"posterior_{name}.npz").read_bytes()
    return _read(content, f"packaged posterior {name}", PACKAGED[name]())


def _read(content: bytes, where: str, channels: ChannelSet) -> PosteriorNet:
    try:
        with np.load(BytesIO(content), allow_pickle=False) as file:
            held = {name: file[name] for name in file.files}
        depth = sum(name.startswith("weight_") for name in held)
        law = {name.removeprefix("law_"): values for name, values in held.items() if name.startswith("law_")}
        found = PosteriorNet(
            channels=tuple(str(name) for name in held["channels"]),
            centre=held["centre"],
            turn=held["turn"],
            weights=[held[f"weight_{k}"] for k in range(depth)],
            biases=[held[f"bias_{k}"] for k in range(depth)],
            middle=held["middle"],
            unit=held["unit"],
            law=PhotographLaw(**law) if channels.photographed is not None else None,
        )
        origin = str(held["fingerprint"])
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        raise ConfigError(f"not a posterior ({error})", where=where, expected="weights (.npz)", do=_AGAIN) from error
    wanted = made_from(channels)
    if origin != wanted:
        raise ConfigError(f"trained on {origin}", where=where, expected=f"numbers and channels {wanted}", do=_AGAIN)
    return found
