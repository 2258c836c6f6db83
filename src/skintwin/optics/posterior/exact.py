"""The posterior of a pixel by its definition, to test the network and the table with: importance sampling.

With x melanin, blood and shading, t the other numbers of a person and y the recorded channels,

    p(x, t | y)  ∝  p(y | x, t) p(x) p(t).

t is drawn from its prior by a quasi-random sequence; given t, x is drawn from a normal law at the most likely x
(Gauss-Newton), and every draw is weighted with the true density over that of the draw. No approximation is left but the
number of draws. In very dark skin few draws of t explain a pixel: ``samples`` says how many count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.optics.posterior.channels import ChannelSet
from skintwin.optics.posterior.network import DERMAL_FOOT, MELANIN_FOOT
from skintwin.optics.posterior.population import UNKNOWNS, Priors, people_at

Array = NDArray[np.float64]

SOLVED: Final = ("melanin", "blood")
"""Numbers that are solved for; shading follows them in x."""
_IN: Final = [UNKNOWNS.index(name) for name in SOLVED]
_REST: Final = [k for k in range(len(UNKNOWNS)) if k not in _IN]
_SIZE: Final = len(SOLVED) + 1
_STEPS: Final = 8
_MOVE: Final = 1e-2  # step of the derivatives in prior standard deviations: single precision limits it
_WIDER: Final = 1.15  # of the law that x is drawn from, so that its tails are covered
_DARK: Final = 1e-5


@dataclass(frozen=True)
class ExactPosterior:
    """mean, sd: (3,) of ln(column + foot), ln blood and ln(dermal column + foot). samples: effective draws."""

    mean: Array
    sd: Array
    samples: float


def exact_posterior(
    recorded: Array, channels: ChannelSet, draws: int = 4096, seed: int = 0, priors: Priors | None = None
) -> ExactPosterior:
    """Posterior of one pixel (C,) by ``draws`` draws (a power of two)."""
    from scipy.stats import norm, qmc

    prior = Priors.from_ledger() if priors is None else priors
    model = _Model(recorded, channels, prior)
    sobol = qmc.Sobol(len(UNKNOWNS) + 1, seed=seed)
    normals = norm.ppf(np.clip(sobol.random(draws), 1e-9, 1.0 - 1e-9))
    free, others = normals[:, :_SIZE], normals[:, _SIZE:]
    middle, precision = model.most_likely(others)
    lower = np.linalg.cholesky(precision)
    x = middle + _WIDER * np.linalg.solve(np.swapaxes(lower, 1, 2), free[..., None])[..., 0]
    drawn = np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1) - 0.5 * (free**2).sum(axis=1)
    log_weight = model.log_density(x, others) - drawn
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    people = people_at(_together(x, others), prior)
    values = np.stack(
        [np.log(people.melanin_um + MELANIN_FOOT), np.log(people.blood), np.log(people.dermal_um + DERMAL_FOOT)], axis=1
    )
    mean = weight @ values
    return ExactPosterior(mean, np.sqrt(weight @ (values - mean) ** 2), float(1.0 / np.sum(weight**2)))


@dataclass(frozen=True, eq=False)
class _Model:
    """x (n, 3): normal numbers of ``SOLVED``, and shading in its standard deviations. others (n, 8): the rest."""

    recorded: Array
    channels: ChannelSet
    prior: Priors

    def raw(self, x: Array, others: Array) -> Array:
        people = people_at(_together(x, others), self.prior)
        return np.asarray(people.raw(self.channels) * np.exp(self.prior.shading * x[:, -1:]))

    def logarithm(self, x: Array, others: Array) -> Array:
        return np.asarray(np.log(np.maximum(self.channels.recorded(self.raw(x, others)), _DARK)))

    def most_likely(self, others: Array) -> tuple[Array, Array]:
        """(n, 3) most likely x given the rest and (n, 3, 3) precision there, in ln of the channels."""
        n, size = len(others), self.channels.size
        aim = np.log(np.maximum(self.recorded, _DARK))
        x = np.zeros((n, _SIZE))
        slopes = np.empty((n, size, _SIZE))
        slopes[:, :, -1] = self.prior.shading
        precision = np.broadcast_to(np.eye(_SIZE), (n, _SIZE, _SIZE))
        for _ in range(_STEPS):
            here = self.logarithm(x, others)
            for k in range(len(SOLVED)):
                moved = x.copy()
                moved[:, k] += _MOVE
                slopes[:, :, k] = (self.logarithm(moved, others) - here) / _MOVE
            level = np.exp(here)
            inverse = np.linalg.inv(
                self.channels.covariance(self.raw(x, others)) / (level[:, :, None] * level[:, None, :])
            )
            towards = np.swapaxes(slopes, 1, 2) @ inverse
            precision = towards @ slopes + np.eye(_SIZE)
            pull = (towards @ (aim - here)[..., None])[..., 0] - x
            x = np.clip(x + np.clip(np.linalg.solve(precision, pull[..., None])[..., 0], -0.7, 0.7), -6.0, 6.0)
        return x, precision

    def log_density(self, x: Array, others: Array) -> Array:
        """(n,) ln p(y | x, t) p(x) up to a constant."""
        raw = self.raw(x, others)
        covariance, miss = self.channels.covariance(raw), self.recorded - self.channels.recorded(raw)
        chi2 = np.einsum("nc,ncd,nd->n", miss, np.linalg.inv(covariance), miss)
        return np.asarray(-0.5 * (chi2 + np.linalg.slogdet(covariance)[1] + (x**2).sum(axis=1)))


def _together(x: Array, others: Array) -> Array:
    """(n, 10) rows of a draw."""
    rows = np.empty((len(x), len(UNKNOWNS)))
    rows[:, _IN], rows[:, _REST] = x[:, :-1], others
    return rows
