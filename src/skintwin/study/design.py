"""The ensemble's design: draws in pairs, so that one ensemble gives both the spread and where it comes from.

Split what is uncertain into two groups: α, the parameters graded assumed, and β, all that has a source, together
with chance (which follicles answer). With base draws (α_i, β_i), i = 1…n/2, and partners (α_i, β_{i+1}), every draw
has the prior's distribution, and (Saltelli 2010; Janon 2014)

    S_α = Cov(y_i, y'_i)/V           share of the variance explained by α alone
    S_β = Cov(y_{i+1}, y'_i)/V       share explained by β alone
    T_α = 1 − S_β                    share that involves α, alone or together with β

T_α is what is reported as resting on assumption: an interaction with an assumed number is an assumption too.
Its 90 % interval is rough: with 32 draws there are 16 pairs.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from skintwin.evidence import ledger

KINDS = ("uncertainty", "variability")
"""One patient is simulated: what differs between patients and was not measured on this one is not known either."""


@dataclass(frozen=True)
class Design:
    """``draws``: key → (n,) values in ledger units. ``patients``: (n,) identity of each draw's chance events.
    ``assumed``, ``sourced``: the keys that vary, by grade."""

    draws: dict[str, np.ndarray]
    patients: np.ndarray
    assumed: tuple[str, ...]
    sourced: tuple[str, ...]

    @property
    def n(self) -> int:
        """Number of draws."""
        return len(self.patients)

    @property
    def pairs(self) -> int:
        """Number of complete pairs; draws i and i + pairs belong together."""
        return self.n // 2 if self.n >= MIN_PAIRED else 0


Z90 = 1.6449
"""Normal quantile of a two-sided 90 % interval."""
PAIRED_VARIANCE = 1.5
"""Variance of Fisher's z of chained pairs over that of independent ones: makes the interval cover nine in ten for the
additive, interacting and saturating endpoints of the tests."""
MIN_PAIRED = 8
"""Fewest draws that are made in pairs; fewer are all independent and give no share."""


def make_design(keys: Sequence[str], n: int, seed: int, idle: Collection[str] = ()) -> Design:
    """Draws of ``keys`` for an ensemble of ``n``; ``n`` = 1 is the prior median, and so are ``idle`` keys."""
    book = ledger()
    varying = [key for key in keys if key not in idle and _varies(key)]
    groups = book.groups(varying)
    if n == 1:
        return Design({key: np.array([book.value(key)]) for key in keys}, np.zeros(1, int), *_names(groups))
    half = n // 2 if n >= MIN_PAIRED else 0
    base = n - half
    u = book.unit_draws(keys, base, seed, kinds=KINDS)
    index = np.arange(base)
    partner = (np.arange(half) + 1) % base
    assumed = set(groups["assumed"])
    u |= {key: np.full(base, 0.5) for key in idle if key in u}
    paired = {
        key: np.concatenate([value, value[:half] if key in assumed else value[partner]]) for key, value in u.items()
    }
    # Base draws come first: i and its partner stand half a design apart only if n is even.
    return Design(dict(book.quantiles(paired)), np.concatenate([index, partner]), *_names(groups))


def _varies(key: str) -> bool:
    entry = ledger().parameter(key)
    return entry.kind in KINDS and entry.distribution != "fixed"


def _names(groups: dict[str, tuple[str, ...]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return groups["assumed"], groups["sourced"]


@dataclass(frozen=True)
class Share:
    """Share of an endpoint's variance that involves assumed parameters, with a 90 % interval; nan without spread."""

    value: float
    low: float
    high: float


def assumed_share(y: np.ndarray, design: Design) -> Share:
    """T_α of an endpoint ``y`` (n,). nan when the endpoint does not vary or the draws are not paired.

    S_β is the intraclass correlation of the pairs; its interval is Fisher's on z = ½ ln((1+S)/(1−S)), with variance
    ``PAIRED_VARIANCE``/(pairs − 3/2): more than 1 because neighbouring pairs share α.
    """
    half = design.pairs
    if half == 0 or not np.all(np.isfinite(y)) or np.ptp(y) <= 1e-9 * max(1.0, float(np.abs(y).max())):
        return Share(np.nan, np.nan, np.nan)
    base = len(y) - half
    pairs = np.stack([y[(np.arange(half) + 1) % base], y[base : base + half]])
    mean = pairs.mean()
    correlation = ((pairs[0] - mean) * (pairs[1] - mean)).mean() / ((pairs - mean) ** 2).mean()
    z = np.arctanh(np.clip(correlation, -1 + 1e-9, 1 - 1e-9))
    spread = Z90 * np.sqrt(PAIRED_VARIANCE / (half - 1.5))
    ends = (np.tanh(z + spread), np.tanh(z), np.tanh(z - spread))
    low, value, high = (float(np.clip(1.0 - s, 0.0, 1.0)) for s in ends)
    return Share(value, low, high)
