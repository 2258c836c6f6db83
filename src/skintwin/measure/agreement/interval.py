"""A number with a confidence interval."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """value; low, high: ends of its confidence interval, nan when it has none. method: how the interval was got."""

    value: float
    low: float
    high: float
    method: str
