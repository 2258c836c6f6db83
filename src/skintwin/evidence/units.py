"""Units as text, converted with pint at the edge of the model; pint is imported only when it is needed."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from skintwin.errors import LedgerError

if TYPE_CHECKING:
    import pint

# Counted things have no dimension: a density in cells/mm^2 is a number per area.
# Powers of ten, (length, its inverse): the commonest conversions need no pint.
_LENGTHS = {"um": -6, "mm": -3, "cm": -2, "m": 0}
_INVERSES = {f"1/{name}": -power for name, power in _LENGTHS.items()}
_COUNTED = ("cell", "follicle", "hair", "gland", "melanosome", "layer", "division", "session", "patient")


@functools.lru_cache(maxsize=1)
def registry() -> pint.UnitRegistry[Any]:
    """The unit registry: pint's own units and the counted things of the skin (cells, follicles, ...)."""
    import pint

    units: pint.UnitRegistry[Any] = pint.UnitRegistry()
    for name in _COUNTED:
        units.define(f"{name} = []")
    units.define("standard_erythema_dose = 100 joule / meter ** 2 = SED")
    units.define("minimal_erythema_dose = [minimal_erythema] = MED")  # a dose of its own for each skin
    return units


@functools.lru_cache(maxsize=4096)
def conversion_factor(unit: str, to: str) -> float:
    """Number by which a value in ``unit`` is multiplied to be in ``to``.

    Identical texts give 1 without pint; degrees Celsius convert as differences. LedgerError if either is
    not a unit or if the dimensions differ.
    """
    if unit == to:
        return 1.0
    for powers in (_LENGTHS, _INVERSES):
        if unit in powers and to in powers:
            return float(f"1e{powers[unit] - powers[to]}")
    try:
        source, target = parse_unit(unit), parse_unit(to)
        return float(registry().convert(1.0, source, target) - registry().convert(0.0, source, target))
    except _pint_errors() as error:
        what = f"{unit!r} cannot be converted to {to!r}"
        raise LedgerError(what, expected=f"a unit of the same dimension as {unit!r}") from error


@functools.lru_cache(maxsize=4096)
def parse_unit(unit: str) -> pint.Unit:
    """The pint unit of a text such as ``1/day`` or ``cells/mm^2``; LedgerError if it is none."""
    try:
        return registry().parse_units(unit)
    except _pint_errors() as error:
        raise LedgerError(
            f"{unit!r} is not a unit", expected="text such as 1/day, mm, cells/mm^2, J/m^2, or 1"
        ) from error


def _pint_errors() -> tuple[type[Exception], ...]:
    """What pint raises for text that is not a unit (its parser lets some Python errors through)."""
    import tokenize

    import pint

    return (
        pint.PintError,
        AssertionError,
        ValueError,
        TypeError,
        AttributeError,
        KeyError,
        SyntaxError,
        tokenize.TokenError,
    )
