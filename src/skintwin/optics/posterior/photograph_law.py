"""What a photograph does to a pixel of uneven skin, as a law measured from photographs.

    x = (δm, δb, ΔY', ΔCb, ΔCr)         δ: ln(melanin + foot), ln blood of the place less the person's
                                        Δ: 8-bit Y'CbCr of the pixel less that of the person's even skin
    x_j = a_j(f) + Σ_i<j b_ji(f) x_i + s_j(f) z_j,      z standard normal
    f: ln(melanin + foot), ln blood, Y' of the person under the light of the picture; a, b, ln s² quadratic in f

Lens, light that spreads in the skin, relief, gloss, sensor noise, 8 bits and JPEG are all in Δ, and what matters is
that they are there *together*. JPEG halves the resolution of Cb and Cr and rounds blocks of 8 × 8 of what is left (of
16 × 16 pixels), so that it takes from a pixel's colour most of the sensor's noise and with it part of the mottling.
What it takes of the mottling is an error in the same direction as that of the spread of light: blood that differs from
its neighbourhood is seen too little by both. Errors measured one by one and added as if independent miss that.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.optics import colour
from skintwin.optics.camera.device import Camera
from skintwin.optics.posterior.channels import ChannelSet
from skintwin.optics.posterior.population import MELANIN_FOOT, People, Priors

Array = NDArray[np.float64]

SEED: Final = 41017
"""Seed of the people on whom the law is measured; no check may use it."""
COUNT: Final = 512
"""Photographs from which it is measured."""
SIDE: Final = 64
"""Pixels along one of them."""
PIXELS: Final = 512
"""Pixels taken of each."""
TO_YCC: Final = np.array([
    [0.299, 0.587, 0.114],
    [-0.168735892, -0.331264108, 0.5],
    [0.5, -0.418687589, -0.081312411],
])  # fmt: skip
"""R'G'B' to Y'CbCr of a JPEG file (ITU-T T.871), without the offset of colour."""
_FROM_YCC: Final = np.linalg.inv(TO_YCC)
_SIZE: Final = 5
_FEATURES: Final = 10
_RIDGE: Final = 1e-6
_ROUNDS: Final = 30


@dataclass(frozen=True, eq=False)
class PhotographLaw:
    """centre, unit, low, high: (3,) of the features, and their range. mean: (5, 10); along: (5, 5, 10), lower triangle;
    spread: (5, 10), of ln s²."""

    centre: Array
    unit: Array
    low: Array
    high: Array
    mean: Array = field(repr=False)
    along: Array = field(repr=False)
    spread: Array = field(repr=False)

    def arrays(self) -> dict[str, Array]:
        """Its numbers by name, for a file."""
        return dict(vars(self))

    @classmethod
    def measured(cls, camera: Camera, count: int = COUNT) -> PhotographLaw:
        """That of a camera in front of skin with the usual texture; kept for the next time."""
        return _measured(camera, count)

    def draw(self, features: Array, rng: np.random.Generator) -> tuple[Array, Array]:
        """(n, 3) features -> (n, 2) δ of ln pigment and (n, 3) Δ of Y'CbCr."""
        terms = self._terms(features)
        x = np.empty((len(terms), _SIZE))
        for j in range(_SIZE):
            x[:, j] = terms @ self.mean[j] + np.exp(0.5 * terms @ self.spread[j]) * rng.standard_normal(len(terms))
            for i in range(j):
                x[:, j] += (terms @ self.along[j, i]) * x[:, i]
        return x[:, :2], x[:, 2:]

    def covariance(self, features: Array) -> Array:
        """(n, 5, 5) covariance of x."""
        terms = self._terms(features)
        root = np.zeros((len(terms), _SIZE, _SIZE))
        for j in range(_SIZE):
            for i in range(j):
                root[:, j] += (terms @ self.along[j, i])[:, None] * root[:, i]
            root[:, j, j] = np.exp(0.5 * terms @ self.spread[j])
        return np.asarray(root @ np.swapaxes(root, 1, 2))

    def _terms(self, features: Array) -> Array:
        return _quadratic((np.clip(features, self.low, self.high) - self.centre) / self.unit)


def features_of(people: People, codes: Array) -> Array:
    """(n, 3) features of people whose even skin has (n, 3) 8-bit sRGB ``codes`` (not rounded)."""
    return np.stack([np.log(people.melanin_um + MELANIN_FOOT), np.log(people.blood), codes @ TO_YCC[0]], axis=-1)


def codes_of(linear: Array) -> Array:
    """Linear sRGB -> 8-bit sRGB, not rounded."""
    return np.asarray(255.0 * colour.srgb_encode(np.clip(linear, 0.0, 1.0)))


def deviated(codes: Array, away: Array) -> Array:
    """(n, 3) sRGB codes and (n, 3) Δ of Y'CbCr -> linear sRGB."""
    return np.asarray(colour.srgb_decode(np.clip(codes + away @ _FROM_YCC.T, 0.0, 255.0) / 255.0))


def photographed(
    people: People, channels: ChannelSet, law: PhotographLaw, shading: float, rng: np.random.Generator
) -> tuple[People, Array]:
    """One pixel of a photograph of each person: the people with the melanin and blood of the place, and linear sRGB."""
    lit = people.raw(channels) * np.exp(shading * rng.standard_normal((len(people.blood), 1)))
    codes = codes_of(channels.recorded(lit))
    here, away = law.draw(features_of(people, codes), rng)
    melanin = np.maximum((people.melanin_um + MELANIN_FOOT) * np.exp(here[:, 0]) - MELANIN_FOOT, 0.0)
    return replace(people, melanin_um=melanin, blood=people.blood * np.exp(here[:, 1])), deviated(codes, away)


def _quadratic(x: Array) -> Array:
    """(n, 3) -> (n, 10): 1, the features, their products."""
    a, b, c = x.T
    return np.stack([np.ones_like(a), a, b, c, a * a, b * b, c * c, a * b, a * c, b * c], axis=-1)


@lru_cache(maxsize=4)
def _measured(camera: Camera, count: int) -> PhotographLaw:
    features, x = _pairs(camera, count)
    flat = features.reshape(-1, 3)
    centre, unit, low, high = flat.mean(axis=0), flat.std(axis=0), flat.min(axis=0), flat.max(axis=0)
    terms = _quadratic((features - centre) / unit)
    mean, spread = np.zeros((2, _SIZE, _FEATURES))
    along = np.zeros((_SIZE, _SIZE, _FEATURES))
    for j in range(_SIZE):
        # Regression on the numbers before it; columns: terms, and terms times each of them.
        before = np.concatenate([np.ones((*x.shape[:2], 1)), x[..., :j]], axis=-1)
        gram, right = np.zeros((2, (j + 1) * _FEATURES, (j + 1) * _FEATURES))
        right = np.zeros((j + 1) * _FEATURES)
        for n in range(count):
            cross = before[n].T @ before[n]
            gram += np.kron(cross, np.outer(terms[n], terms[n]))
            right += np.kron(before[n].T @ x[n, :, j], terms[n])
        found = np.linalg.solve(gram + _RIDGE * np.diag(np.diag(gram)), right).reshape(j + 1, _FEATURES)
        mean[j], along[j, :j] = found[0], found[1:]
        expected = np.einsum("npi,it,nt->np", before, found, terms)
        spread[j] = _log_variance(terms, np.mean((x[..., j] - expected) ** 2, axis=1))
    return PhotographLaw(centre, unit, low, high, mean, along, spread)


def _log_variance(terms: Array, squares: Array) -> Array:
    """(10,) of ln variance as a quadratic, by the most likely gamma law of mean squares (n,)."""
    found = np.zeros(_FEATURES)
    found[0] = np.log(squares.mean())
    for _ in range(_ROUNDS):
        ratio = squares * np.exp(-terms @ found)
        slope, bend = terms.T @ (ratio - 1.0), (terms * ratio[:, None]).T @ terms
        step = np.linalg.solve(bend + _RIDGE * np.diag(np.diag(bend)), slope)
        found = found + np.clip(step, -1.0, 1.0)
    return found


def _pairs(camera: Camera, count: int) -> tuple[Array, Array]:
    """(n, 3) features of photographs and (n, P, 5) x of some of their pixels."""
    from skintwin.optics.posterior.rendered import HAIRED, one_photograph, spread_people
    from skintwin.optics.texture.settings import Texture

    people, rng = spread_people(count, SEED), np.random.default_rng(SEED)
    dim = np.exp(Priors.from_ledger().shading * rng.standard_normal(count))
    channels = ChannelSet.photograph(camera)
    codes = codes_of(channels.recorded(people.raw(channels) * dim[:, None]))
    x = np.empty((count, PIXELS, _SIZE))
    for n in range(count):
        seen = one_photograph(people, n, camera, Texture(), float(dim[n]), side=SIDE, seed=SEED)
        at = rng.choice(np.flatnonzero(seen.hair < HAIRED), PIXELS)
        x[n, :, 0] = np.log((seen.melanin[at] + MELANIN_FOOT) / (people.melanin_um[n] + MELANIN_FOOT))
        x[n, :, 1] = np.log(seen.blood[at] / people.blood[n])
        x[n, :, 2:] = (seen.pixels[at] - codes[n]) @ TO_YCC.T
    return features_of(people, codes), x
