"""Which differences between visits exceed the error of the measurement.

    |x₂ − x₁| > 1.96 √(e₁² + e₂²)

e: standard deviation of each measurement. If nothing has changed and the errors are normal and independent, one
comparison in twenty is beyond this by chance; the page says how many were made.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from skintwin.report.photographs.charts import COVERAGE
from skintwin.report.photographs.fields import Measured, Series, Visit

CHANGES = ("repigmentation", "closeness", "area_change", "changed_area_darker", "changed_area_lighter")
"""Measures of a follow-up that are changes since the baseline already; compared with no change at all."""
_RELATIVE = ("marginal_ratio", "perifollicular_ratio")
_NOT_OF_SKIN = ("map_residual_E00",)
OF_THE_FRAME = ("lesion_area_share",)
"""Measures that depend on how a photograph is framed: they say nothing of the skin between visits."""
_ALONE = (*_RELATIVE, *_NOT_OF_SKIN, *OF_THE_FRAME)
_ABSOLUTE = tuple(f"{where}_{what}" for where in ("lesion", "skin") for what in ("L", "a", "b", "ITA"))
"""Absolute colour: comparable only where a card was read at both visits."""


@dataclass(frozen=True)
class Difference:
    """One comparison. before: None for a measure that is a change itself. limit: 1.96 √(e₁² + e₂²), in ``unit``."""

    name: str
    unit: str
    visit: str
    before: float | None
    after: float
    difference: float
    limit: float

    @property
    def exceeds(self) -> bool:
        """Whether the difference is larger than the measurement error explains."""
        return abs(self.difference) > self.limit


def differences(series: Series) -> list[Difference]:
    """Every follow-up against the first visit, by measure and then by visit."""
    first, later = series.visits[0], series.visits[1:]
    names = dict.fromkeys(o.name for visit in series.visits for o in visit.observations)
    found = [_difference(first, visit, name) for name in names for visit in later]
    return [difference for difference in found if difference is not None]


def without_comparison(series: Series) -> list[str]:
    """Measures of two visits or more that were not compared because colour or scale is not known at both."""
    named: dict[str, None] = {}
    for visit in series.visits[1:]:
        for o in visit.observations:
            before = series.visits[0].observation(o.name)
            if before and before.value is not None and o.value is not None and _reason(series.visits[0], visit, o):
                named[o.name] = None
    return list(named)


def _difference(first: Visit, visit: Visit, name: str) -> Difference | None:
    after = visit.observation(name)
    if after is None or after.value is None or after.error is None or name in _ALONE:
        return None
    if name in CHANGES:
        return Difference(name, after.unit, visit.label, None, after.value, after.value, COVERAGE * after.error)
    before = first.observation(name)
    if before is None or before.value is None or before.error is None or before.unit != after.unit:
        return None
    if _reason(first, visit, after):
        return None
    limit = COVERAGE * math.hypot(before.error, after.error)
    return Difference(name, after.unit, visit.label, before.value, after.value, after.value - before.value, limit)


def _reason(first: Visit, visit: Visit, after: Measured) -> bool:
    """Whether the two values of a measure do not share their colour or their scale."""
    if after.name in _ABSOLUTE:
        return not (first.colour_known and visit.colour_known)
    return after.unit in ("mm", "mm^2") and not (first.scale_known and visit.scale_known)
