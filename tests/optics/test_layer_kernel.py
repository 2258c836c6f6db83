"""The compiled kernel against plain matrix algebra, for any number of layers in a batch."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.optics.doubling import layer_operators, reflect_over
from skintwin.optics.quadrature import quadrature
from tests.optics.numpy_layer import layer


@pytest.mark.parametrize("points", [4, 12, 32])
@pytest.mark.parametrize("count", [1, 15, 16, 41])
def test_kernel_is_the_matrix_algebra(points, count):
    rng = np.random.default_rng(count)
    quad = quadrature(points, 1.4)
    mu_a, mu_s = 10 ** rng.uniform(-3, 2, count), 10 ** rng.uniform(0, 2, count)
    g, thickness = rng.uniform(0, 0.95, count), 10 ** rng.uniform(-3, 0.7, count)
    slab = layer_operators(mu_a, mu_s, g, thickness, quad)
    reflect, transmit = layer(mu_a, mu_s, g, thickness, quad)
    # Both start from a layer thin enough for an error below 1e-9; the kernel may double less often.
    np.testing.assert_allclose(slab.top, reflect, atol=1e-8)
    np.testing.assert_allclose(slab.down, transmit, atol=1e-8)


def test_covering_is_the_matrix_algebra():
    rng = np.random.default_rng(0)
    quad = quadrature(12, 1.4)
    upper = layer_operators(rng.uniform(0.1, 5, 21), 20.0, 0.8, 0.1, quad)
    below = layer_operators(0.3, 20.0, 0.8, 3.0, quad).top
    series, bounce = np.zeros_like(upper.top), upper.down  # one bounce between the two after another
    for _ in range(400):
        series = series + upper.down @ below @ bounce
        bounce = upper.top @ below @ bounce
    np.testing.assert_allclose(reflect_over(upper, below), upper.top + series, atol=1e-12)


def test_results_do_not_depend_on_the_batch():
    quad = quadrature(12, 1.4)
    mu_a = np.linspace(0.1, 30, 37)
    together = layer_operators(mu_a, 20.0, 0.8, 0.2, quad).top
    alone = np.stack([layer_operators(each, 20.0, 0.8, 0.2, quad).top for each in mu_a])
    np.testing.assert_allclose(together, alone, atol=1e-12)
