"""Adding-doubling: conservation, limits, published slabs, independence of numerical choices."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skintwin.errors import ConfigError
from skintwin.optics.adding_doubling import (
    layered_reflectance,
    slab_fluxes,
    stack_reflection,
    surface_reflectance,
)
from skintwin.optics.coat import coat, coated_reflectance
from skintwin.optics.doubling import add, layer_operators
from skintwin.optics.index_step import ladder, surface_quadrature
from skintwin.optics.quadrature import fresnel_reflection, quadrature, radau

MU_A = np.array([0.4, 2.0, 0.9, 0.5, 0.3])
MU_S = np.array([30.0, 30.0, 22.0, 22.0, 9.0])
G = np.full(5, 0.78)
THICK = np.array([0.018, 0.057, 0.2, 1.4, 5.0])


def test_radau_is_exact_to_its_degree_and_holds_the_end_point() -> None:
    x, w = radau(5)
    assert x[-1] == 1.0
    for degree in range(9):
        assert w @ x**degree == pytest.approx((1 - (-1) ** (degree + 1)) / (degree + 1), abs=1e-13)


@pytest.mark.parametrize("index", [1.0, 1.33, 1.4, 1.5])
def test_weights_integrate_the_hemisphere(index: float) -> None:
    quad = quadrature(12, index)
    assert quad.weight.sum() == pytest.approx(1)
    assert quad.weight @ quad.mu == pytest.approx(0.5)
    assert quad.weight @ quad.mu**2 == pytest.approx(1 / 3)


def test_fresnel_limits() -> None:
    assert fresnel_reflection(np.array(1.0), 1.4) == pytest.approx((0.4 / 2.4) ** 2)
    assert fresnel_reflection(np.array(0.69), 1.4) == 1.0
    np.testing.assert_allclose(fresnel_reflection(np.linspace(0.01, 1, 9), 1.0), 0, atol=1e-15)


def test_published_slab_with_matched_boundary() -> None:
    # van de Hulst's slab as quoted with MCML: a = 0.9, depth 2, g = 0.75.
    slab = slab_fluxes(0.9, 2.0, 0.75, points=32)
    assert slab.reflectance == pytest.approx(0.09739, abs=2e-4)
    assert slab.transmittance == pytest.approx(0.66096, abs=2e-4)
    assert slab.unscattered == pytest.approx(np.exp(-2))


def test_giovanelli_semi_infinite_with_index_step() -> None:
    # Giovanelli 1955: isotropic scattering, a = 0.9, n = 1.5, total reflection 0.2600.
    diffuse = layered_reflectance([1.0], [9.0], [0.0], [100.0], points=32, index=1.5)
    assert diffuse + quadrature(32, 1.5).specular == pytest.approx(0.2600, abs=5e-4)


@settings(deadline=None, max_examples=40)
@given(
    st.floats(0.01, 50),
    st.floats(0.0, 0.95),
    st.sampled_from([1.0, 1.33, 1.4, 1.5]),
    st.sampled_from([6, 8, 12]),
)
def test_no_absorption_loses_no_light(depth: float, g: float, index: float, points: int) -> None:
    slab = slab_fluxes(1.0, depth, g, index=index, points=points)
    assert slab.specular + slab.reflectance + slab.transmittance == pytest.approx(1, abs=1e-9)


@settings(deadline=None, max_examples=40)
@given(st.floats(0, 0.999), st.floats(0.01, 30), st.floats(0, 0.9))
def test_absorption_only_takes_light_away(albedo: float, depth: float, g: float) -> None:
    less, more = slab_fluxes([albedo, albedo * 0.98], depth, g, index=1.4).reflectance
    assert 0 <= more <= less + 1e-12 <= 1


def test_without_scattering_only_the_straight_beam_is_left() -> None:
    slab = slab_fluxes(0.0, 0.7, 0.8, index=1.4)
    # The beam bounces between the faces: r T^2 (1-r)^2 / (1 - r^2 T^2) comes back out of the top.
    r, t = slab.specular, np.exp(-0.7)
    assert slab.reflectance == pytest.approx((1 - r) ** 2 * r * t**2 / (1 - (r * t) ** 2), rel=1e-9)
    assert slab.diffuse_transmittance == pytest.approx(0, abs=1e-12)


def test_thick_clear_slab_of_nothing_transmits_everything() -> None:
    slab = slab_fluxes(1.0, 1e-12, 0.0, index=1.0)
    assert slab.transmittance == pytest.approx(1)
    assert slab.reflectance == pytest.approx(0, abs=1e-11)


def test_reciprocity_of_a_stack() -> None:
    quad = quadrature(12, 1.4)
    one, two = (layer_operators(MU_A[i], MU_S[i], G[i], THICK[i], quad) for i in (1, 2))
    over, under = add(one, two), add(two, one)
    np.testing.assert_allclose(over.top, over.top.T, atol=1e-13)
    # Turning the stack over swaps its faces and transposes its transmission.
    np.testing.assert_allclose(over.top, under.bottom, atol=1e-13)
    np.testing.assert_allclose(over.down, under.down.T, atol=1e-13)


def test_cutting_a_layer_in_two_changes_nothing() -> None:
    quad = quadrature(12, 1.4)
    whole = layer_operators(0.7, 20.0, 0.8, 0.3, quad)
    parts = add(layer_operators(0.7, 20.0, 0.8, 0.1, quad), layer_operators(0.7, 20.0, 0.8, 0.2, quad))
    np.testing.assert_allclose(parts.top, whole.top, atol=1e-10)
    np.testing.assert_allclose(parts.down, whole.down, atol=1e-10)


def test_start_of_doubling_does_not_matter() -> None:
    quad = quadrature(12, 1.4)

    def skin(start: float) -> float:
        layers = [layer_operators(*v, quad, start=start) for v in zip(MU_A, MU_S, G, THICK, strict=True)]
        return float(surface_reflectance(stack_reflection(layers), quad))

    assert skin(1.0) == pytest.approx(skin(0.02), rel=1e-9)


def test_coat_over_dermis_is_the_whole_skin() -> None:
    quad = quadrature(12, 1.4)
    layers = [layer_operators(*v, quad) for v in zip(MU_A, MU_S, G, THICK, strict=True)]
    upper = coat(add(layers[0], layers[1]), quad)
    both = coated_reflectance(upper, stack_reflection(layers[2:]))
    assert both == pytest.approx(layered_reflectance(MU_A, MU_S, G, THICK), rel=1e-12)


def test_batches_agree_with_single_calls() -> None:
    shades = np.linspace(0.5, 2, 7)
    batch = layered_reflectance(MU_A[:, None] * shades, MU_S[:, None], G[:, None], THICK[:, None])
    single = [layered_reflectance(MU_A * s, MU_S, G, THICK) for s in shades]
    np.testing.assert_allclose(batch, single, rtol=1e-10)
    assert np.all(np.diff(batch) < 0)


def test_default_directions_are_close_to_reference_directions() -> None:
    coarse, fine = (layered_reflectance(MU_A, MU_S, G, THICK, points=n) for n in (12, 32))
    assert coarse == pytest.approx(fine, rel=3e-3)


def test_index_step_keeps_the_directions_and_vanishes_with_its_height() -> None:
    below = quadrature(32, 1.4)
    above = surface_quadrature(below, 1.5)
    assert above.weight.sum() == pytest.approx(1, abs=1e-9)
    assert above.weight @ above.mu**2 == pytest.approx(1 / 3, abs=1e-9)
    sines = [q.index * np.sqrt(1 - q.mu**2) for q in (below, above)]
    np.testing.assert_allclose(sines[0], sines[1][-32:], atol=1e-12)
    flat = layered_reflectance(MU_A, MU_S, G, THICK)
    tiny = layered_reflectance(MU_A, MU_S, G, THICK, surface_index=1.4001)
    assert tiny == pytest.approx(flat, rel=2e-4)


def test_index_step_loses_no_light() -> None:
    # Hardly absorbing skin on a very deep, hardly absorbing ground returns nearly everything that entered.
    deep = np.array([0.1, 0.1, 0.1, 0.1, 1e6])
    back = layered_reflectance(np.full(5, 1e-9), MU_S, G, deep, surface_index=1.5)
    assert back == pytest.approx(1 - 0.04, abs=1e-3)


def test_every_layer_may_have_its_index_and_no_light_is_lost() -> None:
    deep = np.array([0.1, 0.1, 0.1, 0.1, 1e6])
    for indices in [(1.5, 1.42, 1.4, 1.38, 1.44), (1.33, 1.4, 1.5, 1.36, 1.4), (1.4, 1.4, 1.4, 1.36, 1.36)]:
        back = layered_reflectance(np.full(5, 1e-9), MU_S, G, deep, index=indices)
        assert back == pytest.approx(1 - ((indices[0] - 1) / (indices[0] + 1)) ** 2, abs=1e-3)


def test_two_equal_steps_there_and_back_vanish_with_their_height() -> None:
    tiny = layered_reflectance(MU_A, MU_S, G, THICK, index=(1.4, 1.4002, 1.4, 1.3998, 1.4))
    assert tiny == pytest.approx(layered_reflectance(MU_A, MU_S, G, THICK), rel=5e-4)


@pytest.mark.parametrize("cover", [1.33, 1.38, 1.5])
def test_clear_layer_reflects_as_two_windows(cover: float) -> None:
    # Light that leaves the skin bounces between the two faces of the clear layer: r = r1 + (1-r1)^2 r2 / (1 - r1 r2).
    quads = ladder(32, (cover, 1.4))
    skin, clear = quads[1.4], quads[cover]
    below = layer_operators(0.5, 20.0, 0.8, 50.0, skin).top
    shared = min(skin.points, clear.points)
    dense, ratio = (skin, 1.4 / cover) if cover < 1.4 else (clear, cover / 1.4)
    inner, outer = np.ones(skin.points), fresnel_reflection(clear.mu[-shared:], cover)
    inner[-shared:] = fresnel_reflection(dense.mu[-shared:], ratio)
    both = inner.copy()
    both[-shared:] += (1 - inner[-shared:]) ** 2 * outer / (1 - inner[-shared:] * outer)
    entered = (1 - outer[-1]) * (1 - inner[-1]) / (1 - inner[-1] * outer[-1])
    beam = np.zeros(skin.points)
    beam[-1] = entered / skin.flux_root[-1]
    upward = np.linalg.solve(np.eye(skin.points) - below * both, below @ beam)
    window_gloss = (1 - outer[-1]) ** 2 * inner[-1] / (1 - inner[-1] * outer[-1])
    expected = upward @ (skin.flux_root * (1 - both)) + window_gloss
    ours = layered_reflectance([1e-5, 0.5], [0.0, 20.0], [0.0, 0.8], [1e-3, 50.0], points=32, index=(cover, 1.4))
    assert ours == pytest.approx(expected, rel=1e-5)


def test_wrong_number_of_indices_is_refused() -> None:
    with pytest.raises(ConfigError, match="3 refractive indices"):
        layered_reflectance(MU_A, MU_S, G, THICK, index=(1.4, 1.4, 1.4))


@pytest.mark.parametrize(("points", "index"), [(5, 1.4), (2, 1.4), (200, 1.4), (12, 0.9), (12, float("nan"))])
def test_bad_quadrature_is_refused(points: int, index: float) -> None:
    with pytest.raises(ConfigError, match="quadrature"):
        quadrature(points, index)
