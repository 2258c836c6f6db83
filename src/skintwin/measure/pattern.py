"""Where new pigment lies: around follicles, along the margin, or anywhere.

For a set of places (follicles, or the lesion's border) let d(x) be the distance to the nearest one. Then

    ratio = mean of d over newly pigmented pixels / mean of d over all eligible pixels of the lesion.

Complete spatial randomness gives 1 whatever the lesion's shape, because the denominator is its exact
expectation for pixels drawn at random in the same lesion. Below 1: pigment gathers there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import PhotographError
from skintwin.measure.observation import Observation

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def perifollicular_ratio(
    new: Mask, eligible: Mask, follicles: NDArray[np.floating], *, draws: int = 199, seed: int = 0
) -> Observation:
    """Distance ratio to follicles, with a Monte Carlo test against follicles placed at random.

    new, eligible: (h, w) bool, new inside eligible. follicles: (n, 2) (row, column) in pixels.
    New pixels come in clumps, so shuffling pixels would overstate significance; instead the picture is held
    and as many follicles are placed at random in the eligible area, ``draws`` times. error is the sd of the
    ratio under that null; the note gives the one-sided p = (1 + draws at least as small) / (1 + draws).
    Raises PhotographError when there are no follicles, no new or no eligible pixels.
    """
    points = np.atleast_2d(np.asarray(follicles, dtype=np.float64))
    if points.size == 0 or points.shape[1] != 2:
        raise PhotographError("no follicles were given", where="pattern", expected="(row, column) pairs")
    _check(new, eligible)
    area = np.argwhere(eligible).astype(np.float64)
    is_new = new[eligible]
    ratio = _ratio(area, is_new, points)
    rng = np.random.default_rng(seed)

    def random_points() -> Array:
        return area[rng.integers(len(area), size=len(points))] + rng.uniform(-0.5, 0.5, points.shape)

    null = np.array([_ratio(area, is_new, random_points()) for _ in range(draws)])
    p = (1 + int((null <= ratio).sum())) / (1 + draws)
    return Observation(
        "perifollicular_ratio", ratio, "1",
        "mean distance of new pigment to the nearest follicle over that of the whole lesion",
        float(null.std(ddof=1)) if draws > 1 else None,
        f"p = {p:.3g} against {draws} random follicle patterns",
    )


def marginal_ratio(new: Mask, eligible: Mask, lesion: Mask) -> Observation:
    """Distance ratio to the lesion's border: below 1 when pigment returns from the margin.

    new, eligible, lesion: (h, w) bool, each inside the next. Raises PhotographError as above.
    """
    from scipy import ndimage

    _check(new, eligible)
    depth = ndimage.distance_transform_edt(np.pad(lesion, 1))[1:-1, 1:-1]
    return Observation(
        "marginal_ratio", float(depth[new].mean() / depth[eligible].mean()), "1",
        "mean distance of new pigment to the lesion's border over that of the whole lesion",
    )


def _ratio(area: Array, is_new: Mask, points: Array) -> float:
    from scipy.spatial import cKDTree

    distance = cKDTree(points).query(area)[0]
    return float(distance[is_new].mean() / distance.mean())


def _check(new: Mask, eligible: Mask) -> None:
    if not eligible.any() or not (new & eligible).any():
        raise PhotographError(
            "there is no newly pigmented pixel", where="pattern",
            expected="new pigment inside the lesion", do="the pattern of nothing cannot be tested",
        )
    if (new & ~eligible).any():
        raise PhotographError("new pigment lies outside the eligible area", where="pattern",
                              expected="new pigment inside it")
