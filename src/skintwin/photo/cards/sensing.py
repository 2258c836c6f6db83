"""What the channels of a photograph respond to, after its card has been read.

    y = l(f(x)) / s = T ρ + noise        x: encoded reading, f(x) = x + Σ c_k sin(kπx): bend of the tones,
                                         l: sRGB decoding, s = exp(b u + c v): slope of the light over the card

T is Gaussian within a family of lamps (:mod:`.responses`), so that for given bend and slope its posterior is Gaussian
too, in closed form. Bend and slope are the most probable ones, T integrated out:

    −ln p = ½ |L⁻¹(y − A m)|² + ln|L| − Σ ln dy/dx + ½ Σ (θ/sd)²,      L Lᵀ = A C Aᵀ + N

Which family, and how far the readings are from any such camera (noise N times 1, 2, 4 ... squared: phones change
colours from place to place), is weighed by the same probability.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.optics.colour import srgb_decode, srgb_encode
from skintwin.photo.cards.correction import Correction
from skintwin.photo.cards.reference import Reference
from skintwin.photo.cards.responses import ResponsePrior, response_prior
from skintwin.photo.cards.spectra import patch_spectra

Array = NDArray[np.float64]

BENDS: Final = 3
"""Sines of the bend: a shift of middle tones, an S, and one more."""
_POOREST: Final = (1.0, 2.0, 4.0, 8.0, 16.0)
_DARKEST: Final = 2e-3  # linear: readings below are those of the file's floor
_LEAST_WEIGHT: Final = 0.02  # of a hypothesis that is kept


@dataclass(frozen=True, eq=False)
class Sensing:
    """gain: (3,). power: exponent of a file that is not sRGB. bend: (K,). slope: (2,) ln light per patch, along, down.

    weight: (H,) probability of each hypothesis. mean: (H, 3, W) T. factor: (H, 3 W, r), covariance F Fᵀ.
    families: (H,) of lamps. poor: (H,) noise relative to that of a good camera.
    """

    gain: Array
    power: float
    bend: Array
    slope: Array
    weight: Array
    mean: Array
    factor: Array
    families: tuple[str, ...]
    poor: Array

    def developed(self, linear_srgb: Array) -> Array:
        """(..., 3) linear sRGB of the photograph → (..., 3) T ρ."""
        x = np.maximum(linear_srgb, 0.0)
        return np.asarray(self.gain * _straight(x if self.power == 1 else x**self.power, self.bend))

    def drawn(self, count: int, seed: int = 0) -> Array:
        """(count, 3, W) responses at random from the posterior."""
        rng = np.random.default_rng(seed)
        which = rng.choice(len(self.weight), count, p=self.weight)
        noise = rng.standard_normal((count, self.factor.shape[2]))
        moved = np.einsum("nij,nj->ni", self.factor[which], noise)
        return np.asarray(self.mean[which] + moved.reshape(count, 3, -1))


def sense(seen: Array, card: Reference, correction: Correction, prior: ResponsePrior | None = None) -> Sensing:
    """(24, 3) linear sRGB of the patches, and the plain correction they gave → the posterior."""
    prior = response_prior() if prior is None else prior
    value = ledger().value
    power = correction.power if abs(np.log(correction.power)) > value("cards.power_taken", "1") else 1.0
    x = np.maximum(seen, 0.0) ** power
    gain = _gain(x, card, correction)
    known = np.maximum(card.linear_srgb, 0.3 * card.linear_srgb.mean(axis=1, keepdims=True))
    rows = np.nonzero((correction.used[:, None] & (seen > _DARKEST)).ravel())[0]
    problem = _Problem(x, gain, card, rows, known, prior)
    theta, best = np.zeros(BENDS + 2), (0, 0)
    for _ in range(3):
        cost = problem.costs(theta)
        last, best = best, _at(cost)
        if best == last and theta.any():
            break
        theta = problem.solve(theta, best)
    return problem.posterior(theta, power)


def _at(cost: Array) -> tuple[int, int]:
    family, poor = np.unravel_index(int(np.argmin(cost)), cost.shape)
    return int(family), int(poor)


def _straight(linear: Array, bend: Array) -> Array:
    e = srgb_encode(np.minimum(linear, 1.0))
    bent = e + sum(c * np.sin((k + 1) * np.pi * e) for k, c in enumerate(bend))
    return np.asarray(srgb_decode(np.maximum(bent, 0.0)) + np.maximum(linear - 1.0, 0.0))


def _gain(x: Array, card: Reference, correction: Correction) -> Array:
    grey = [k for k in range(18, 24) if correction.used[k]]
    a, b = np.cbrt(np.maximum(x[grey], 1e-9)), np.cbrt(card.linear_srgb[grey])
    return np.asarray(((a * b).sum(axis=0) / (a * a).sum(axis=0)) ** 3)


class _Problem:
    """Costs and posteriors for all hypotheses; see the module's docstring."""

    def __init__(
        self, x: Array, gain: Array, card: Reference, rows: NDArray[np.intp], known: Array, prior: ResponsePrior
    ) -> None:
        value = ledger().value
        spectra = patch_spectra(card.edition)
        bands = spectra.shape[1]
        design = np.zeros((24, 3, 3, bands))
        for c in range(3):
            design[:, c, c] = spectra
        self.design = design.reshape(72, 3 * bands)[rows]
        self.e, self.gain, self.rows, self.prior = srgb_encode(np.clip(x, 1e-6, 1.0)), gain, rows, prior
        self.places = card.places - card.places.mean(axis=0)
        sd = [value("cards.bend_sd", "1") / (k + 1) for k in range(BENDS)] + [value("cards.slope_sd", "1")] * 2
        self.sd = np.array(sd)
        own = np.hypot(value("cards.reading_sd", "1") * known, value("cards.reading_floor", "1"))
        noise = np.diag((own**2).ravel())
        for k in range(24):
            at = slice(3 * k, 3 * k + 3)
            noise[at, at] += value("cards.patch_light_sd", "1") ** 2 * np.outer(known[k], known[k])
        self.noise = noise[np.ix_(rows, rows)]
        level = value("cards.level_sd", "1")
        self.factors, self.hypotheses = [], []
        for mean, factor in zip(prior.mean, prior.factor, strict=True):
            levels = np.zeros((3 * bands, 3))
            for c in range(3):
                levels[c * bands : (c + 1) * bands, c] = level * mean[c * bands : (c + 1) * bands]
            whole = np.concatenate([factor, levels], axis=1)
            self.factors.append(whole)
            seen = self.design @ whole
            self.hypotheses.append([np.linalg.cholesky(seen @ seen.T + p**2 * self.noise) for p in _POOREST])

    def linear(self, theta: Array) -> tuple[Array, float]:
        """(rows,) y, and Σ ln dy/dx over them."""
        bend, slope = theta[:BENDS], theta[BENDS:]
        k = np.arange(1, BENDS + 1)
        waves = np.pi * k * self.e[..., None]
        bent = np.maximum(self.e + np.sin(waves) @ bend, 0.0)
        steep = np.maximum(1.0 + (np.pi * k * np.cos(waves)) @ bend, 1e-3)
        light = self.places @ slope
        y = self.gain * srgb_decode(bent) * np.exp(-light)[:, None]
        decoding = np.where(bent > 0.04045, 2.4 * ((bent + 0.055) / 1.055) ** 1.4 / 1.055, 1 / 12.92)
        jacobian = np.log(steep) + np.log(decoding) - light[:, None]
        return y.ravel()[self.rows], float(jacobian.ravel()[self.rows].sum())

    def cost(self, theta: Array, family: int, poor: int) -> float:
        """−ln p."""
        from scipy.linalg import solve_triangular

        y, volume = self.linear(theta)
        lower = self.hypotheses[family][poor]
        rest = solve_triangular(lower, y - self.design @ self.prior.mean[family], lower=True, check_finite=False)
        return float(
            0.5 * rest @ rest + np.log(np.diag(lower)).sum() - volume + 0.5 * ((theta / self.sd) ** 2).sum()
        )

    def costs(self, theta: Array) -> Array:
        """(families, poor)."""
        return np.array(
            [[self.cost(theta, f, p) for p in range(len(_POOREST))] for f in range(len(self.prior.families))]
        )

    def solve(self, theta: Array, at: tuple[int, int]) -> Array:
        """The most probable bend and slope under one hypothesis."""
        from scipy.optimize import minimize

        found = minimize(lambda t: self.cost(t * self.sd, *at), theta / self.sd, method="BFGS", options={"gtol": 1e-2})
        return np.asarray(found.x * self.sd)

    def posterior(self, theta: Array, power: float) -> Sensing:
        """Of the responses, at a bend and slope."""
        from scipy.linalg import cho_solve

        y, _ = self.linear(theta)
        cost = self.costs(theta)
        weight = np.exp(cost.min() - cost)
        weight /= weight.sum()
        kept = [(f, p) for f, p in np.ndindex(*cost.shape) if weight[f, p] >= _LEAST_WEIGHT]
        means, factors = [], []
        for f, p in kept:
            whole, mean = self.factors[f], self.prior.mean[f]
            seen = self.design @ whole
            gain = cho_solve((self.hypotheses[f][p], True), seen).T
            means.append((mean + whole @ (gain @ (y - self.design @ mean))).reshape(3, -1))
            left = np.eye(whole.shape[1]) - gain @ seen
            values, vectors = np.linalg.eigh((left + left.T) / 2)
            factors.append(whole @ (vectors * np.sqrt(np.maximum(values, 0.0))))
        chance = np.array([weight[at] for at in kept])
        return Sensing(
            self.gain, power, theta[:BENDS], theta[BENDS:], chance / chance.sum(), np.array(means), np.array(factors),
            tuple(self.prior.families[f] for f, _ in kept), np.array([_POOREST[p] for _, p in kept]),
        )  # fmt: skip
