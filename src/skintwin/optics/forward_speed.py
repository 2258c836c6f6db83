"""What a spectrum costs: 41 bands, five layers, this thread's time."""

from __future__ import annotations

from collections.abc import Callable
from time import thread_time

import numpy as np
from numpy.typing import NDArray

from skintwin.optics.adding_doubling import surface_reflectance
from skintwin.optics.doubling import Slab, layer_operators, reflect_over
from skintwin.optics.emulator_data import EMULATED_NM
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.quadrature import DEFAULT_POINTS, quadrature
from skintwin.optics.spectra import refractive_index, skin_spectrum

Array = NDArray[np.float64]


def spectrum_ms(points: int = DEFAULT_POINTS) -> float:
    """Milliseconds of one spectrum from coefficients to reflectance; the best of some repeats."""
    skin = LayeredSkin.reference()
    return _best_ms(lambda: skin_spectrum(skin, EMULATED_NM, points=points))


def recoated_ms(points: int = DEFAULT_POINTS) -> float:
    """Milliseconds when only the stratum corneum and the epidermis change over a dermis that is kept."""
    layers = LayeredSkin.reference().optical_layers(EMULATED_NM)
    quad = quadrature(points, refractive_index())

    def operators(i: int) -> Slab:
        return layer_operators(layers.mu_a[i], layers.mu_s[i], layers.g[i], layers.thickness[i], quad)

    dermis = reflect_over(operators(2), reflect_over(operators(3), operators(4).top))
    return _best_ms(
        lambda: surface_reflectance(reflect_over(operators(0), reflect_over(operators(1), dermis)), quad)
    )


def _best_ms(task: Callable[[], Array], repeats: int = 15) -> float:
    task()
    times = []
    for _ in range(repeats):
        begun = thread_time()
        task()
        times.append(thread_time() - begun)
    return 1e3 * min(times)
