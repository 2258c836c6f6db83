"""Measured values as they are printed: as many decimals as two figures of the error have."""

from __future__ import annotations

import math

from skintwin.report.numbers import figures, plain, signed
from skintwin.report.photographs.words import Line, PhotographWords, Run

_MOST_PLACES = 6


def places_of(error: float | None) -> int | None:
    """Decimals for a value with this standard deviation; None when the error says nothing."""
    if error is None or not math.isfinite(error) or error <= 0:
        return None
    return min(_MOST_PLACES, max(0, 1 - math.floor(math.log10(error))))


def value_line(
    value: float | None, error: float | None, unit: str, speak: PhotographWords, *, show_unit: bool = True,
    sign: bool = False,
) -> Line:  # fmt: skip
    """``12.3 ± 0.4 mm²``; words where the value is not known."""
    if value is None:
        return (Run(speak.say("not_known")),)
    number, spread = number_text(value, error, sign=sign)
    runs = [Run(number, strong=True, value=value)]
    if spread:
        runs.append(Run("\u00a0±\u00a0"))
        runs.append(Run(spread, value=error))
    printed = speak.unit(unit) if show_unit else ""
    if printed:
        runs.append(Run(printed if printed == "°" else f"\u00a0{printed}"))
    return tuple(runs)


def number_text(value: float, error: float | None, *, sign: bool = False) -> tuple[str, str]:
    """The number and its error as text; the error empty when it is not known."""
    places = places_of(error)
    if places is None or abs(value) >= 1e7:
        shown = figures(value)
        return (f"+{shown}" if sign and value > 0 else shown), ("" if error is None else figures(error, 2))
    return (signed if sign else plain)(value, places), plain(error or 0.0, places)
