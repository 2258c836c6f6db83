"""What the channels of a photograph may respond to: sensor times lamp times the camera's matrix, before a card is seen.

    T (3, W):   linear sRGB of the photograph = gain · T ρ,   rows of T sum to 1,   ρ: reflectance

For each family of lamps (thermal and daylight, LED, three kinds of fluorescent) T is Gaussian: mean and covariance over
52 measured cameras (key ``rawtoaces2024``), the lamps of the family, and matrices spread about the one that suits each
pair. data/responses.npz holds the mean and the leading factors of the covariance; scripts/card_responses.py makes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ResponsePrior:
    """families: names. mean: (F, 3 W) rows of T one after the other. factor: (F, 3 W, r), covariance is F Fᵀ."""

    families: tuple[str, ...]
    mean: Array
    factor: Array


@cache
def response_prior() -> ResponsePrior:
    """The prior that comes with the package, of all cameras and lamps."""
    with (files("skintwin.photo.cards") / "data" / "responses.npz").open("rb") as file, np.load(file) as stored:
        names = tuple(str(n) for n in stored["families"])
        return ResponsePrior(names, stored["mean"].astype(np.float64), stored["factor"].astype(np.float64))
