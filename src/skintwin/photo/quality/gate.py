"""All checks of one lesion on one photograph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from skintwin.photo.quality.check import Check
from skintwin.photo.quality.content import check_hair, check_size, check_skin
from skintwin.photo.quality.light import check_clipping, check_exposure, check_glare, check_shading
from skintwin.photo.quality.sharpness import check_blur
from skintwin.photo.quality.view import QualityView

CHECKS: Final[tuple[Callable[[QualityView], Check], ...]] = (
    check_size, check_blur, check_exposure, check_clipping, check_shading, check_glare, check_hair, check_skin,
)  # fmt: skip
"""In the order in which they are shown."""


def check_quality(view: QualityView) -> tuple[Check, ...]:
    """Every check of a view. None of them stops a measurement: the reader is told, and decides."""
    return tuple(check(view) for check in CHECKS)
