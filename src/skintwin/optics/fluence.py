"""Light inside the skin: fluence rate of each layer under a normal beam, by adding-doubling.

Upward and downward fluxes at every boundary follow from the reflection operators of what lies below it,

    F⁺(0) = beam + r R₀ F⁺(0),     F⁺(below) = (1 − R_layer R_below)⁻¹ T F⁺(above),     F⁻ = R F⁺,

and the mean fluence rate of a layer from what it keeps: φ = (net flux in − net flux out) / (µa d), exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.optics.adding_doubling import entering_beam
from skintwin.optics.doubling import Slab, layer_operators, reflect_over
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.quadrature import DEFAULT_POINTS, quadrature
from skintwin.optics.spectra import refractive_index

Array = NDArray[np.float64]


def layer_fluence(
    skin: LayeredSkin, wavelength: ArrayLike, parts: Sequence[int] = (1, 1, 1, 1, 1), *, points: int = DEFAULT_POINTS
) -> tuple[Array, Array]:
    """Mean fluence rate in layers cut into equal ``parts``, per incident flux (1), and their thickness (mm).

    wavelength: (W,) nm. Both results are (P, ..., W), P the sum of ``parts``, top to bottom; absorption must not be 0.
    """
    layers = skin.optical_layers(wavelength)
    quad = quadrature(points, refractive_index())
    slabs: list[Slab] = []
    absorbing: list[Array] = []
    for i, count in enumerate(parts):
        length = layers.thickness[i] / count
        slab = layer_operators(layers.mu_a[i], layers.mu_s[i], layers.g[i], length, quad)
        slabs += [slab] * count
        absorbing += [layers.mu_a[i] * length] * count
    below = [np.zeros_like(slabs[-1].top)]
    for slab in reversed(slabs):
        below.insert(0, reflect_over(slab, below[0]))
    eye = np.eye(quad.points)
    beam = np.broadcast_to(entering_beam(quad)[:, None], (*below[0].shape[:-1], 1))
    down: Array = np.linalg.solve(eye - quad.inner_reflection[:, None] * below[0], beam).astype(np.float64)
    net = [_net(down, below[0], quad.flux_root)]
    for slab, under in zip(slabs, below[1:], strict=True):
        down = np.asarray(np.linalg.solve(eye - slab.bottom @ under, slab.down @ down), np.float64)
        net.append(_net(down, under, quad.flux_root))
    kept = [before - after for before, after in pairwise(net)]
    thickness = [layers.thickness[i] / count for i, count in enumerate(parts) for _ in range(count)]
    return np.stack([k / a for k, a in zip(kept, absorbing, strict=True)]), np.stack(thickness)


def _net(down: Array, reflection: Array, flux_root: Array) -> Array:
    """Net downward flux (...) of downward light (..., N, 1) over something that reflects."""
    return np.asarray((down - reflection @ down)[..., 0] @ flux_root)
