"""One measured value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Observation:
    """A value with what is needed to read it alone.

    name: snake_case. value: in ``unit``; None when it could not be measured (the note says why).
    unit: pint-parsable text, "1" for dimensionless, "percent". method: how it was measured, in a sentence.
    error: standard deviation of the measurement in ``unit``; None when it is not known.
    note: what the reader must know, or "".
    """

    name: str
    value: float | None
    unit: str
    method: str
    error: float | None = None
    note: str = ""
