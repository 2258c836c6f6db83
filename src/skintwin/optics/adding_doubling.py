"""Diffuse reflectance and transmittance of layered turbid media for a beam at normal incidence.

The adding-doubling method (keys ``prahl1995``, ``prahl1993``) for plane layers of Henyey-Greenstein
scatterers with a Fresnel boundary. All functions work on batches (wavelengths x skins). Reflectance is per
incident flux and leaves out the specular part ((n - 1)/(n + 1))^2, as seen through crossed polarisers or with
the specular component excluded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.errors import ConfigError
from skintwin.optics.doubling import Slab, layer_operators, reflect_over
from skintwin.optics.index_step import across_step, ladder
from skintwin.optics.quadrature import DEFAULT_POINTS, Quadrature, quadrature

Array = NDArray[np.float64]


@dataclass(frozen=True)
class SlabFluxes:
    """What a normal beam of unit flux does to a slab; every field has the batch shape.

    Attributes
    ----------
    specular: reflected at the first surface without entering.
    reflectance: leaves through the top after entering (diffuse, specular excluded).
    transmittance: leaves through the bottom, unscattered part included.
    unscattered: the part of ``transmittance`` that never scattered.
    """

    specular: float
    reflectance: Array
    transmittance: Array
    unscattered: Array

    @property
    def diffuse_transmittance(self) -> Array:
        """Transmittance of light scattered at least once."""
        return self.transmittance - self.unscattered


def entering_beam(quad: Quadrature) -> Array:
    """(N,) flux vector just under the surface for a normal beam of unit flux."""
    beam = np.zeros(quad.points)
    beam[-1] = (1.0 - quad.specular) / quad.flux_root[-1]
    return beam


def surface_reflectance(stack: Array, quad: Quadrature) -> Array:
    """Diffuse reflectance (...) of a Fresnel surface over a medium with reflection operator (..., N, N).

    F- = R F+ under the surface, F+ = beam + r F-; what escapes is (1 - r) F-.
    """
    inner = quad.inner_reflection
    lit = stack @ entering_beam(quad)
    upward = np.linalg.solve(np.eye(quad.points) - stack * inner, lit[..., None])[..., 0]
    return np.asarray(upward @ (quad.flux_root * (1.0 - inner)))


def stack_reflection(layers: Sequence[Slab]) -> Array:
    """(..., N, N) reflection of layers given top to bottom over a black, index-matched ground."""
    below = layers[-1].top
    for layer in reversed(layers[:-1]):
        below = reflect_over(layer, below)
    return below


def layered_reflectance(
    mu_a: ArrayLike,
    mu_s: ArrayLike,
    g: ArrayLike,
    thickness: ArrayLike,
    *,
    points: int = DEFAULT_POINTS,
    index: float | Sequence[float] = 1.4,
    surface_index: float | None = None,
) -> Array:
    """Diffuse reflectance of a layered medium over a black index-matched ground, specular excluded.

    mu_a, mu_s (1/mm), g, thickness (mm): first axis = layers from top to bottom, further axes = batch; arrays
    broadcast after being given the same number of axes. Returns the batch shape. index: refractive index of all
    layers, or one for each from top to bottom. surface_index: that of the first layer, if it differs.
    """
    absorb, scatter, cosine, length = np.broadcast_arrays(
        *(np.asarray(v, dtype=np.float64) for v in (mu_a, mu_s, g, thickness))
    )
    indices = _indices(index, surface_index, absorb.shape[0])
    quads = ladder(points, indices)
    below, under = None, quads[indices[-1]]
    for layer in reversed(range(absorb.shape[0])):
        quad = quads[indices[layer]]
        # Trapped directions add no resolution to the others, so the phase function keeps its N moments.
        slab = layer_operators(absorb[layer], scatter[layer], cosine[layer], length[layer], quad, moments=points)
        if below is not None and quad is not under:
            below = across_step(below, under, quad)
        below, under = slab.top if below is None else reflect_over(slab, below), quad
    assert below is not None
    return surface_reflectance(below, under)


def _indices(index: float | Sequence[float], surface: float | None, count: int) -> tuple[float, ...]:
    """One refractive index per layer."""
    each = (float(index),) * count if isinstance(index, int | float) else tuple(float(n) for n in index)
    if len(each) != count:
        raise ConfigError(f"{len(each)} refractive indices", where="layers", expected=f"one, or {count}")
    return each if surface is None else (float(surface), *each[1:])


def slab_fluxes(
    albedo: ArrayLike,
    depth: ArrayLike,
    g: ArrayLike,
    *,
    points: int = DEFAULT_POINTS,
    index: float = 1.0,
) -> SlabFluxes:
    """A single slab in air on both sides.

    albedo, depth (optical thickness), g broadcast to the batch shape. ``index`` is that of the slab. For
    non-absorbing slabs specular + reflectance + transmittance = 1.
    """
    a, tau, cosine = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (albedo, depth, g)))
    quad = quadrature(points, index)
    slab = layer_operators(tau * (1.0 - a), tau * a, cosine, 1.0, quad)
    inner, beam, escape = quad.inner_reflection, entering_beam(quad), quad.flux_root
    # Unknown upward flux under the top and downward flux over the bottom, each fed by the other's reflection.
    ground = reflect_over(slab, np.diag(inner))
    eye = np.eye(quad.points)
    upward = np.linalg.solve(eye - ground * inner, (ground @ beam)[..., None])[..., 0]
    downward_top = beam + inner * upward
    onto = np.linalg.solve(eye - slab.bottom * inner, (slab.down @ downward_top[..., None]))[..., 0]
    out = escape * (1.0 - inner)
    straight = np.exp(-tau)
    specular = quad.specular
    unscattered = (1 - specular) ** 2 * straight / (1 - specular**2 * straight**2)
    return SlabFluxes(specular, upward @ out, onto @ out, unscattered)
