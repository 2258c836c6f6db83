"""Disorders: one file each. A file in this folder that defines a Disorder is found by itself."""

from __future__ import annotations

from functools import cache

from skintwin.disorders.base import Disorder
from skintwin.engine.discovery import classes_in


@cache
def disorders() -> dict[str, Disorder]:
    """Name used in a study → disorder."""
    kinds = [kind for kind in classes_in(__name__, __path__, Disorder) if kind.name]  # type: ignore[type-abstract]
    return {kind.name: kind() for kind in kinds}
