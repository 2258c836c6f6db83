"""The least standard deviation that a set of channels allows (Cramér-Rao), and what each further channel is worth.

    F = J' C⁻¹ J + P,        sd = √ diag F⁻¹

J: slopes of ln channel with the unknowns, C: variance of ln channel from the noise of a pixel, P: prior precision of
the nuisances. Melanin and blood have no prior here: the bound tells what the channels say, not what was believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.optics.posterior.channels import ChannelSet
from skintwin.optics.posterior.population import UNKNOWNS, Priors, people_at

Array = NDArray[np.float64]

TONES: Final = {"vitiligo": 0.002, "I": 0.01, "II": 0.02, "III": 0.04, "IV": 0.07, "V": 0.13, "VI": 0.25}
"""Melanosome shares of the tones that the design's table of bounds is for."""
NUISANCES: Final = ("saturation", "eumelanin_share", "epidermis", "scattering", "specular")
"""The nuisances of that table; shading comes on top."""
ASKED: Final = ("melanin", "blood")
_STEP: Final = 0.05  # of the derivatives, in standard deviations


def tone(share: float, priors: Priors, dermal: float = 0.0) -> Array:
    """(10,) draw of a skin of the priors' medians with a melanosome ``share``; dermal: that of the dermis."""
    at = np.zeros(len(UNKNOWNS))
    column = 1e3 * share * np.exp(priors.middle[UNKNOWNS.index("epidermis")])
    at[0] = (np.log(column) - priors.middle[0]) / priors.sd[0]
    deep = UNKNOWNS.index("dermal")
    at[deep] = (np.log(max(dermal, 1e-9)) - priors.middle[deep]) / max(priors.sd[deep], 1e-9)
    return at


def least_sd(
    at: Array, channels: ChannelSet, nuisances: Sequence[str] = NUISANCES, *, shading: float | None = None,
    priors: Priors | None = None,
) -> dict[str, float]:  # fmt: skip
    """Least sd of ln melanin, ln blood and of each nuisance (in its own unit, or of its ln) at a draw (10,).

    shading: sd of ln brightness, the priors' if None, 0 if it is known.
    """
    prior = Priors.from_ledger() if priors is None else priors
    names = [*ASKED, *nuisances]
    unit = np.array([prior.sd[UNKNOWNS.index(name)] for name in names])
    moves = np.zeros((2 * len(names) + 1, len(UNKNOWNS))) + at
    for k, name in enumerate(names):
        moves[2 * k, UNKNOWNS.index(name)] += _STEP
        moves[2 * k + 1, UNKNOWNS.index(name)] -= _STEP
    raw = people_at(moves, prior).raw(channels)
    logs = np.log(channels.recorded(raw))
    slopes = ((logs[0:-1:2] - logs[1:-1:2]) / (2 * _STEP)).T / unit
    level = channels.recorded(raw[-1])
    covariance = channels.covariance(raw[-1]) / np.outer(level, level)
    bright = prior.shading if shading is None else shading
    covariance = covariance + bright**2  # one brightness for all channels of a pixel
    precision = np.diag(np.where(np.isin(names, ASKED), 0.0, unit**-2))
    found = np.linalg.inv(slopes.T @ np.linalg.solve(covariance, slopes) + precision)
    return {name: float(sd) for name, sd in zip(names, np.sqrt(np.diag(found)), strict=True)}
