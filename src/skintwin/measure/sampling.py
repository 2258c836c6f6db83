"""Median over a region with an error that knows about uneven light and texture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import PhotographError
from skintwin.evidence import ledger

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_SURE = 1.96  # standard deviations


def is_above_zero(level: float, sd: float) -> bool:
    """Whether a level can be told from 0: a share of what may be nothing says nothing."""
    return level > max(0.0, _SURE * sd)


def region_median(values: NDArray[np.floating], region: Mask) -> tuple[Array, Array]:
    """Median of (h, w, c) values over a region, and its standard error, each (c,).

    Neighbouring pixels are not independent, so the error is not the pixels' sd over the root of their number:
    the region is cut into angular sectors about its centroid (ledger: measure.sectors) and the error is the
    standard error of the sectors' medians. Uneven light and patchy skin are in it, camera error is not.
    Raises PhotographError when the region is empty.
    """
    if not region.any():
        raise PhotographError("there is no pixel to measure", where="region", do="draw a larger outline")
    rows, columns = np.nonzero(region)
    picked = np.asarray(values, dtype=np.float64)[rows, columns]
    count = round(ledger().value("measure.sectors", "1"))
    angle = np.arctan2(rows - rows.mean(), columns - columns.mean())
    sector = np.minimum(((angle + np.pi) / (2 * np.pi) * count).astype(int), count - 1)
    medians = np.array([np.median(picked[sector == s], axis=0) for s in range(count) if (sector == s).any()])
    none = np.full(picked.shape[1], np.nan)
    error = medians.std(axis=0, ddof=1) / np.sqrt(len(medians)) if len(medians) > 1 else none
    return np.median(picked, axis=0), np.asarray(error)
