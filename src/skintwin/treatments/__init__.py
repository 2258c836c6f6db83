"""Treatments: one file each. A file in this folder that defines a Treatment is found by itself."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from skintwin.treatments.base import Treatment


@cache
def treatments() -> dict[str, type[Treatment]]:
    """Name used in a plan (``give``) → class."""
    found: dict[str, type[Treatment]] = {}
    for module in pkgutil.iter_modules(__path__):
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        for value in vars(loaded).values():
            if (
                isinstance(value, type)
                and issubclass(value, Treatment)
                and value.__module__ == loaded.__name__
                and value.name
            ):
                found[value.name] = value
    return found
