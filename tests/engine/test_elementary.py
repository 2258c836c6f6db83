"""Powers and decays against the same in double precision; the largest value against numpy's."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from skintwin.engine.elementary import gone, largest, power


def test_gone_is_exact_to_rounding_from_tiny_to_huge() -> None:
    x = np.concatenate([[0.0], np.logspace(-12, 3, 4001)]).astype(np.float32)
    found = np.asarray(jax.jit(gone)(jnp.asarray(x)), np.float64)
    true = -np.expm1(-x.astype(np.float64))
    assert found[0] == 0.0
    assert np.abs(found[1:] / true[1:] - 1).max() < 6e-7
    assert found[-1] == 1.0


@pytest.mark.parametrize("exponent", [0.3, 1.0, 2.0, 4.5])
def test_power_agrees_and_nothing_to_any_power_is_nothing(exponent: float) -> None:
    base = np.concatenate([[0.0], np.logspace(-4, 4, 2001)]).astype(np.float32)
    found = np.asarray(jax.jit(power)(jnp.asarray(base), jnp.float32(exponent)), np.float64)
    true = base.astype(np.float64) ** np.float32(exponent)
    # The rounding of the logarithm is stretched by the exponent: |p ln b| ≤ 41.
    assert np.abs(found[1:] / true[1:] - 1).max() < 41 * 1.2e-7
    assert found[0] <= 1e-8


@pytest.mark.usefixtures("double")
def test_both_are_exact_in_double_precision() -> None:
    x = np.logspace(-6, 2, 500)
    assert np.abs(np.asarray(gone(jnp.asarray(x))) / -np.expm1(-x) - 1).max() < 1e-14
    assert np.abs(np.asarray(power(jnp.asarray(x), 1.7)) / x**1.7 - 1).max() < 1e-13


@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 1, 7), (3, 5, 1), (2, 17, 12), (1, 64, 33)])
def test_largest_is_found_wherever_it_lies(shape: tuple[int, int, int]) -> None:
    values = -np.arange(1.0, 1 + np.prod(shape)).reshape(shape)
    for place in range(shape[1] * shape[2]):
        marked = values.copy()
        marked.reshape(shape[0], -1)[:, place] = np.arange(shape[0])
        assert np.array_equal(np.asarray(largest(jnp.asarray(marked)))[:, 0, 0], np.arange(shape[0]))
