"""Reading the ledger's CSV tables: every fault is kept with its file, row, column and what was expected."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from skintwin.errors import LedgerError
from skintwin.evidence.grades import Grade
from skintwin.evidence.printed import parse_printed

T = TypeVar("T")
_GRADES = tuple(grade.value for grade in Grade)


@dataclass(frozen=True)
class Problem:
    """A fault in a table. ``severity``: error or warning; ``row`` is the line number that an editor shows."""

    what: str
    file: str = ""
    row: int = 0
    column: str = ""
    expected: str = ""
    severity: str = "error"

    @property
    def where(self) -> str:
        """``file, row N, column C`` as far as known."""
        row, column = f"row {self.row}" if self.row else "", f"column {self.column}" if self.column else ""
        parts = [self.file, row, column]
        return ", ".join(part for part in parts if part)

    def __str__(self) -> str:
        expected = f"; expected {self.expected}" if self.expected else ""
        return f"{self.where}: {self.what}{expected}" if self.where else f"{self.what}{expected}"

    def error(self) -> LedgerError:
        """The same as an exception."""
        return LedgerError(self.what, where=self.where or None, expected=self.expected or None)


@dataclass
class Row:
    """One line of a table; its readers note a problem and go on when a cell cannot be read."""

    cells: dict[str, str]
    file: str
    number: int
    problems: list[Problem]

    def text(self, column: str) -> str:
        """The cell, stripped."""
        return self.cells[column]

    def fault(self, what: str, column: str, expected: str = "") -> None:
        """Note a problem in this row."""
        self.problems.append(Problem(what, self.file, self.number, column, expected))

    def number_or_none(self, column: str) -> float | None:
        """A finite number, or None for an empty cell."""
        text = self.cells[column]
        if not text:
            return None
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self.fault(f"{text!r} is not a finite number", column, "a number such as 0.12 or 3e-4")
            return None
        return number

    def printed(self, column: str) -> float | None:
        """A number as printed (also a ratio such as 1:7), or None for an empty cell."""
        text = self.cells[column]
        number = parse_printed(text).value
        if text and number is None:
            self.fault(f"{text!r} is not one number", column, "a number such as 0.12 or 1:7")
        return number

    def number_required(self, column: str) -> float:
        """A finite number; an empty cell is a problem."""
        if not self.cells[column]:
            self.fault("empty cell", column, "a number")
        return self.number_or_none(column) or 0.0

    def choice(self, column: str, allowed: Sequence[str]) -> str:
        """One of the words allowed."""
        text = self.cells[column]
        if text not in allowed:
            self.fault(f"{text!r} is not allowed", column, "one of " + ", ".join(allowed))
            return allowed[-1]
        return text

    def grade(self, column: str) -> Grade:
        """A grade of the scale."""
        return Grade(self.choice(column, _GRADES))


def read_rows(path: Path, header: Sequence[str], problems: list[Problem]) -> Iterator[Row]:
    """Rows of one table whose first line must be ``header`` exactly; faults are appended to ``problems``."""
    name = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(f"cannot be read ({error})", name, expected="a UTF-8 CSV file"))
        return
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        first = next(reader, [])
        if [cell.strip() for cell in first] != list(header):
            problems.append(Problem(f"wrong header {','.join(first)!r}", name, 1, expected=",".join(header)))
            return
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                what = f"{len(cells)} cells"
                hint = f"{len(header)} ({','.join(header)}); a text with a comma needs double quotes"
                problems.append(Problem(what, name, reader.line_num, expected=hint))
                continue
            stripped = {column: cell.strip() for column, cell in zip(header, cells, strict=True)}
            yield Row(stripped, name, reader.line_num, problems)
    except csv.Error as error:
        what = f"not valid CSV ({error})"
        problems.append(Problem(what, name, reader.line_num, expected="quoted cells closed"))


def unique(records: Sequence[tuple[Row, T]], key: Callable[[T], str], column: str) -> dict[str, T]:
    """Records by key; an empty or repeated key is a problem and the first record stands."""
    found: dict[str, T] = {}
    for row, record in records:
        name = key(record)
        if not name:
            row.fault("empty key", column, "a key")
        elif name in found:
            row.fault(f"duplicate key {name!r}", column, "each key once")
        else:
            found[name] = record
    return found
