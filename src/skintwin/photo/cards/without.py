"""Without a card: a lesion against the skin around it, and how much less that says.

    d = ln(lesion) - ln(skin)      per channel, of medians in linear light

Neither the colour nor the strength of the light enters, and no average of the picture is taken for grey. What stays
unknown is the tone curve of the camera: a picture x = y^(1/p) shows d / p. On the eleven whole cards of
tests/photo/cards the exponent p that straightens the neutrals was 1.05, 1.10, 1.05, 1.35, 0.75, 1.15, 0.95, 0.80, 0.55,
0.55, 0.75 (the 0.55 are linear files read as sRGB). Their standard deviation is the error of a picture without card.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import PhotographError
from skintwin.photo.photograph import Mask, Photograph

Array = NDArray[np.float64]

POWER_SD: Final = 0.26
"""Standard deviation of the exponent over eleven photographs of cards (mean 0.91): relative error of every contrast."""
_LEAST_PIXELS = 30
_FLOOR = 1e-4  # linear light: darker is noise


@dataclass(frozen=True, eq=False)
class RelativeColour:
    """log_ratio: (3,) ln(lesion / skin) in red, green, blue. sd: (3,) with the unknown tone curve and the noise.

    What may be said: darker or lighter, redder or paler than the skin around, and by how much to a quarter. What may
    not: L*, a*, b*, ITA, or a comparison of absolute colour between visits.
    """

    log_ratio: Array
    sd: Array
    warning: str = "no colour card: contrasts to about 26 %, no absolute colour, no ITA"


def relative_colour(
    photograph: Photograph, lesion: Mask, skin: Mask, *, tone_known: bool = False
) -> RelativeColour:
    """Compare two regions, (h, w) bool each. Clipped and transparent pixels are left out. tone_known: the colours were
    corrected by a card, so that the tone curve adds no error.

    Raises PhotographError when fewer than 30 usable pixels are in either.
    """
    good = photograph.valid & ~photograph.clipped
    (one, one_sd), (other, other_sd) = (
        _log_median(photograph.linear_srgb[mask & good], name) for mask, name in ((lesion, "lesion"), (skin, "skin"))
    )
    difference, power_sd = one - other, 0.0 if tone_known else POWER_SD
    return RelativeColour(difference, np.sqrt((power_sd * difference) ** 2 + one_sd**2 + other_sd**2))


def _log_median(colours: NDArray[np.floating], name: str) -> tuple[Array, Array]:
    """Median of ln(linear light) and its standard error (1.2533 times that of a mean, from quartiles)."""
    if len(colours) < _LEAST_PIXELS:
        raise PhotographError(
            f"{len(colours)} pixels can be read", where=name, expected=f"{_LEAST_PIXELS} within range",
            do="draw the outline again, or take the picture with less exposure",
        )
    logs = np.log(np.maximum(np.asarray(colours, dtype=np.float64), _FLOOR))
    low, middle, high = np.quantile(logs, [0.25, 0.5, 0.75], axis=0)
    return middle, np.asarray(1.2533 * (high - low) / 1.349 / np.sqrt(len(logs)))
