"""One question to a photograph, answered by a number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from skintwin.evidence import ledger


@dataclass(frozen=True)
class Check:
    """name: snake_case. value: in ``unit`` ("1" or "percent"); nan when it could not be told. threshold: in the same
    unit. better: the good side of it. sentence: what was found, in words. reason: why the threshold is where it is.
    """

    name: str
    value: float
    unit: str
    threshold: float
    better: Literal["lower", "higher"]
    sentence: str
    reason: str

    @property
    def passed(self) -> bool:
        """Whether the value is on the good side; a value that could not be told is not."""
        if math.isnan(self.value):
            return False
        return self.value <= self.threshold if self.better == "lower" else self.value >= self.threshold


def judged(
    name: str, value: float, better: Literal["lower", "higher"], good: str, bad: str, *, percent: bool = False
) -> Check:
    """The check against the ledger's ``quality.<name>``; ``good`` or ``bad`` becomes the sentence. percent: show value
    and threshold (shares in the ledger) as percentages."""
    row = ledger().parameter(f"quality.{name}")
    factor = 100.0 if percent else 1.0
    reason = row.note.removeprefix("Choice: ")
    made = Check(name, factor * value, "percent" if percent else "1", factor * row.value, better, good, reason)
    return made if made.passed else Check(made.name, made.value, made.unit, made.threshold, better, bad, reason)
