"""The pigment table against direct computation, and its own continuity."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.optics import colour as c
from skintwin.optics.dense_grid import DenseGrid
from skintwin.optics.layers import LayeredSkin
from skintwin.optics.pigment_nodes import layered_index, node_reflectance, with_blood, with_melanin_column
from skintwin.optics.pigment_table import PigmentTable
from skintwin.optics.spectra import skin_spectrum, spectrum_to_linear_srgb


@pytest.fixture(scope="module")
def table() -> PigmentTable:
    return PigmentTable.build(LayeredSkin.reference())


def test_interpolation_is_exact_enough(table: PigmentTable) -> None:
    rng = np.random.default_rng(3)
    melanin = np.concatenate([[0.0, table.melanin_max_um], np.exp(rng.uniform(np.log(0.02), np.log(28), 40))])
    blood = np.exp(rng.uniform(np.log(0.001), np.log(0.25), melanin.size))
    skin = with_melanin_column(with_blood(table.template, blood), melanin)
    direct = c.linear_srgb_to_lab(spectrum_to_linear_srgb(skin_spectrum(skin)))
    assert c.delta_e_2000(c.linear_srgb_to_lab(table.linear_srgb(melanin, blood)), direct).max() < 0.02


def test_cached_operators_give_the_whole_skin() -> None:
    template = LayeredSkin.reference()
    nm = np.array([420.0, 550.0, 680.0])
    melanin, blood = np.array([0.0, 3.0]), np.array([0.01, 0.08])
    nodes = node_reflectance(template, melanin, blood, nm)
    for i, column in enumerate(melanin):
        for j, share in enumerate(blood):
            direct = skin_spectrum(with_melanin_column(with_blood(template, share), column), nm)
            np.testing.assert_allclose(nodes[i, j], direct, rtol=1e-10)


def test_a_table_of_layers_with_indices_of_their_own() -> None:
    """A denser horny layer: the table is that of the forward model with the same indices, and not the usual one."""
    index, melanin = layered_index(), np.array([0.0, 0.7, 6.8])
    stepped = PigmentTable.build(LayeredSkin.reference(), points=8, index=index)
    skin = with_melanin_column(with_blood(stepped.template, 0.03), melanin)
    direct = c.linear_srgb_to_lab(spectrum_to_linear_srgb(skin_spectrum(skin, points=8, index=index)))
    plain = c.linear_srgb_to_lab(spectrum_to_linear_srgb(skin_spectrum(skin, points=8)))
    found = c.linear_srgb_to_lab(stepped.linear_srgb(melanin, 0.03))
    assert c.delta_e_2000(found, direct).max() < 0.02
    assert c.delta_e_2000(found, plain) == pytest.approx([0.48, 0.48, 0.69], abs=0.05)


def test_deeper_blood_keeps_its_ratio() -> None:
    template = LayeredSkin.reference()
    changed = with_blood(template, 0.06)
    assert changed.blood_reticular == pytest.approx(0.03)
    assert changed.blood_subcutis == pytest.approx(0.015)


def test_colour_is_monotonic_and_smooth(table: PigmentTable) -> None:
    melanin = np.linspace(0, table.melanin_max_um, 4000)
    rgb = table.linear_srgb(melanin, 0.02)
    assert np.all(np.diff(rgb, axis=0) < 0)
    blood = np.exp(np.linspace(np.log(0.001), np.log(0.25), 2000))
    along = table.linear_srgb(1.0, blood)
    assert np.all(np.diff(along[:, :2], axis=0) < 0)
    bend = np.diff(np.log(along), n=2, axis=0)
    assert np.abs(bend).max() < 1e-3


def test_shapes_and_limits(table: PigmentTable) -> None:
    assert table.linear_srgb(1.0, 0.02).shape == (3,)
    assert table.linear_srgb(np.ones((4, 1)), np.full(5, 0.02)).shape == (4, 5, 3)
    np.testing.assert_array_equal(table.linear_srgb(-1.0, 0.02), table.linear_srgb(0.0, 0.02))
    np.testing.assert_array_equal(table.linear_srgb(1e3, 2.0), table.linear_srgb(table.melanin_max_um, 0.25))
    assert table.melanin_max_um == pytest.approx(0.5 * table.epidermis_um)


def test_linear_functions_are_interpolated_exactly() -> None:
    u, v = np.linspace(-1, 2, 5), np.linspace(0, 1, 4)
    values = (2 * u[:, None] - 3 * v + 1)[..., None]
    grid = DenseGrid(u, v, values)
    x, y = np.array([-0.9, 0.33, 2.0]), np.array([0.11, 1.0, 0.5])
    np.testing.assert_allclose(grid(x, y)[:, 0], 2 * x - 3 * y + 1)
    along_u, along_v = grid.slopes()
    np.testing.assert_allclose(along_u, 2)
    np.testing.assert_allclose(along_v, -3)
