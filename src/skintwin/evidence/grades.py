"""How good the evidence behind a number is, as an ordered scale, and how weak links are found."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Grade(Enum):
    """Kind of evidence, listed from strongest to weakest.

    A definition (a unit, a numerical setting) is exact and so ranks first; ``ASSUMED`` ranks last. The
    order serves one purpose, the weakest link: a parameter is no better than the worst thing it stands on.
    """

    DEFINITION = "definition"
    META_ANALYSIS = "meta-analysis"
    RCT = "human RCT"
    CONTROLLED = "human controlled"
    UNCONTROLLED = "human uncontrolled"
    HUMAN_IN_VIVO = "human in vivo"
    REGISTRY = "registry"
    HUMAN_EX_VIVO = "human ex vivo"
    GUIDELINE = "guideline"
    ANIMAL = "animal"
    IN_VITRO = "in vitro"
    MODEL = "model"
    ASSUMED = "assumed"

    @property
    def rank(self) -> int:
        """Place in the order; 0 is the strongest."""
        return _ORDER.index(self)

    @property
    def is_assumed(self) -> bool:
        """True if no observation stands behind the number."""
        return self is Grade.ASSUMED

    @property
    def needs_source(self) -> bool:
        """True if an entry of this grade must name a source."""
        return self not in (Grade.ASSUMED, Grade.DEFINITION)

    def __lt__(self, other: Grade) -> bool:
        """Weaker than ``other``."""
        return self.rank > other.rank

    def __le__(self, other: Grade) -> bool:
        """Weaker than, or equal to, ``other``."""
        return self.rank >= other.rank


_ORDER = tuple(Grade)


def weakest(grades: Iterable[Grade]) -> Grade:
    """The weakest of some grades; ``DEFINITION`` (the strongest) if there is none."""
    return min(grades, default=Grade.DEFINITION)
