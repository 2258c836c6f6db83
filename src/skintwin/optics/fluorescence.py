"""Fluorescence of the dermis under a Wood's lamp: collagen lit through the epidermis shines blue.

    F(λ) = Σ φ(365 nm) φ(λ) d         over slices d of the papillary and the reticular dermis

φ is the fluence rate of :mod:`skintwin.optics.fluence`; by reciprocity the light that leaves the skin along the normal
from a depth is proportional to the fluence that a normal beam makes there. Pigment is thus passed on the way in and on
the way out, which is why a Wood's lamp shows more of it than daylight does (keys ``gilchrest1977``, ``zhao2016``).
Left out: fluorescence of the horny layer and of epidermal NADH, and porphyrins in follicles.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.evidence import ledger
from skintwin.optics.fluence import layer_fluence
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.quadrature import DEFAULT_POINTS

Array = NDArray[np.float64]

PARTS: Final = (1, 1, 3, 2, 1)
"""Slices of each layer; more change the contrast between skins by less than 0.2 %."""
_DERMIS: Final = slice(2, 7)


def dermal_fluorescence(skin: LayeredSkin, emission: ArrayLike, *, points: int = DEFAULT_POINTS) -> Array:
    """(..., E) F at (E,) emission wavelengths in nm, in mm; the fluorophore is the same in all skins."""
    shining = np.atleast_1d(np.asarray(emission, dtype=np.float64))
    wavelength = np.append(shining, ledger().value("woods.excitation", "nm"))
    fluence, thickness = layer_fluence(skin, wavelength, PARTS, points=points)
    lit = fluence[_DERMIS, ..., -1:] * thickness[_DERMIS, ..., -1:]
    return np.asarray((lit * fluence[_DERMIS, ..., :-1]).sum(axis=0))


def emission_shape(wavelength: ArrayLike) -> Array:
    """Relative brightness of the fluorescence before the skin colours it: log-normal about its peak, 1 there."""
    value = ledger().value
    peak, width = value("woods.emission_peak", "nm"), value("woods.emission_width", "nm")
    spread = width / (2.0 * np.sqrt(2.0 * np.log(2.0)) * peak)
    return np.asarray(np.exp(-0.5 * (np.log(np.asarray(wavelength, dtype=np.float64) / peak) / spread) ** 2))
