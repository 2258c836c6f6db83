"""The four kinds of row in the ledger, frozen: source, extract, parameter, outcome."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from skintwin.evidence.grades import Grade

if TYPE_CHECKING:
    from skintwin.evidence.priors import Prior

DISTRIBUTIONS = ("fixed", "normal", "lognormal", "uniform", "loguniform", "beta")
KINDS = ("uncertainty", "variability", "constant")
USES = ("calibration", "validation", "context")
CHECKED = ("yes", "partly", "no")


@dataclass(frozen=True)
class Source:
    """A publication, data set, registry entry or program that a number was read in.

    ``checked``: ``yes`` (bibliography and content seen again), ``partly`` (bibliography seen, or the
    number seen at second hand), ``no`` (as first written down). ``note`` says what was and was not seen.
    """

    key: str
    authors: str
    year: str
    title: str
    journal: str
    doi: str
    url: str
    checked: str
    note: str


@dataclass(frozen=True)
class Extract:
    """One number as read in one source.

    ``printed`` keeps the text ('1:7', '<3', '615->435'); ``low``, ``value``, ``high`` are its numbers in
    ``unit``, None where the text has none. ``printed_grade`` is the grade at first reading, ``grade`` the
    one in force after the citation was checked.
    """

    id: str
    quantity: str
    symbol: str
    printed: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    condition: str
    species: str
    grade: Grade
    printed_grade: Grade
    source: str


@dataclass(frozen=True)
class Parameter:
    """A number that the model uses: its median ``value`` in ``unit`` and what is known of its spread.

    ``low`` and ``high`` are the 5 % and 95 % points (normal, lognormal, beta) or the end points (uniform,
    loguniform), None if ``distribution`` is fixed. ``kind``: ``uncertainty`` (unknown, the same for all),
    ``variability`` (differs between patients) or ``constant``. ``sources`` are source keys or extract ids.
    """

    key: str
    symbol: str
    meaning: str
    value: float
    unit: str
    distribution: str
    low: float | None
    high: float | None
    kind: str
    grade: Grade
    sources: tuple[str, ...]
    note: str
    file: str = ""
    row: int = 0

    @property
    def group(self) -> str:
        """The mechanism or room: the key before the dot."""
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """The key after the dot."""
        return self.key.partition(".")[2]

    @cached_property
    def prior(self) -> Prior:
        """Prior distribution in ``unit``; LedgerError if value, low and high do not make one."""
        from skintwin.evidence.priors import prior_of

        return prior_of(self)


@dataclass(frozen=True)
class Outcome:
    """One published result of a treatment or of the course of a disorder.

    ``printed`` keeps the text of the value, ``value`` is its number or None; ``week`` likewise. ``use``
    says what the row may serve for: calibration, validation or context, and never two of them.
    """

    id: str
    disorder: str
    population: str
    body_site: str
    phototype: str
    arm: str
    treatment: str
    dose: str
    route: str
    schedule: str
    n: str
    design: str
    endpoint: str
    week: float | None
    printed_week: str
    value: float | None
    printed: str
    unit: str
    ci_low: float | None
    ci_high: float | None
    sd: float | None
    grade: Grade
    printed_grade: Grade
    source: str
    use: str
