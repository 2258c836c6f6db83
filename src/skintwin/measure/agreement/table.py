"""A long table of ratings: one row for each value, columns subject, rater and value; repeat may be there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skintwin.csv_rows import csv_rows
from skintwin.errors import ConfigError

Array = NDArray[np.float64]

FEWEST_SUBJECTS = 3
"""With two, no variance of subjects has an interval worth printing."""
LARGEST_FILE = 64 * 1024**2  # bytes: a million rows


@dataclass(frozen=True, eq=False)
class RatingTable:
    """values: (n subjects, k raters, r repeats), complete. subjects, raters, repeats: names in order of appearance."""

    values: Array
    subjects: tuple[str, ...]
    raters: tuple[str, ...]
    repeats: tuple[str, ...]

    @property
    def means(self) -> Array:
        """(n, k) mean of the repeats."""
        return np.asarray(self.values.mean(axis=2))


def read_table(path: Path) -> RatingTable:
    """A table from a CSV file; ConfigError says what, where and what was expected."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ConfigError("is too large", where=path.name, expected=f"at most {LARGEST_FILE // 1024**2} MiB")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("cannot be read", where=path.name, expected="a CSV table in UTF-8") from error
    return table_from_csv(text, path.name)


def table_from_csv(text: str, where: str = "table") -> RatingTable:
    """A table from CSV text. Without a column ``rater`` the repeats take its place."""
    header, rows = csv_rows(text, where)
    heads = {name for name in header if name}
    if not rows or not {"subject", "value"} <= heads or not heads & {"rater", "repeat"}:
        raise ConfigError(f"columns {', '.join(sorted(heads)) or 'none'}", where=where,
                          expected="subject, value and rater or repeat (or both), and at least one row")
    both = {"rater", "repeat"} <= heads
    cells: dict[tuple[str, str, str], float] = {}
    for number, row in rows.items():
        place = f"{where}, row {number}"
        names = [row[name].strip() for name in ("subject", "rater", "repeat") if name in heads]
        if not all(names):
            raise ConfigError("has an empty name", where=place, expected="a subject and a rater or repeat")
        key = (names[0], names[1], names[2] if both else "1")
        if key in cells:
            raise ConfigError(f"subject {key[0]} by {key[1]} is given twice", where=place,
                              expected="one value each", do="add a column `repeat` if these are repeats")
        cells[key] = _value(row["value"], place)
    return _filled(cells, where)


def _value(text: str, place: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ConfigError(f"{text!r} is not a number", where=place, expected="a number",
                          do="leave out subjects that were not rated by everyone")
    return value


def _filled(cells: dict[tuple[str, str, str], float], where: str) -> RatingTable:
    """The complete array; ConfigError names the first cell that is missing."""
    subjects, raters, repeats = (tuple(dict.fromkeys(key[i] for key in cells)) for i in range(3))
    missing = [(s, r, q) for s in subjects for r in raters for q in repeats if (s, r, q) not in cells]
    if missing:
        s, r, q = missing[0]
        repeat = f", repeat {q}" if len(repeats) > 1 else ""
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise ConfigError(f"no value of subject {s} by {r}{repeat}{more}", where=where,
                          expected="every subject by every rater in every repeat",
                          do="leave out subjects or raters that are not complete; nothing is filled in")
    if len(subjects) < FEWEST_SUBJECTS or len(raters) * len(repeats) < 2:
        raise ConfigError(f"{len(subjects)} subjects, {len(raters)} raters, {len(repeats)} repeats", where=where,
                          expected=f"at least {FEWEST_SUBJECTS} subjects and two values of each")
    values = np.array([[[cells[s, r, q] for q in repeats] for r in raters] for s in subjects])
    return RatingTable(values, subjects, raters, repeats)


def complete(values: Sequence[Sequence[float]] | Array, where: str = "ratings") -> Array:
    """(n, k) floats, all finite, n ≥ 3, k ≥ 2; ConfigError with the cell otherwise."""
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] < FEWEST_SUBJECTS or table.shape[1] < 2:
        raise ConfigError(f"a table of shape {table.shape}", where=where,
                          expected=f"(subjects, raters), at least ({FEWEST_SUBJECTS}, 2)")
    if not np.isfinite(table).all():
        row, column = np.argwhere(~np.isfinite(table))[0]
        raise ConfigError("is missing or not a number", where=f"{where}, subject {row + 1}, rater {column + 1}",
                          expected="a complete table", do="leave out subjects or raters that are not complete")
    return table
