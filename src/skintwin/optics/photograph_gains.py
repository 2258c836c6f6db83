"""Colour of an uncalibrated photograph, set by skin whose colour is known roughly beforehand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.errors import PhotographError
from skintwin.evidence import ledger

Array = NDArray[np.float64]

_SD_PER_MAD = 1.4826  # standard deviation over median absolute deviation, normal law


@dataclass(frozen=True, eq=False)
class PhotographGains:
    """Per-channel factors for a photograph.

    Attributes
    ----------
    gains: (3,) multiply linear sRGB by these.
    sd: (3,) standard deviation of ln gain: what is not known of the reference's true colour, and the scatter
        of its median. Give it to ``Inverter(gain_sd=...)``, where it widens the absolute standard deviations;
        differences within the photograph keep theirs.
    pixels: how many reference pixels were used.
    """

    gains: Array
    sd: Array
    pixels: int

    def apply(self, linear_rgb: ArrayLike) -> Array:
        """(..., 3) linear sRGB -> the same with the gains applied."""
        return np.asarray(np.asarray(linear_rgb, dtype=np.float64) * self.gains)


def photograph_gains(
    linear_rgb: ArrayLike, reference_mask: ArrayLike, expected_linear_rgb: ArrayLike
) -> PhotographGains:
    """Gains that bring the median colour of a reference region to an expected colour.

    linear_rgb: (..., 3) linear sRGB of the photograph. reference_mask: (...) true on healthy skin around the
    lesion. expected_linear_rgb: (3,) colour of such skin, for instance ``PigmentTable.linear_srgb`` at the
    melanin column of the phototype. The region's pigment is then known by assumption only: its spread
    within a phototype is the ledger's ``optics.gain_uncertainty``.

    Raises :class:`PhotographError` if the mask has another shape, is empty, or holds only black or invalid
    pixels.
    """
    rgb = np.asarray(linear_rgb, dtype=np.float64)
    mask = np.asarray(reference_mask, dtype=bool)
    expected = np.asarray(expected_linear_rgb, dtype=np.float64)
    if rgb.shape[-1:] != (3,) or mask.shape != rgb.shape[:-1]:
        raise PhotographError(
            f"a mask of shape {mask.shape} for pixels of shape {rgb.shape}",
            where="reference region",
            expected="one mask value per pixel of (..., 3) linear sRGB",
        )
    if expected.shape != (3,) or not np.all(expected > 0):
        raise PhotographError(
            f"expected colour {expected}", where="reference region", expected="three values above 0"
        )
    region = rgb[mask]
    usable = region[np.all(np.isfinite(region) & (region > 0), axis=-1)]
    if not len(usable):
        raise PhotographError(
            f"{len(region)} reference pixels, none with light in all channels",
            where="reference region",
            do="mark healthy skin that is neither black nor cut off",
        )
    logs = np.log(usable)
    median = np.median(logs, axis=0)
    scatter = _SD_PER_MAD * np.median(np.abs(logs - median), axis=0)
    # The median of n normal values has the variance pi / 2 n of one value's.
    of_median = scatter * np.sqrt(np.pi / (2 * len(usable)))
    assumed = ledger().value("optics.gain_uncertainty", "1")
    return PhotographGains(expected / np.exp(median), np.hypot(assumed, of_median), len(usable))
