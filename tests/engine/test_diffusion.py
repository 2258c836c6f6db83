"""Screened diffusion against exact solutions, symmetry and its two limits."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from skintwin.engine.cosine_fourier import scaled_by_fourier
from skintwin.engine.cosine_products import scaled_by_products
from skintwin.engine.diffusion import PRODUCTS_TO, screened_diffusion
from skintwin.engine.grid import Grid
from skintwin.engine.laplacian import waves


def solve(source: np.ndarray, length: object, grid: Grid) -> np.ndarray:
    return np.asarray(screened_diffusion(jnp.asarray(source), jnp.asarray(length), grid))


def blobs(grid: Grid, batch: int = 1) -> np.ndarray:
    return np.random.default_rng(2).exponential(size=(batch, *grid.shape))


@pytest.mark.usefixtures("double")
def test_a_grid_mode_is_divided_by_its_eigenvalue_exactly() -> None:
    grid, ky, kx, length = Grid(24, 40, 0.2), 3, 7, 0.37
    y, x = (np.arange(24) + 0.5) / 24, (np.arange(40) + 0.5) / 40
    mode = np.cos(np.pi * ky * y)[:, None] * np.cos(np.pi * kx * x)[None, :]
    eigen = (2 - 2 * np.cos(np.pi * ky / 24) + 2 - 2 * np.cos(np.pi * kx / 40)) / 0.2**2
    assert (waves(24)[ky] + waves(40)[kx]) / grid.pixel**2 == pytest.approx(eigen)
    u = solve(mode, length, grid)
    assert u.dtype == np.float64
    assert np.abs(u - mode / (1 + length**2 * eigen)).max() < 1e-13


@pytest.mark.usefixtures("double")
def test_the_solution_satisfies_the_five_point_equation() -> None:
    """Built here with padding, without cosines: a second method."""
    grid, length = Grid(17, 29, 0.15), 0.4
    q = blobs(grid)[0]
    u = solve(q, length, grid)
    p = np.pad(u, 1, mode="edge")
    laplacian = (p[2:, 1:-1] + p[:-2, 1:-1] + p[1:-1, 2:] + p[1:-1, :-2] - 4 * u) / grid.pixel**2
    assert np.abs(u - length**2 * laplacian - q).max() < 1e-11


@pytest.mark.usefixtures("double")
def test_second_order_in_space_on_a_manufactured_solution() -> None:
    """u = x²(3 − 2x) (1 + cos(πy)/2 + y⁴(5 − 4y)): no flux at the edges, not a mode of any grid."""
    length, errors = 0.3, []
    sizes = (16, 32, 64, 128)
    for n in sizes:
        y, x = (np.arange(n)[:, None] + 0.5) / n, (np.arange(n)[None, :] + 0.5) / n
        f, fxx = x**2 * (3 - 2 * x), 6 - 12 * x
        g = 1 + 0.5 * np.cos(np.pi * y) + y**4 * (5 - 4 * y)
        gyy = -0.5 * np.pi**2 * np.cos(np.pi * y) + 60 * y**2 - 80 * y**3
        q = f * g - length**2 * (fxx * g + f * gyy)
        errors.append(np.abs(solve(q, length, Grid(n, n, 1.0 / n)) - f * g).max())
    orders = np.log2(np.array(errors[:-1]) / np.array(errors[1:]))
    print("orders in space", orders)
    assert np.all(orders > 1.9), errors
    assert np.all(orders < 2.2), errors


@pytest.mark.parametrize("length", [0.0, 0.05, 0.5, 5.0, 500.0])
def test_mean_is_kept_and_nothing_is_negative_beyond_rounding(length: float) -> None:
    grid = Grid(31, 48, 0.2)
    q = np.zeros((3, *grid.shape), np.float32)
    q[0, 4, 5], q[1, 0, 0], q[2] = 1e6, 1.0, blobs(grid)[0]
    u = solve(q, np.float32(length), grid)
    assert u.dtype == np.float32
    assert np.all(u.min((1, 2)) >= -3e-7 * u.max((1, 2)))
    assert u.mean((1, 2), dtype=np.float64) == pytest.approx(q.mean((1, 2), dtype=np.float64), rel=3e-5)


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize("size", [(9, 14), (PRODUCTS_TO + 1, 30)])
def test_signals_solved_together_are_each_what_they_are_alone(size: tuple[int, int]) -> None:
    grid, lengths = Grid(*size, 0.2), np.array([0.1, 0.7, 3.0]).reshape(3, 1, 1, 1) * [[[[1.0]], [[2.0]]]]
    q = np.stack([blobs(grid, 2) * k for k in (1.0, 5.0, 0.2)])
    together = solve(q, lengths, grid)
    alone = [[solve(q[i, j], lengths[i, j, 0, 0], grid) for j in range(2)] for i in range(3)]
    assert np.abs(together - alone).max() < 1e-12
    assert np.abs(solve(q, 0.7, grid)[:, 0] - [solve(x, 0.7, grid) for x in q[:, 0]]).max() < 1e-12


def test_limits_of_no_reach_and_of_endless_reach() -> None:
    grid = Grid(32, 32, 0.2)
    q = blobs(grid).astype(np.float32)
    assert np.abs(solve(q, 0.0, grid) - q).max() < 1e-5
    assert np.abs(solve(q, 1e5, grid) / q.mean() - 1).max() < 1e-5
    assert np.array_equal(solve(q[:, :1, :1], 0.3, Grid(1, 1, 0.2)), q[:, :1, :1])


@pytest.mark.usefixtures("double")
def test_symmetric_under_flip_and_transpose() -> None:
    grid, turned = Grid(20, 33, 0.2), Grid(33, 20, 0.2)
    q = blobs(grid)
    u = solve(q, 0.4, grid)
    for axes in ((-1,), (-2,), (-1, -2)):
        assert np.abs(solve(np.flip(q, axes), 0.4, grid) - np.flip(u, axes)).max() < 1e-13
    assert np.abs(solve(q.swapaxes(-1, -2), 0.4, turned) - u.swapaxes(-1, -2)).max() < 1e-13


@pytest.mark.usefixtures("double")
def test_a_length_for_each_patch() -> None:
    grid, lengths = Grid(16, 20, 0.2), np.array([0.1, 0.5, 2.0])
    q = blobs(grid, 3)
    together = solve(q, lengths[:, None, None], grid)
    alone = [solve(q[k], lengths[k], grid) for k in range(3)]
    assert np.abs(together - np.stack(alone)).max() < 1e-13


@pytest.mark.parametrize("shape", [(40, 56), (64, 64), (1, 50), (33, 1), (21, 27), (2, 3)])
def test_it_agrees_with_cosine_transforms_of_another_library(shape: tuple[int, int]) -> None:
    """scipy.fft, type II, in double precision: even and odd sizes, single rows."""
    from scipy.fft import dctn, idctn

    grid = Grid(*shape, 0.2)
    q = blobs(grid, 2)
    eigen = (waves(shape[0])[:, None] + waves(shape[1])) / grid.pixel**2
    mode = dctn(q, axes=(-2, -1), norm="ortho") / (1 + 0.4**2 * eigen)
    wanted = idctn(mode, axes=(-2, -1), norm="ortho")
    got = solve(q.astype(np.float32), np.float32(0.4), grid)
    assert got.dtype == np.float32
    assert np.abs(got - wanted).max() < 3e-6 * wanted.max()


@pytest.mark.usefixtures("double")
def test_a_point_source_decays_as_the_bessel_function_of_theory() -> None:
    """In the plane (1 − ℓ²∇²)u = δ has u = K₀(r/ℓ)/(2πℓ²)."""
    from scipy.special import k0

    grid, length = Grid(201, 201, 0.05), 0.4
    q = np.zeros(grid.shape)
    q[100, 100] = 1 / grid.pixel_area
    u = solve(q, length, grid)
    r = np.arange(8, 40) * grid.pixel
    assert u[100, 108:140] == pytest.approx(k0(r / length) / (2 * np.pi * length**2), rel=0.01)


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize("shape", [(1, 7), (2, 2), (5, 1), (8, 13), (31, 48), (33, 17)])
def test_both_forms_of_the_cosine_transform_agree(shape: tuple[int, int]) -> None:
    """Matrices of half the size and Fourier transforms: odd and even rows, and single ones."""
    grid = Grid(*shape, 0.2)
    q, a = blobs(grid, 3), np.array([0.0, 2.0, 300.0])[:, None, None]
    both = [np.asarray(f(jnp.asarray(q), jnp.asarray(a), grid)) for f in (scaled_by_products, scaled_by_fourier)]
    assert np.abs(both[0] - both[1]).max() < 1e-13
    assert both[0].dtype == np.float64


def test_patches_wider_than_products_are_for_take_the_other_form_and_agree() -> None:
    grid = Grid(6, PRODUCTS_TO + 1, 0.2)
    q = blobs(grid).astype(np.float32)
    assert solve(q, 0.4, grid) == pytest.approx(np.asarray(scaled_by_products(jnp.asarray(q), 4.0, grid)), abs=2e-5)
