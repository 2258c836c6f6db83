"""Rules of a line of a plan: when it starts, stops and is taken up again, draw by draw.

    repigmentation >= 90 %        an endpoint, a comparison, a level with its unit
    relapse                       at least study.relapse_loss of the best reached since the stop is lost again
    relapse >= 40 %               the same with a level of one's own

A rule is looked at when the endpoints are observed (every week) and holds from then until the next observation. With G
the main endpoint of the draw and G_b its best since the line was stopped, relapse is 100 (1 − G/G_b) percent, as in the
table of durability; below the least gain that counts (study.least_gain) there is nothing to lose, and a dark lesion
that has become lighter than its surroundings counts as matched: that is no relapse.
"""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass

import numpy as np

from skintwin.evidence import ledger
from skintwin.study.endpoint_names import ENDPOINTS

RELAPSE = "relapse"
_FORM = re.compile(r"\s*([A-Za-z_]\w*)\s*(>=|<=|>|<)\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([^<>=]*?)\s*")
_UNITS = {"percent": ("%", "percent"), "degree": ("degree", "degrees", "°"), "1": ("",), "day": ("day", "days")}
"""Unit of an endpoint → how a rule may write it; the first is printed. Others are written as they are."""
_EXAMPLE = "a rule such as 'repigmentation >= 90 %'"


@dataclass(frozen=True)
class Rule:
    """``endpoint`` ``sign`` ``level`` (in the endpoint's unit). Make it with :func:`parse_rule`."""

    endpoint: str
    sign: str
    level: float

    def __str__(self) -> str:
        unit = spellings(_unit(self.endpoint))[0]
        return f"{self.endpoint} {self.sign} {self.level!r} {unit}".rstrip()

    @property
    def upward(self) -> bool:
        """True if it holds above its level."""
        return self.sign in (">", ">=")

    def holds(self, values: np.ndarray) -> np.ndarray:
        """(n,) bool for endpoint values (n,); false where a value is not a number."""
        compare = {">": np.greater, ">=": np.greater_equal, "<": np.less, "<=": np.less_equal}[self.sign]
        return np.asarray(compare(values, self.level) & np.isfinite(values))

    def overlaps(self, other: Rule) -> bool:
        """Whether some value of one endpoint satisfies both."""
        if self.upward == other.upward:
            return True
        low, high = (self, other) if self.upward else (other, self)
        both = "=" in low.sign and "=" in high.sign
        return low.level < high.level or (low.level == high.level and both)


def looks_like_rule(text: object) -> bool:
    """True for text that is meant as a rule rather than a time."""
    return isinstance(text, str) and (any(sign in text for sign in "<>=") or text.strip().lower() == RELAPSE)


def parse_rule(text: object) -> Rule:
    """Rule of its text. ValueError says what was expected."""
    if isinstance(text, str) and text.strip().lower() == RELAPSE:
        return Rule(RELAPSE, ">=", 100.0 * ledger().value("study.relapse_loss", "1"))
    found = _FORM.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"{text!r} is not a rule; expected {_EXAMPLE}; resume also takes 'relapse'")
    name, sign, number, unit = found.groups()
    name = name.lower()
    known = [*(info.name for info in ENDPOINTS), RELAPSE]
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise ValueError(f"unknown endpoint {name!r} in a rule{hint}; expected one of {', '.join(known)}")
    known_units = spellings(_unit(name))
    if unit not in known_units:
        wanted = known_units[0] or "no unit"
        raise ValueError(f"rule {text.strip() if isinstance(text, str) else text!r}: {name} is in {wanted}")
    level = float(number)
    _possible(name, sign, level, str(text).strip())
    return Rule(name, sign, level)


def check_rules(begin: Rule | None, stop: Rule | None, resume: Rule | None) -> None:
    """Refuse rules that contradict each other. ValueError says which and why."""
    if resume is not None and stop is None:
        raise ValueError(f"resume: '{resume}' without a stop rule; nothing would ever be stopped")
    for name, rule in (("start", begin), ("stop", stop)):
        if rule is not None and rule.endpoint == RELAPSE:
            raise ValueError(f"{name}: relapse can only resume what was stopped")
    if stop is not None and resume is not None and stop.endpoint == resume.endpoint and stop.overlaps(resume):
        if stop.upward == resume.upward:
            raise ValueError(f"stop '{stop}' and resume '{resume}' are on the same side: one undoes the other")
        raise ValueError(f"stop '{stop}' and resume '{resume}' can hold at the same time; leave a gap between them")
    if begin is not None and stop is not None and begin.endpoint == stop.endpoint and begin.upward == stop.upward:
        within = begin.level >= stop.level if begin.upward else begin.level <= stop.level
        if within:
            raise ValueError(f"start '{begin}' lies within stop '{stop}': it would be stopped as soon as it starts")


def _possible(name: str, sign: str, level: float, text: str) -> None:
    """Refuse a rule that can never hold, or always does."""
    low, high = (-math.inf, 100.0) if name == RELAPSE else _range(name)
    if not math.isfinite(level):
        raise ValueError(f"rule {text!r}: the level is not a number")
    never = level > high or (level == high and sign == ">") if ">" in sign else level < low or (
        level == low and sign == "<"
    )
    always = level < low or (level == low and sign == ">=") if ">" in sign else level > high or (
        level == high and sign == "<="
    )
    if never or always:
        how = "never" if never else "always"
        raise ValueError(f"rule {text!r} {how} holds: {name} lies between {low:g} and {high:g}")


def _range(name: str) -> tuple[float, float]:
    return next((info.low, info.high) for info in ENDPOINTS if info.name == name)


def _unit(name: str) -> str:
    return "percent" if name == RELAPSE else next(info.unit for info in ENDPOINTS if info.name == name)


def spellings(unit: str) -> tuple[str, ...]:
    """How a rule may write a unit of an endpoint; the first is printed."""
    return _UNITS.get(unit, (unit,))
