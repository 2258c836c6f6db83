"""How pigment returns: from the margin, in islands around follicles, everywhere at once, or in several of these ways.

The names are those of clinical photographs of vitiligo (perifollicular, marginal, diffuse, mixed or combined: Parsad
and others 2004, doi:10.1016/j.jaad.2003.05.006). From the closure map c(x) of the lesion:

    marginal     newly closed pixels joined to the border, as far in as the closed band reaches
    follicular   newly closed pieces that do not touch the border
    diffuse      what has closed by a part (a quarter to the level at which it counts as repigmented), evenly

The pattern is the way that holds most of the closure ∫ c dA; none is named below two thirds: mixed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

Pattern = Literal["perifollicular", "marginal", "diffuse", "mixed", "none"]
_TOUCHES = 0.08  # of the equivalent radius: a piece this near to the border has grown from it
_PARTLY = 0.25


@dataclass(frozen=True)
class ClosingPattern:
    """pattern, and the share (0 to 1) of the closure by each way."""

    pattern: Pattern
    marginal: float
    perifollicular: float
    diffuse: float


def closing_pattern(closed: Array, new: Mask, eligible: Mask, lesion: Mask) -> ClosingPattern:
    """closed: (h, w) closure (see :mod:`.repigmentation`), grain averaged out. new, eligible, lesion: (h, w) bool.

    "none" where less than ``measure.pattern_least`` of the lesion's contrast has closed.
    """
    from scipy import ndimage

    amount = np.clip(np.nan_to_num(closed), 0.0, 1.0)
    total = float(amount[eligible].sum())
    if not eligible.any() or total < ledger().value("measure.pattern_least", "1") * float(eligible.sum()):
        return ClosingPattern("none", 0.0, 0.0, 0.0)
    radius = float(np.sqrt(lesion.sum() / np.pi))
    depth = ndimage.distance_transform_edt(np.pad(lesion, 1))[1:-1, 1:-1]
    labels, count = ndimage.label(new)
    from_border = np.zeros_like(new)
    if count:
        nearest = ndimage.minimum(depth, labels, np.arange(1, count + 1))
        from_border = np.concatenate([[False], np.asarray(nearest) <= max(2.0, _TOUCHES * radius)])[labels]
    islands = new & ~from_border
    partly = eligible & ~new & (amount >= _PARTLY)
    shares = [float(amount[m].sum()) / total for m in (from_border & new, islands, partly)]
    # An even, shallow gain over the whole lesion that crosses the level in pieces is diffuse, not islands: the closure
    # between the pieces is then nearly as high as in them.
    rest = eligible & ~new
    if new.any() and rest.sum() > 0.1 * eligible.sum():
        contrast = float(np.median(amount[new]) - np.median(amount[rest]))
        if contrast < 0.3:
            return ClosingPattern("diffuse", 0.0, 0.0, 1.0)
    names: tuple[Pattern, ...] = ("marginal", "perifollicular", "diffuse")
    known = sum(shares)
    if known <= 0:
        return ClosingPattern("none", 0.0, 0.0, 0.0)
    best = int(np.argmax(shares))
    clear = shares[best] / known >= ledger().value("measure.pattern_clear", "1")
    if new.sum() > 0.9 * eligible.sum():
        return ClosingPattern("none", *shares)  # all has returned: the way it came is not seen any more
    return ClosingPattern(names[best] if clear else "mixed", *shares)
