"""Units: conversion at the edge, and none where the text is the same."""

from __future__ import annotations

import itertools
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skintwin.errors import LedgerError
from skintwin.evidence import Ledger
from skintwin.evidence.units import conversion_factor, parse_unit, registry

from .conftest import Write

PAIRS = [
    ("g/L", "mg/mL", 1.0),
    ("1/day", "1/h", 1 / 24),
    ("mm", "um", 1000.0),
    ("cells/mm^2", "1/cm^2", 100.0),
    ("percent", "1", 0.01),
    ("J/m^2", "mJ/cm^2", 0.1),
    ("SED", "J/m^2", 100.0),
    ("nM", "mol/m^3", 1e-6),
    ("weeks", "days", 7.0),
    ("um^2/s", "mm^2/day", 0.0864),
]


@pytest.mark.parametrize(("unit", "to", "factor"), PAIRS)
def test_known_conversions_and_back(unit: str, to: str, factor: float) -> None:
    assert conversion_factor(unit, to) == pytest.approx(factor, rel=1e-12)
    assert conversion_factor(unit, to) * conversion_factor(to, unit) == pytest.approx(1.0, rel=1e-12)


@given(
    st.sampled_from(["mm", "um", "cm", "m", "nm", "inch"]),
    st.sampled_from(["mm", "um", "cm", "m", "nm", "inch"]),
)
def test_conversions_compose(a: str, b: str) -> None:
    assert conversion_factor(a, "m") == pytest.approx(conversion_factor(a, b) * conversion_factor(b, "m"))


@pytest.mark.parametrize(("unit", "to"), [("g/L", "mm"), ("MED", "J/m^2"), ("1", "1/day"), ("mm", "quux")])
def test_wrong_dimension_names_the_key_and_the_unit(write: Write, unit: str, to: str) -> None:
    text = f"optics.x,,x,1,{unit},fixed,,,constant,assumed,,n\n"
    with pytest.raises(LedgerError, match=r"optics\.x") as caught:
        Ledger.load(write(parameters=text)).value("optics.x", to)
    assert to in str(caught.value)


@pytest.mark.parametrize("text", ["quux", "1/", "mm mm)", "2*mm", "°°"])
def test_text_that_is_no_unit(text: str) -> None:
    with pytest.raises(LedgerError, match="is not a unit"):
        parse_unit(text)


def test_counted_things_have_no_dimension() -> None:
    assert registry()("3 cells").dimensionless
    assert conversion_factor("follicles/cm^2", "1/mm^2") == pytest.approx(0.01)


def test_quick_paths_import_neither_pint_nor_numpy() -> None:
    code = (
        "import sys; from skintwin.evidence import ledger; p = next(iter(ledger().parameters.values()));"
        "ledger().value(p.key, p.unit); ledger().groups();"
        "assert not {'pint', 'numpy', 'scipy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("power", ["", "1/"])
def test_common_lengths_are_those_of_pint(power):
    names = [power + name for name in ("um", "mm", "cm", "m")]
    for unit, to in itertools.permutations(names, 2):
        slow = registry().convert(1.0, parse_unit(unit), parse_unit(to))
        assert conversion_factor(unit, to) == pytest.approx(slow, rel=1e-14)
