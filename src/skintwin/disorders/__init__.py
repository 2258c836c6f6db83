"""Disorders: one file each. A file in this folder that defines a Disorder is found by itself."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from skintwin.disorders.base import Disorder


@cache
def disorders() -> dict[str, Disorder]:
    """Name used in a study → disorder."""
    found: dict[str, Disorder] = {}
    for module in pkgutil.iter_modules(__path__):
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        for value in vars(loaded).values():
            if (
                isinstance(value, type)
                and issubclass(value, Disorder)
                and value.__module__ == loaded.__name__
                and value.name
            ):
                found[value.name] = value()
    return found
