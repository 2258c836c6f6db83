"""From tables to a ledger: one reader per kind of row, all faults collected."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from skintwin.errors import LedgerError
from skintwin.evidence.ledger import Ledger
from skintwin.evidence.printed import parse_printed
from skintwin.evidence.records import CHECKED, DISTRIBUTIONS, KINDS, USES, Extract, Outcome, Parameter, Source
from skintwin.evidence.tables import Problem, Row, read_rows, unique

SOURCE_HEADER = ("key", "authors", "year", "title", "journal", "doi", "url", "checked", "note")
EXTRACT_HEADER = (
    "id", "quantity", "symbol", "printed", "low", "high", "unit", "condition", "species", "grade",
    "printed_grade", "source",
)  # fmt: skip
PARAMETER_HEADER = (
    "key", "symbol", "meaning", "value", "unit", "distribution", "low", "high", "kind", "grade", "sources",
    "note",
)  # fmt: skip
OUTCOME_HEADER = (
    "id", "disorder", "population", "body_site", "phototype", "arm", "treatment", "dose", "route", "schedule",
    "n", "design", "endpoint", "timepoint_weeks", "value", "unit", "ci_low", "ci_high", "sd", "grade",
    "printed_grade", "source", "use",
)  # fmt: skip

T = TypeVar("T")


def read_ledger(folder: Path) -> tuple[Ledger, list[Problem]]:
    """The ledger in a folder and the faults met while reading it; LedgerError if there is no such folder."""
    if not folder.is_dir():
        raise LedgerError("no such folder", where=str(folder), expected="a folder of ledger tables")
    problems: list[Problem] = []

    def table(
        pattern: str, header: tuple[str, ...], reader: Callable[[Row], T], key: Callable[[T], str]
    ) -> dict[str, T]:
        rows = [row for path in sorted(folder.glob(pattern)) for row in read_rows(path, header, problems)]
        return unique([(row, reader(row)) for row in rows], key, header[0])

    ledger = Ledger(
        sources=table("sources*.csv", SOURCE_HEADER, source_from, lambda source: source.key),
        extracts=table("extracts.csv", EXTRACT_HEADER, extract_from, lambda extract: extract.id),
        parameters=table("parameters/*.csv", PARAMETER_HEADER, parameter_from, lambda entry: entry.key),
        outcomes=table("outcomes.csv", OUTCOME_HEADER, outcome_from, lambda outcome: outcome.id),
    )
    return ledger, problems


def source_from(row: Row) -> Source:
    """A source from its row."""
    texts = {name: row.text(name) for name in SOURCE_HEADER}
    return Source(**texts | {"checked": row.choice("checked", CHECKED)})


def extract_from(row: Row) -> Extract:
    """An extract from its row; ends that have no cell of their own are read from the printed text."""
    texts = ("id", "quantity", "symbol", "printed", "unit", "condition", "species", "source")
    cells: dict[str, Any] = {name: row.text(name) for name in texts}
    cells |= {name: row.grade(name) for name in ("grade", "printed_grade")}
    numbers = parse_printed(row.text("printed"))
    low, high = row.printed("low"), row.printed("high")
    return Extract(
        value=numbers.value,
        low=numbers.low if low is None else low,
        high=numbers.high if high is None else high,
        **cells,
    )


def parameter_from(row: Row) -> Parameter:
    """A parameter from its row; the key must be ``group.name`` with the group the stem of the file."""
    key = row.text("key")
    stem = Path(row.file).stem
    if key.partition(".")[0] != stem or not key.partition(".")[2]:
        row.fault(f"{key!r} is not a key of this table", "key", f"{stem}.<name>")
    return Parameter(
        **{name: row.text(name) for name in ("key", "symbol", "meaning", "unit", "note")},
        value=row.number_required("value"),
        distribution=row.choice("distribution", DISTRIBUTIONS),
        low=row.number_or_none("low"),
        high=row.number_or_none("high"),
        kind=row.choice("kind", KINDS),
        grade=row.grade("grade"),
        sources=tuple(name.strip() for name in row.text("sources").split(";") if name.strip()),
        file=row.file,
        row=row.number,
    )


def outcome_from(row: Row) -> Outcome:
    """An outcome from its row."""
    printed, weeks = row.text("value"), row.text("timepoint_weeks")
    numbers = ("ci_low", "ci_high", "sd")
    grades = ("grade", "printed_grade")
    texts = set(OUTCOME_HEADER) - {*numbers, *grades, "value", "timepoint_weeks", "use"}
    cells: dict[str, Any] = {name: row.text(name) for name in texts}
    cells |= {name: row.number_or_none(name) for name in numbers}
    cells |= {name: row.grade(name) for name in grades}
    # A time in other words than weeks ('12-108 mo') keeps its text and has no number.
    in_weeks = not re.search(r"[^\W\d]", weeks.replace("up to", ""))
    week = parse_printed(weeks).value if in_weeks else None
    return Outcome(
        printed=printed,
        value=parse_printed(printed).value,
        printed_week=weeks,
        week=week,
        use=row.choice("use", USES),
        **cells,
    )
