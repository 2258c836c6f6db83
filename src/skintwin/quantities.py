"""Quantities as text: "0.1 mL", "2e6 cells/mL", "4 weeks". Floats in fixed units inside, units at the edge."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, get_args

from pydantic import BeforeValidator

from skintwin.errors import LedgerError
from skintwin.evidence.units import conversion_factor

_NUMBER = re.compile(r"^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*)$")

DIMENSIONS: dict[str, str] = {
    "mm": "a length, such as '12 mm' or '1.2 cm'",
    "day": "a time, such as '4 weeks' or '12 days'",
    "hour": "a time, such as '90 min' or '2 hours'",
    "mL": "a volume, such as '0.1 mL'",
    "cells/mL": "a cell concentration, such as '2e6 cells/mL'",
    "cells": "a number of cells, such as '2e5 cells'",
    "J/m^2": "a dose of light, such as '200 mJ/cm^2'",
    "year": "an age, such as '34 years'",
    "degree": "an angle, such as '13.75 degrees'",
}
"""Unit used inside → how the expected dimension is explained to a person."""


def parse_quantity(text: Any, unit: str) -> float:
    """Number in ``unit`` from text such as '0.1 mL'. ValueError says the expected dimension.

    A bare number is refused, even 0: a unit left out is the commonest mistake in a plan.
    """
    expected = DIMENSIONS.get(unit, f"a quantity in {unit}")
    if isinstance(text, date):
        raise ValueError(f"{text} is a date; expected {expected} (days count from the start of the study)")
    match = _NUMBER.match(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"{text!r} is not a quantity with a unit; expected {expected}")
    number, name = float(match.group(1)), match.group(2).strip()
    if not name:
        raise ValueError(f"{text!r} has no unit; expected {expected}")
    try:
        return number * conversion_factor(name, unit)
    except LedgerError:
        raise ValueError(f"{text!r} cannot be read as {expected.split(',')[0]}; expected {expected}") from None


def bare_number(text: str, name: str, units: tuple[str, ...]) -> float:
    """Number of text such as '4 %' or '4'. ValueError says which of the ``units`` was expected ('' is none)."""
    match = _NUMBER.match(text)
    if match is None:
        like = f"'4 {units[0]}'" if units[0] else "'4'"
        raise ValueError(f"{name}: {text!r} is not a number, such as {like}")
    unit = match.group(2).strip()
    if unit and unit.casefold() not in (known.casefold() for known in units):
        expected = f"in {units[0]}" if units[0] else "a bare number"
        raise ValueError(f"{name}: {text!r} is in {unit!r}, but {name} is {expected}")
    return float(match.group(1))


@dataclass(frozen=True)
class Unit:
    """Unit in which a field holds what was written with any unit of its dimension."""

    name: str


def unit_of(annotation: Any, metadata: Iterable[Any] = ()) -> str:
    """Unit of a field, from its annotation and what pydantic has taken out of it; empty for one without a unit."""
    own = [part.name for part in metadata if isinstance(part, Unit)]
    within = (part for part in get_args(annotation) if not isinstance(part, str))
    inner = [part.name if isinstance(part, Unit) else unit_of(part) for part in within]
    return next((name for name in (*own, *inner) if name), "")


def _in(unit: str) -> BeforeValidator:
    return BeforeValidator(lambda text: parse_quantity(text, unit))


Length = Annotated[float, _in("mm"), Unit("mm")]
"""mm"""
Days = Annotated[float, _in("day"), Unit("day")]
"""day"""
Hours = Annotated[float, _in("hour"), Unit("hour")]
"""hour"""
Volume = Annotated[float, _in("mL"), Unit("mL")]
"""mL"""
Concentration = Annotated[float, _in("cells/mL"), Unit("cells/mL")]
"""cells/mL"""
LightDose = Annotated[float, _in("J/m^2"), Unit("J/m^2")]
"""J/m²"""
Years = Annotated[float, _in("year"), Unit("year")]
"""year"""
Degrees = Annotated[float, _in("degree"), Unit("degree")]
"""degree"""
