"""How pigment returns: from the margin, in islands around follicles, gradually all over, or in several of these ways.

The names are those of clinical photographs of vitiligo (perifollicular, marginal, diffuse, combined: Parsad and others
2004, doi:10.1016/j.jaad.2003.05.006). Three numbers of the closure map c(x) of a lesion of equivalent radius R tell
them apart, none of which needs a scale:

    nearness      A = P(a place that has closed lies nearer to the border than one that has not): 1 from the margin, ½
                  where the border plays no part
    front         w = 1/(R |∇c|) where c is about one half: the width over which closure passes from none to all, in
                  radii. Islands and margins have edges; a gradual return has none
    largest piece the largest part of what has closed away from the border, as a share of it: 1 for one piece

A wide front is diffuse, unless the order by depth is nearly perfect. With a sharp one, A says marginal above, and
between them mixed; below, pieces are perifollicular and one large patch is diffuse. Where little or nearly all has
closed, how it came is not seen.
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
_RIM = 0.2  # of the greatest depth: nearer to the border, pieces are not counted
_SPECK = 4  # pixels: smaller pieces are noise
_HALF = 0.15  # about one half, where the front is looked at


@dataclass(frozen=True)
class ClosingPattern:
    """pattern; nearness A (0 to 1), front w (radii) and largest_piece (0 to 1), None where there is too little or too
    much to tell."""

    pattern: Pattern
    nearness: float | None = None
    front: float | None = None
    largest_piece: float | None = None


def closing_pattern(closed: Array, new: Mask, eligible: Mask, lesion: Mask) -> ClosingPattern:
    """closed: (h, w) closure (see :mod:`.repigmentation`), grain averaged out. new: what counts as closed. eligible:
    what could. lesion. (h, w) bool, each inside the next.

    "none" where less than ``measure.pattern_least`` or more than ``measure.pattern_most`` of the lesion has closed,
    except that a partial closure all over, of which little has reached the level, is diffuse.
    """
    from scipy import ndimage

    value = ledger().value
    if not eligible.any():
        return ClosingPattern("none")
    amount = np.clip(np.nan_to_num(closed), -0.2, 1.2)
    share = float(new[eligible].mean())
    if share < value("measure.pattern_least", "1"):
        partly = float(np.median(amount[eligible])) >= value("measure.pattern_partly", "1")
        return ClosingPattern("diffuse" if partly else "none")
    if share > value("measure.pattern_most", "1"):
        return ClosingPattern("none")
    depth = ndimage.distance_transform_edt(np.pad(lesion, 1))[1:-1, 1:-1]
    nearness = _before(depth[new & eligible], depth[eligible & ~new])
    radius = float(np.sqrt(lesion.sum() / np.pi))
    slope = np.hypot(*np.gradient(ndimage.gaussian_filter(amount, 1.0)))
    about = eligible & (np.abs(amount - 0.5) < _HALF)
    front = 1.0 / max(float(np.median(slope[about])) * radius, 1e-3) if about.any() else 0.0
    piece = _largest(new & eligible & (depth > _RIM * depth.max()))
    return ClosingPattern(_named(nearness, front, piece), nearness, front, piece)


def _named(nearness: float, front: float, piece: float) -> Pattern:
    value = ledger().value
    if front > value("measure.pattern_front", "1"):
        return "marginal" if nearness > value("measure.pattern_ordered", "1") else "diffuse"
    if nearness >= value("measure.pattern_marginal", "1"):
        return "marginal"
    if piece >= value("measure.pattern_piece", "1"):
        return "diffuse"
    return "perifollicular" if nearness <= value("measure.pattern_anywhere", "1") else "mixed"


def _before(first: Array, second: Array) -> float:
    """P(one of ``first`` is smaller than one of ``second``), ties half: the Mann–Whitney statistic over its largest."""
    from scipy.stats import rankdata

    ranks = rankdata(np.concatenate([first, second]))[: first.size].sum()
    return float(1.0 - (ranks - first.size * (first.size + 1) / 2) / (first.size * second.size))


def _largest(mask: Mask) -> float:
    """Share of the largest piece of ``mask``; 1 where there is none."""
    from scipy import ndimage

    labels, _ = ndimage.label(mask)
    sizes = np.bincount(labels.ravel())[1:]
    sizes = sizes[sizes >= _SPECK]
    return float(sizes.max() / sizes.sum()) if sizes.size else 1.0
