"""What a treatment is: something given on a calendar, turned into the engine's inputs and maps."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, model_validator

from skintwin.engine.grid import Grid
from skintwin.errors import ConfigError
from skintwin.mechanisms import neutral
from skintwin.treatments.harms import Harm

WHERE = object()
"""Stands for the place of the line in what a treatment shares (``Treatment.shares``)."""


@dataclass(frozen=True)
class Occasion:
    """Where and for whom a plan is carried out.

    ``draws``: ledger key → (n,) in the ledger's unit. ``target``: (ny, nx) bool, the lesion to treat.
    """

    grid: Grid
    steps: int
    dt: float
    target: np.ndarray
    site: str
    draws: Mapping[str, np.ndarray]
    n: int


@dataclass(frozen=True)
class Contribution:
    """What one treatment adds: ``inputs`` name → (n, steps); ``maps`` name → (n or 1, ny or 1, nx or 1)."""

    inputs: Mapping[str, np.ndarray] = field(default_factory=dict)
    maps: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class FromLedger:
    """Ledger keys that stand behind a field of a line: its ``default``, the ``least`` and the ``largest`` that are
    accepted, and ``also``: others that decide about it. Empty where the field itself says it."""

    default: str = ""
    least: str = ""
    largest: str = ""
    also: tuple[str, ...] = ()


class Treatment(BaseModel):
    """Base of every treatment: a line of a plan, checked when it is read.

    ``name`` is what a plan writes after ``give:``; ``title`` is printed; ``parameters`` are the ledger keys whose
    draws it uses.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    parameters: ClassVar[tuple[str, ...]] = ()
    engages: ClassVar[tuple[str, ...]] = ()
    """Mechanisms that are idle unless a treatment such as this is given."""
    amount: ClassVar[str] = ""
    """Field that holds the dose: what the column ``amount`` of a plan table stands for; empty for none."""
    not_at: ClassVar[frozenset[str]] = frozenset()
    """Sites at which it cannot be given."""
    everywhere: ClassVar[str] = ""
    """Why it has no place of its own (a tablet acts on the whole patient); empty if it has."""
    harms: ClassVar[tuple[Harm, ...]] = (Harm("any"),)
    """What it can do to the patient. Unless a treatment says what, its harms are not known."""

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> Self:
        calendar = dict(self)
        start, until = calendar.get("start"), calendar.get("until")
        if start is not None and until is not None and until <= start:
            raise ValueError(f"ends on day {until:g}, not after its start on day {start:g}")
        return self

    @classmethod
    def from_ledger(cls) -> dict[str, FromLedger]:
        """Field → where its default and bounds are, if not in the field itself."""
        return {}

    @abstractmethod
    def contribute(self, at: Occasion) -> Contribution:
        """Inputs and maps of this treatment on this occasion."""

    @abstractmethod
    def describe(self) -> str:
        """One line for the report: dose and schedule with units."""

    def shares(self) -> dict[str, dict[str, object]]:
        """What the patch can hold only once and this line uses → field → its value, or ``WHERE``. Lines of one arm must
        agree on it (``study.together``)."""
        return {}

    def can_do(self) -> tuple[Harm, ...]:
        """Harms that are possible as the treatment is planned here."""
        return tuple(harm for harm in self.harms if not harm.when or getattr(self, harm.when))

    def begins(self) -> np.ndarray:
        """Days on which a session begins; what is used day by day begins once."""
        calendar = dict(self)
        start, every = float(calendar.get("start") or 0.0), float(calendar.get("every") or 0.0)
        return np.asarray(start + every * np.arange(int(calendar.get("sessions") or 1)))


def session_days(start: float, every: float, sessions: int, horizon: float, where: str) -> np.ndarray:
    """Days of the sessions; ConfigError when one falls outside the study."""
    days = start + every * np.arange(sessions)
    if days[-1] >= horizon:
        raise ConfigError(
            f"session {int(np.argmax(days >= horizon)) + 1} falls on day {days[days >= horizon][0]:g}",
            where=where,
            expected=f"before the end of the study on day {horizon:g}",
            do="give fewer sessions or a longer study",
        )
    return np.asarray(days)


LAYERS = frozenset({"uv_filter", "visible_filter"})
"""Inputs that are shares of light kept off: each line keeps off its share of what the others let through."""
SITTING = frozenset({"needles", "microneedling", "occlusion"})
"""Inputs that lines of an arm have in common: skin that is needled in a sitting is needled once, and covered once,
whatever is put on or in."""


def with_line(name: str, so_far: np.ndarray, more: np.ndarray) -> np.ndarray:
    """Input ``name`` of an arm when a line adds ``more``; both (n, steps)."""
    if name in LAYERS:
        return np.asarray(so_far + more * (1.0 - so_far))
    return np.maximum(so_far, more) if name in SITTING else np.asarray(so_far + more)


def combine(parts: list[Contribution], at: Occasion) -> Contribution:
    """Contributions of a plan together (``with_line``); inputs that nobody gives are zero."""
    inputs = {name: np.full((at.n, at.steps), rest) for name, rest in neutral("input").items()}
    maps: dict[str, np.ndarray] = {}
    setter: dict[str, int] = {}
    for number, part in enumerate(parts, start=1):
        for name, values in part.inputs.items():
            inputs[name] = with_line(name, inputs[name], values)
        for name, value in part.maps.items():
            if name in maps and not np.array_equal(maps[name], value):
                raise ConfigError(
                    f"lines {setter[name]} and {number} set the map {name} differently",
                    expected=f"one {name} in an arm",
                    do="give both lines the same place and, if they inject, the same spacing and volume",
                )
            maps[name] = value
            setter[name] = number
    return Contribution(inputs, maps)
