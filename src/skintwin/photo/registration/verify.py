"""Whether two photographs show the same skin, judged on pieces that no map was fitted to.

The follow-up is brought onto the baseline by a candidate map and both are cut into small squares. Each square of the
baseline is looked for within R pixels of its place in the follow-up (largest correlation). On different skin the best
place is anywhere, so that it falls within t of the map's prediction with probability at most

    p = pi (t + 1/2)^2 / (2 R + 1)^2

and the number of hits among n squares is binomial. The map is believed when so many hits or more have a probability
below 10^-k. Squares on the border of the lesion are left out: any two lesions agree there once they lie on each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skintwin.evidence import ledger
from skintwin.photo.photograph import Mask
from skintwin.photo.registration.sampling import Map, sampled, whole_frame
from skintwin.photo.registration.views import Real, View, even, small, working_shape

JUDGED_SIDE = 640
"""Pixels of the longer side on which maps are judged."""
_SQUARE = 32
_REACH = 14
_HIT = 3.0  # pixels: homography against skin deformed by 2 % of the lesion's size


@dataclass(frozen=True)
class Verdict:
    """squares: looked for. hits: found where the map says. log10_p: of so many hits or more by chance."""

    squares: int
    hits: int
    log10_p: float

    @property
    def believed(self) -> bool:
        """Whether chance is ruled out."""
        return self.log10_p < -ledger().value("registration.chance_exponent", "1")


def on_baseline(follow_up: View, to_follow_up: Map, shape: tuple[int, int], longest: int) -> tuple[Real, Mask]:
    """Light of the follow-up on the baseline's frame at a working size, and which pixels count."""
    window = whole_frame(shape, *working_shape(shape, longest))
    light = np.asarray(sampled(follow_up.light, to_follow_up, window), dtype=np.float32)
    share = np.asarray(sampled(follow_up.usable.astype(np.float32), to_follow_up, window))
    usable = np.nan_to_num(share) > 0.9
    return np.where(usable, light, np.float32(0)), usable


def verify(baseline: View, follow_up: View, to_follow_up: Map, border: Mask | None) -> Verdict:
    """Judge a candidate map. border: bool at the judged size, pixels not to be judged."""
    first, first_ok = small(baseline, JUDGED_SIDE)
    second, second_ok = on_baseline(follow_up, to_follow_up, baseline.shape, JUDGED_SIDE)
    if border is not None:
        first_ok = first_ok & ~border
    one, other = even(first, first_ok), even(second, second_ok)
    squares, hits = 0, 0
    for top in range(_REACH, one.shape[0] - _SQUARE - _REACH, _SQUARE):
        for left in range(_REACH, one.shape[1] - _SQUARE - _REACH, _SQUARE):
            piece = slice(top, top + _SQUARE), slice(left, left + _SQUARE)
            around = slice(top - _REACH, top + _SQUARE + _REACH), slice(left - _REACH, left + _SQUARE + _REACH)
            if first_ok[piece].mean() < 0.9 or second_ok[around].mean() < 0.95:
                continue
            squares += 1
            hits += _is_hit(one[piece], other[around])
    return Verdict(squares, hits, _log10_tail(hits, squares, np.pi * (_HIT + 0.5) ** 2 / (2 * _REACH + 1) ** 2))


def _is_hit(piece: Real, around: Real) -> bool:
    import cv2

    alike = cv2.matchTemplate(around, piece, cv2.TM_CCOEFF_NORMED)
    y, x = np.unravel_index(int(np.argmax(alike)), alike.shape)
    return bool(np.hypot(y - _REACH, x - _REACH) <= _HIT)


def _log10_tail(hits: int, squares: int, p: float) -> float:
    """log10 of the probability of so many hits or more; 0 without squares."""
    from scipy.stats import binom

    if squares == 0 or hits == 0:
        return 0.0
    return float(binom.logsf(hits - 1, squares, p) / np.log(10))

