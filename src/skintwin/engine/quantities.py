"""What a process owns and reads, declared beside its equations: one line for each quantity.

    kind|name|symbol|unit|neutral|meaning

``kind``: field (slow state), signal (fast, spread), driver (algebraic), map (constant of the run), place (a map of
where a treatment is given) or input (scheduled scalar of a step). ``neutral``: the value at rest of a field, of an
output when its process is off, and of a map or input that nobody gives; ``-`` for a map that the run must give.
"""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("field", "signal", "driver", "map", "place", "input")
GIVEN = "-"
"""Marks a map without a neutral value."""


@dataclass(frozen=True)
class Quantity:
    """One quantity on a patch. ``neutral`` is None when the run must give it."""

    kind: str
    name: str
    symbol: str
    unit: str
    neutral: float | None
    meaning: str


def table(text: str) -> tuple[Quantity, ...]:
    """Quantities of a table as above. ValueError names a line that does not fit."""
    return tuple(_read(line.strip()) for line in text.strip().splitlines() if line.strip())


def _read(line: str) -> Quantity:
    parts = line.split("|")
    if len(parts) != 6 or parts[0] not in KINDS or not parts[1].isidentifier() or not parts[3]:
        raise ValueError(f"not a quantity: {line!r}; expected kind|name|symbol|unit|neutral|meaning")
    kind, name, symbol, unit, neutral, meaning = parts
    return Quantity(kind, name, symbol, unit, None if neutral == GIVEN else float(neutral), meaning)
