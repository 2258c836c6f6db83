"""Dermal melanin in a picture: the table against the full model, and its grey."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.measure.site_colours import site_table
from skintwin.optics.colour import linear_srgb_to_lab
from skintwin.optics.dermal_tint import DermalTint
from skintwin.optics.pigment_nodes import with_blood, with_melanin_column
from skintwin.optics.spectra import skin_spectrum, spectrum_to_linear_srgb

TABLE = site_table("cheek")


def full(column: float, dermal: float, blood: float) -> np.ndarray:
    """Colour by adding-doubling."""
    skin = with_blood(with_melanin_column(TABLE.template, column), blood)
    return spectrum_to_linear_srgb(skin_spectrum(skin.replace(dermal_melanin=dermal * 1e-3 / skin.papillary_mm)))


def test_without_dermal_melanin_nothing_changes() -> None:
    assert np.all(DermalTint.build(TABLE.template).factor([0.0, 2.0, 30.0], 0.0) == 1.0)


@pytest.mark.parametrize(("column", "dermal"), [(0.5, 0.5), (2.0, 2.0), (5.0, 5.0), (14.0, 12.0)])
def test_between_nodes_the_table_is_near_the_full_model(column: float, dermal: float) -> None:
    """4 %: five nodes an axis, interpolated in the logarithm; about one unit of L*."""
    blood = float(TABLE.template.blood_papillary)
    exact = full(column, dermal, blood) / full(column, 0.0, blood)
    assert DermalTint.build(TABLE.template).factor(column, dermal) == pytest.approx(exact, rel=0.04)


def test_leaving_blood_out_costs_little() -> None:
    """Twice the blood changes the tint by at most an eighth, in green."""
    blood = 2.0 * float(TABLE.template.blood_papillary)
    exact = full(2.0, 4.0, blood) / full(2.0, 0.0, blood)
    assert DermalTint.build(TABLE.template).factor(2.0, 4.0) == pytest.approx(exact, rel=0.125)


def test_dermal_melanin_greys_more_than_epidermal_melanin_of_the_same_lightness() -> None:
    tint = DermalTint.build(TABLE.template)
    blood = float(TABLE.template.blood_papillary)
    deep = linear_srgb_to_lab(TABLE.linear_srgb(2.0, blood) * tint.factor(2.0, 5.0))
    columns = np.linspace(2.0, 12.0, 200)
    shallow = linear_srgb_to_lab(TABLE.linear_srgb(columns, blood))
    same = shallow[np.argmin(np.abs(shallow[:, 0] - deep[0]))]
    assert deep[2] < same[2] - 4.0
