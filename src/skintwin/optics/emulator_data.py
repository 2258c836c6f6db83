"""Spectra to train and to test an emulator on, by adding-doubling with coats and dermes computed once and crossed."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.optics.coat import coat, coated_reflectance
from skintwin.optics.doubling import Slab, add, layer_operators, reflect_over
from skintwin.optics.emulator_inputs import AXES, COAT, DERMIS, skin_at
from skintwin.optics.layers import OpticalLayers
from skintwin.optics.quadrature import DEFAULT_POINTS, quadrature
from skintwin.optics.spectra import refractive_index, skin_spectrum

Array = NDArray[np.float64]

EMULATED_NM: Final[Array] = np.arange(380.0, 781.0, 10.0)
"""(41,) wavelengths of the emulator, nm."""
_ACROSS: Final = 4
"""Coats, and dermes, that share scattering and carotene: 16 spectra for the price of about 5."""
_GROUPS: Final = 32


def crossed_spectra(count: int, seed: int) -> tuple[Array, Array]:
    """(count, 11) random positions and (count, 41) reflectances. count is rounded up to whole groups of 16."""
    rng = np.random.default_rng(seed)
    groups = -(-count // _ACROSS**2)
    parts = [_crossed(min(_GROUPS, groups - g), rng) for g in range(0, groups, _GROUPS)]
    places, spectra = (np.concatenate(each) for each in zip(*parts, strict=True))
    return places, spectra


def direct_spectra(count: int, seed: int) -> tuple[Array, Array]:
    """The same with every skin drawn and computed on its own: the test set."""
    places = np.random.default_rng(seed).uniform(-1.0, 1.0, (count, len(AXES)))
    parts = np.array_split(places, -(-count // 128))
    return places, np.concatenate([skin_spectrum(skin_at(p), EMULATED_NM, points=DEFAULT_POINTS) for p in parts])


def _crossed(groups: int, rng: np.random.Generator) -> tuple[Array, Array]:
    a, b = len(COAT), len(DERMIS)
    upper, lower = rng.uniform(-1, 1, (groups, _ACROSS, a)), rng.uniform(-1, 1, (groups, _ACROSS, b))
    shared = rng.uniform(-1, 1, (groups, 1, len(AXES) - a - b))
    places = np.empty((groups, _ACROSS, _ACROSS, len(AXES)))
    places[..., :a], places[..., a : a + b], places[..., a + b :] = (
        upper[:, :, None], lower[:, None, :], shared[:, None],
    )  # fmt: skip
    coats = skin_at(np.ascontiguousarray(places[:, :, 0])).optical_layers(EMULATED_NM)
    dermes = skin_at(np.ascontiguousarray(places[:, 0, :])).optical_layers(EMULATED_NM)
    quad = quadrature(DEFAULT_POINTS, refractive_index())

    def operators(layers: OpticalLayers, i: int) -> Slab:
        return layer_operators(layers.mu_a[i], layers.mu_s[i], layers.g[i], layers.thickness[i], quad)

    tops = coat(add(operators(coats, 0), operators(coats, 1)), quad)
    papillary, reticular, subcutis = (operators(dermes, i) for i in (2, 3, 4))
    below = reflect_over(papillary, reflect_over(reticular, subcutis.top))
    found = np.empty((groups, _ACROSS, _ACROSS, EMULATED_NM.size))
    for g in range(groups):
        for i in range(_ACROSS):
            found[g, i] = coated_reflectance(tops[g][i], below[g])
    return places.reshape(-1, len(AXES)), found.reshape(-1, EMULATED_NM.size)
