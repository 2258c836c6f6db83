"""What the checks look at: lesion and surrounding skin, cut out of the photograph, at most ``SIDE`` pixels wide."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.photo.photograph import Mask, Photograph

Array = NDArray[np.float64]

SIDE: Final = 600
"""Pixels: hair of 0.1 mm is still seen on a lesion of 30 mm, and every check takes milliseconds."""


@dataclass(frozen=True, eq=False)
class QualityView:
    """photograph: the part around the lesion. lesion: (h, w) bool. around: (h, w) bool, everything between the inner
    and the outer radius of the perilesional ring. skin: (h, w) bool, the part of it that was kept as reference.
    hair: (h, w) bool, thin lines of hair and gloss. bits: per channel of the file. shrink: pixels of the photograph
    along a pixel of the view."""

    photograph: Photograph = field(repr=False)
    lesion: Mask = field(repr=False)
    around: Mask = field(repr=False)
    skin: Mask = field(repr=False)
    hair: Mask = field(repr=False)
    bits: int = 8
    shrink: float = 1.0

    @cached_property
    def place(self) -> Mask:
        """(h, w) bool: where measures are taken."""
        return self.lesion | self.around

    @cached_property
    def radius(self) -> float:
        """Equivalent radius of the lesion, pixels of the view."""
        return float(np.sqrt(self.lesion.sum() / np.pi))

    @cached_property
    def light(self) -> Array:
        """(h, w) mean of the channels, linear, not below 1e-4."""
        return np.asarray(np.maximum(self.photograph.linear_srgb.mean(axis=2, dtype=np.float64), 1e-4))
