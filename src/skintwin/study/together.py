"""Which lines of one arm go together: doses of a drug in a day, and places that the patch can hold only once.

The patch has one area for medicines on the skin, one for cell products, one needle grid and so on; inputs are given on
it by the step. Two lines may share an area, a grid or a lamp's field only if both mean the same one. Lines that share
none combine freely.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from skintwin.evidence import ledger
from skintwin.study.lines import Line
from skintwin.treatments.base import WHERE
from skintwin.treatments.narrowband_uvb import NarrowbandUVB
from skintwin.treatments.pharmacology import ROUNDING, Medicine

REMEDIES = {
    "needle grid": "give both the same place, spacing and volume and set the dose by what is in the syringe, or use a "
    "line that injects both products at once",
    "lamp": "give them in arms of their own",
    "lot of live cells": "use one lot in an arm",
}
"""What to do where two lines want different ones; for an area, give both the same."""


def check_together(lines: Sequence[Line], duration: float) -> None:
    """Refuse lines that cannot be given in one arm. ValueError names both lines, the field that differs and what to do.

    duration: of the study, days.
    """
    for j, other in enumerate(lines):
        for i, line in enumerate(lines[:j]):
            for clash in _clashes(line, other):
                raise ValueError(f"lines {i + 1} ({line.give}) and {j + 1} ({other.give}) {clash}")
    _check_lamps(lines, duration)
    _check_doses(lines, duration)


def _clashes(line: Line, other: Line) -> Iterator[str]:
    """What two lines share and mean differently."""
    mine, theirs = (_shared(x) for x in (line, other))
    for what in (name for name in mine if name in theirs):
        for field, value in mine[what].items():
            if value != theirs[what][field]:
                yield (
                    f"share one {what} but differ in {field}: {_said(value)} and {_said(theirs[what][field])}; "
                    f"{REMEDIES.get(what, f'give both the same {field}')}"
                )


def _shared(line: Line) -> dict[str, dict[str, object]]:
    """What a line shares with others of its arm, with the line's own place filled in."""
    return {
        what: {field: line.where if value is WHERE else value for field, value in fields.items()}
        for what, fields in line.treatment.shares().items()
    }


def _said(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else f"{value}"


def _check_lamps(lines: Sequence[Line], duration: float) -> None:
    """Refuse lines that light one field on the same days: together they would give more than the largest dose."""
    lamps = [(k, line) for k, line in enumerate(lines) if isinstance(line.treatment, NarrowbandUVB)]
    for j, (b, other) in enumerate(lamps):
        for a, line in lamps[:j]:
            day = max(_window(one, duration)[0] for one in (line, other))
            if day < min(_lit_until(one, duration) for one in (line, other)) and not _by_turns(line, other):
                raise ValueError(
                    f"lines {a + 1} ({line.give}) and {b + 1} ({other.give}) light the same field from day {day:g} on, "
                    "and each raises its dose as if it were alone; give one line, or end one before the other starts"
                )


def _lit_until(line: Line, duration: float) -> float:
    """Day up to which a lamp may be in use; the day of its last session is over."""
    lamp, end = line.treatment, _window(line, duration)[1]
    last = float(lamp.days()[-1]) if line.begin is None and isinstance(lamp, NarrowbandUVB) else 0.0
    return max(end, last + 1.0)


def _check_doses(lines: Sequence[Line], duration: float) -> None:
    """Refuse when the lines in use on a day give more of one drug than the largest in a day."""
    users = [(k, line, line.treatment) for k, line in enumerate(lines) if isinstance(line.treatment, Medicine)]
    for _, first, _ in users:
        day = _window(first, duration)[0]
        together = [
            (k, line, medicine) for k, line, medicine in users
            if _window(line, duration)[0] <= day < _window(line, duration)[1] and not _by_turns(line, first)
        ]  # fmt: skip
        for drug in dict.fromkeys(drug for _, _, medicine in together for drug in medicine.daily()):
            parts = [(k, line, medicine.daily()[drug]) for k, line, medicine in together if drug in medicine.daily()]
            largest, total = ledger().parameter(f"medicine.{drug}_largest_daily"), sum(amount for _, _, amount in parts)
            if len(parts) > 1 and total > largest.value * (1 + ROUNDING):
                names = " and ".join(f"{k + 1} ({line.give}, {amount:g})" for k, line, amount in parts)
                unit = "" if largest.unit == "1" else f" {largest.unit}"
                raise ValueError(
                    f"lines {names} together give {total:g}{unit} of {drug} a day (strength times uses) from day "
                    f"{day:g} on, above {largest.value:g}, the largest in a day; give less, or end one line before the "
                    "other starts"
                )


def _window(line: Line, duration: float) -> tuple[float, float]:
    """Days between which a line may be in use: any day of the study if a rule starts it."""
    fields = dict(line.treatment)
    return (0.0, duration) if line.begin is not None else (float(fields["start"]), float(fields["until"]))


def _by_turns(line: Line, other: Line) -> bool:
    """True if one starts by the rule that stops the other for good."""
    return any(
        a.begin is not None and a.begin == b.stop and b.resume is None for a, b in ((line, other), (other, line))
    )
