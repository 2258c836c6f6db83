"""Tables with one column a visit, parted where there are too many visits for a page."""

from __future__ import annotations

from collections.abc import Sequence

from skintwin.report.photographs.document import Table
from skintwin.report.photographs.words import Line, Run

MOST_COLUMNS = 4
"""Visits beside each other on a page of A4 upright."""


def visit_tables(
    name: str, corner: str, labels: Sequence[str], rows: Sequence[tuple[str, Sequence[Line]]]
) -> tuple[Table, ...]:
    """``rows``: a word and one line a visit. Tables of at most four visits, the words repeated in each."""
    tables = []
    for start in range(0, len(labels), MOST_COLUMNS):
        part = slice(start, start + MOST_COLUMNS)
        cells = tuple(((Run(word),), *lines[part]) for word, lines in rows)
        tables.append(Table(name, (corner, *labels[part]), cells))
    return tuple(tables)
