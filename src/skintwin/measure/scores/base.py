"""What a clinical score is: regions, fields, a term for each region, and their sum with its error.

    total = Σ_regions term(parts of the region)        σ² = v + s² + (mean − total)²

v: exact variance for independent parts; s: effect of what all measured areas share; the last term is the distance of
the expected total from the total at the values given (0 unless chances of steps are lopsided).
A region's name may carry a number (``trunk#2``): a further patch in the same region.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from skintwin.errors import ConfigError
from skintwin.evidence import ledger
from skintwin.measure.observation import Observation
from skintwin.measure.scores.moments import Moments
from skintwin.measure.scores.parts import Field, Part

Ratings = Mapping[str, Mapping[str, Part]]
"""Region → field → part."""


@dataclass(frozen=True)
class Total:
    """The sum of a score.

    value: None when a part is missing (``note`` names it). error: None when a part came without one. unit; low, high:
    range of the score. terms: region → what it adds. origins: field → how its parts came, such as "rated".
    """

    score: str
    value: float | None
    error: float | None
    unit: str
    low: float
    high: float
    terms: Mapping[str, float]
    origins: Mapping[str, str]
    note: str = ""

    @property
    def observation(self) -> Observation:
        """The total as an observation; its method says who gave the parts."""
        by = "; ".join(f"{field} {origin}" for field, origin in self.origins.items())
        method = f"{SCORE_METHOD} ({by})" if by else SCORE_METHOD
        return Observation(self.score, self.value, self.unit, method, self.error, self.note)


SCORE_METHOD = "sum over regions by the formula of the score"


class Score(ABC):
    """Base of every score. A file of this folder that defines one is found by itself."""

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    formula: ClassVar[str] = ""
    regions: ClassVar[tuple[str, ...]] = ()
    """Regions that must be given."""
    open_regions: ClassVar[bool] = False
    """Further regions of any name may be given."""
    patches: ClassVar[bool] = False
    """A region may be given several times, as name#2, name#3."""
    fields: ClassVar[tuple[Field, ...]] = ()
    free_when_zero: ClassVar[str] = ""
    """Field whose 0 says that the region is free: its other fields are then not needed."""
    unit: ClassVar[str] = "1"
    low: ClassVar[float] = 0.0
    high: ClassVar[float] = math.inf
    sources: ClassVar[tuple[str, ...]] = ()
    """Keys of the sources of its definition."""
    sdc_key: ClassVar[str] = ""
    """Ledger key of the published smallest detectable change, '' when none was found."""
    caution: ClassVar[str] = ""
    """Said with every total."""

    @property
    def parts(self) -> tuple[tuple[str, Field], ...]:
        """Every (region, field) that must be given."""
        return tuple((region, field) for region in self.regions for field in self.fields)

    @property
    def smallest_detectable_change(self) -> float | None:
        """Published smallest change that rises above the noise of raters; None when it is not known."""
        return ledger().value(self.sdc_key) if self.sdc_key else None

    @abstractmethod
    def term(self, region: str, parts: Mapping[str, Moments]) -> Moments:
        """What a region adds. region: without patch number. parts: field → moments, or exact values with variance 0."""

    def total(self, ratings: Ratings, *, proposed: bool = False) -> Total:
        """Sum of the score.

        proposed: whether grades that skintwin proposes may stand in for a rater's; otherwise they count as missing.
        Raises ConfigError (region, field, allowed values) for what the score does not have.
        """
        checked = {region: self._checked(region, parts) for region, parts in ratings.items()}
        missing = self._missing(checked, proposed)
        origins = self._origins(checked)
        if missing:
            return Total(self.name, None, None, self.unit, self.low, self.high, {}, origins,
                         self._said(f"not known: {'; '.join(missing)}"))
        exact = {r: self._term(r, parts, exact=True).mean for r, parts in checked.items()}
        spread = sum((self._term(r, parts, exact=False) for r, parts in checked.items()), Moments(0.0))
        value = sum(exact.values())
        if not self.low - 1e-9 <= value <= self.high + 1e-9:
            raise ConfigError(f"a total of {value:g}", where=self.name, expected=f"{self.low:g} to {self.high:g}",
                              do="look for an area given in another unit")
        open_ = sorted({f for parts in checked.values() for f, p in parts.items() if not p.known_error})
        error = None if open_ else math.sqrt(spread.total_variance + (spread.mean - value) ** 2)
        notes = [f"error not known: {', '.join(open_)} came without one"] if open_ else []
        if any(p.origin == "proposed" for parts in checked.values() for p in parts.values()):
            notes.append("grades proposed by skintwin stand in for a rater's")
        note = self._said("; ".join(notes))
        return Total(self.name, value, error, self.unit, self.low, self.high, exact, origins, note)

    def _checked(self, region: str, parts: Mapping[str, Part]) -> dict[str, Part]:
        """The parts of a region, all of which the score knows."""
        place, mark, number = region.partition("#")
        if place not in self.regions and not self.open_regions:
            raise ConfigError(f"no region {place!r}", where=self.name, expected=", ".join(self.regions))
        if mark and not (self.patches and number.isdecimal()):
            raise ConfigError(f"{region!r} is not a patch of this score", where=self.name,
                              expected="name#number" if self.patches else "each region once")
        known = {field.name: field for field in self.fields}
        for name in parts:
            if name not in known:
                raise ConfigError(f"no field {name!r}", where=f"{self.name}.{region}", expected=", ".join(known))
        return {name: known[name].check(part, f"{self.name}.{region}.{name}") for name, part in parts.items()}

    def _free(self, parts: Mapping[str, Part]) -> bool:
        gate = parts.get(self.free_when_zero)
        return gate is not None and gate.value == 0

    def _missing(self, checked: Mapping[str, Mapping[str, Part]], proposed: bool) -> list[str]:
        """What is not there, in words."""
        there = {region.partition("#")[0] for region in checked}
        gone = [f"nothing for {region}" for region in self.regions if region not in there]
        for region, parts in checked.items():
            needed = [self.free_when_zero] if self._free(parts) else [f.name for f in self.fields]
            gone += [f"no {name} for {region}" for name in needed if name not in parts]
            if not proposed:
                gone += [f"{n} of {region} is only proposed" for n in needed
                         if n in parts and parts[n].origin == "proposed"]
        return gone

    def _term(self, region: str, parts: Mapping[str, Part], *, exact: bool) -> Moments:
        if self._free(parts):
            return Moments(0.0)
        moments = {name: Moments(part.value) if exact else part.moments for name, part in parts.items()}
        return self.term(region.partition("#")[0], moments)

    @staticmethod
    def _origins(checked: Mapping[str, Mapping[str, Part]]) -> dict[str, str]:
        found: dict[str, set[str]] = {}
        for parts in checked.values():
            for name, part in parts.items():
                found.setdefault(name, set()).add(part.origin)
        return {name: " and ".join(sorted(origins)) for name, origins in found.items()}

    def _said(self, note: str) -> str:
        return "; ".join(part for part in (note, self.caution) if part)
