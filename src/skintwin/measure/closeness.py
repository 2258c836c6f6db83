"""How close a lesion has come to the skin around it: the share of its pigment contrast that has closed.

With p(x) the share of the lesion's pigment change that is left at a place (:mod:`skintwin.measure.light_contrast`:
0 on the skin around, 1 at the lesion's median at baseline), at baseline and now, over the pixels of the lesion

    s = Σ p_now / Σ p_baseline,        closeness = 1 − |s|,        lightening of a dark mark = 1 − s,

as the endpoints of these names of a study. A mark that fades evenly by a third has come closer by 33 %, while no
part of it may have passed the level at which it counts as cleared (:mod:`skintwin.measure.repigmentation`). There is no
level in it, so that an error of the contrast moves it by no more than itself. The two say different things, and agree
only where a place is either as it was or as the skin around it.

The variance of s is the sum of

    s² r²               r: what two pictures do to a contrast without any change, as a share of it;
    (σ_m/P)²            σ_m: of the mean of p_now over the lesion, by the error of the registration;
    (σ_s/P)²            σ_s: between sectors of the skin around, of how p there has changed; P mean of p at baseline.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import PhotographError
from skintwin.evidence import ledger
from skintwin.measure.displaced import by_place
from skintwin.measure.observation import Observation
from skintwin.photo.photograph import Mask

Array = NDArray[np.float64]

_MAD_TO_SD: Final = 1.4826
_LEAST: Final = 0.05
"""Mean of p at baseline, near 1 in a lesion, below which there was hardly one."""


def closeness(before: Array, now: Array, lesion: Mask, skin: Mask, *, moved: float, repeat: float) -> Observation:
    """Closeness, percent, with its standard deviation.

    before, now: (h, w) share of the pigment change left, nan where not seen. lesion, skin: (h, w) bool. moved:
    standard deviation of the registration, pixels along one axis. repeat: what two pictures do to a contrast without
    any change, as a share of it. Below 0 where the contrast has grown; a note tells where it is beyond the skin.
    Raises PhotographError where no place of the lesion is seen at both visits, or where it had no contrast.
    """
    seen = lesion & np.isfinite(before) & np.isfinite(now)
    whole = float(before[seen].mean()) if seen.any() else 0.0
    if whole < _LEAST:
        raise PhotographError("no contrast of the lesion is seen at both visits", where="closeness",
                              expected="a lesion that differs from the skin around it", do="check the outline")
    left = float(now[seen].mean()) / whole
    place = by_place(np.where(np.isfinite(now), now, 0.0), moved, lambda there: float(there[seen].mean())) / whole
    around = _unevenness(before, now, skin) / whole
    sd = float(np.sqrt((left * repeat) ** 2 + place**2 + around**2))
    beyond = f"beyond the skin around: contrast of {100.0 * left:.0f} % now; " if left < 0 else ""
    return Observation(
        "closeness", 100.0 * (1.0 - abs(left)), "percent",
        "share of the lesion's pigment contrast to surrounding skin, told from light, that has closed, mean over the "
        "lesion",
        100.0 * sd, f"{beyond}error: tone of two pictures, registration, unevenness of the skin",
    )


def _unevenness(before: Array, now: Array, skin: Mask) -> float:
    """Standard deviation between sectors of the skin around the lesion of how p has changed there: what has no cause in
    the lesion (shading, gloss, mottling) may be as different at its place."""
    change = now - before
    seen = skin & np.isfinite(change)
    if not seen.any():
        return 0.0
    count = int(ledger().value("measure.sectors", "1"))
    y, x = np.nonzero(seen)
    sector = ((np.arctan2(y - y.mean(), x - x.mean()) / np.pi + 1.0) * count / 2).astype(int) % count
    levels = np.array([np.median(change[seen][sector == k]) for k in np.unique(sector)])
    return _MAD_TO_SD * float(np.median(np.abs(levels - np.median(levels))))
