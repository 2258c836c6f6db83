"""What lies in a folder is found by itself: one file, one plug-in, no list to edit."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from typing import TypeVar

Base = TypeVar("Base")


def classes_in(package: str, path: Iterable[str], base: type[Base]) -> list[type[Base]]:
    """Classes derived from ``base`` that the modules of a package define, by module name, then in file order.

    package: its dotted name; path: its ``__path__``. Classes that a module only imports are not counted, nor is
    ``base`` itself.
    """
    found: list[type[Base]] = []
    for module in sorted(pkgutil.iter_modules(path), key=lambda m: m.name):
        loaded = importlib.import_module(f"{package}.{module.name}")
        for value in vars(loaded).values():
            own = isinstance(value, type) and value.__module__ == loaded.__name__
            if own and issubclass(value, base) and value is not base:
                found.append(value)
    return found
