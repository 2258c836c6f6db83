"""Treatments: one file each. A file in this folder that defines a Treatment is found by itself."""

from __future__ import annotations

from functools import cache

from skintwin.engine.discovery import classes_in
from skintwin.treatments.base import Treatment


@cache
def treatments() -> dict[str, type[Treatment]]:
    """Name used in a plan (``give``) → class."""
    kinds = classes_in(__name__, __path__, Treatment)  # type: ignore[type-abstract]
    return {kind.name: kind for kind in kinds if kind.name}
