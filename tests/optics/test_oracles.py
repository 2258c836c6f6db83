"""The same physics computed by two independent public programs."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.optics.adding_doubling import slab_fluxes, stack_reflection, surface_reflectance
from skintwin.optics.doubling import layer_operators
from skintwin.optics.quadrature import quadrature


@pytest.mark.parametrize("index", [1.0, 1.4])
@pytest.mark.parametrize(("albedo", "depth", "g"), [(0.5, 0.5, 0.0), (0.95, 4.0, 0.8), (0.999, 20.0, 0.9)])
def test_slab_agrees_with_iadpython(albedo: float, depth: float, g: float, index: float) -> None:
    import iadpython

    theirs = iadpython.Sample(a=albedo, b=depth, g=g, n=index, quad_pts=16).rt()
    ours = slab_fluxes(albedo, depth, g, index=index, points=16)
    assert ours.specular + ours.reflectance == pytest.approx(theirs[0], abs=3e-5)
    assert ours.transmittance == pytest.approx(theirs[1], abs=3e-5)


def test_layers_agree_with_discrete_ordinates_at_matched_index() -> None:
    from PythonicDISORT import pydisort

    albedo, depth, g = np.array([0.98, 0.8, 0.97]), np.array([1.5, 2.0, 30.0]), np.array([0.75, 0.8, 0.7])
    streams, moments = 48, 200
    phase = g[:, None] ** np.arange(moments)
    flux_up = pydisort(
        np.cumsum(depth),
        albedo,
        streams,
        phase,
        1.0,
        1.0,
        0.0,
        f_arr=g**streams,
        NLeg=streams,
        only_flux=True,
    )[1]
    theirs = float(np.asarray(flux_up(0.0)))
    quad = quadrature(32, 1.0)
    layers = [
        layer_operators(t * (1 - a), t * a, c, 1.0, quad) for a, t, c in zip(albedo, depth, g, strict=True)
    ]
    assert surface_reflectance(stack_reflection(layers), quad) == pytest.approx(theirs, abs=2e-4)
