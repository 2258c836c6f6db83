"""Numbers as they stand in print ('1:7', '10-20', '<3', '615->435', '3 / 7.3'), read without guessing.

The text itself is always kept beside the numbers. A text that is not clearly a number, a ratio, a range, a
bound or a list of plain numbers (a formula, a sentence) gives no numbers at all.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d+)?|[+-]?\.\d+(?:[eE][+-]?\d+)?"
_PLAIN = re.compile(rf"({_NUMBER})(\+)?\s*([^\W\d][^\d<>=:*^/]*|%[^\d<>=:*^/]*)?")
_RATIO = re.compile(rf"({_NUMBER})\s*:\s*({_NUMBER})")
_RANGE = re.compile(rf"({_NUMBER})\s*(?:-|–|to)\s*({_NUMBER})\s*(?:[^\W\d][^\d<>=:*^/]*|%)?")
_SPREAD = re.compile(rf"({_NUMBER})?\s*(?:±|\+/-)\s*({_NUMBER})")
_BOUND = re.compile(rf"(<=|>=|<|>|≤|≥|up to)\s*({_NUMBER})\s*(?:[^\W\d][^\d<>=:*^/]*|%)?")
_SEPARATOR = re.compile(r"\s*(?:->|→|/|\bvs\b|\band\b)\s*")


@dataclass(frozen=True)
class Printed:
    """What a printed text says: a value, its low end, its high end; None for what it does not say."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


NOTHING = Printed()


def parse_printed(text: str) -> Printed:
    """Numbers in a printed value; never raises, and never low > high or a value outside them.

    A range and a spread have their middle as value. A bound ('<3') has one end and no value. Several
    numbers ('3 / 7.3', '59->49') have ends and no value, for nothing says which one is meant. A ratio is its
    quotient.
    """
    bare = re.sub(r"\s*\([^()]*\)\s*$", "", text.strip()).strip()
    for reader in (_plain, _range, _bound, _ratio, _spread, _several):  # the forms exclude one another
        found = reader(bare)
        if found is not None:
            return found if _is_finite(found) else NOTHING
    return NOTHING


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def _is_finite(found: Printed) -> bool:
    return all(x is None or math.isfinite(x) for x in (found.value, found.low, found.high))


def _ratio(text: str) -> Printed | None:
    match = _RATIO.fullmatch(text)
    if match is None or _number(match[2]) == 0:
        return None
    return Printed(value=_number(match[1]) / _number(match[2]))


def _spread(text: str) -> Printed | None:
    match = _SPREAD.fullmatch(text)
    if match is None:
        return None
    half = abs(_number(match[2]))
    centre = _number(match[1]) if match[1] else 0.0
    return Printed(centre if match[1] else None, centre - half, centre + half)


def _bound(text: str) -> Printed | None:
    match = _BOUND.fullmatch(text)
    if match is None:
        return None
    limit = _number(match[2])
    return Printed(low=limit) if match[1] in (">", ">=", "≥") else Printed(high=limit)


def _range(text: str) -> Printed | None:
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    low, high = _number(match[1]), _number(match[2])
    exponent = re.search(r"[eE][+-]?\d+$", match[2])
    if low > high and exponent and not re.search(r"[eE]", match[1]):
        low = float(match[1].replace(",", "") + exponent[0])  # '7-8e-8' shares its exponent
    if low > high:
        return None
    return Printed(low + (high - low) / 2, low, high)


def _plain(text: str) -> Printed | None:
    match = _PLAIN.fullmatch(text)
    if match is None:
        return None
    number = _number(match[1])
    return Printed(low=number) if match[2] else Printed(value=number)


def _several(text: str) -> Printed | None:
    parts = [_PLAIN.fullmatch(part) for part in _SEPARATOR.split(text)]
    if len(parts) < 2 or any(part is None or part[2] for part in parts):
        return None
    numbers = [_number(part[1]) for part in parts if part is not None]
    return Printed(low=min(numbers), high=max(numbers))
