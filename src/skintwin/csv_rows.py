"""Tables that people write: rows by the number that a spreadsheet shows for them."""

from __future__ import annotations

import csv
import io

from skintwin.errors import ConfigError


def csv_rows(text: str, where: str) -> tuple[list[str], dict[int, dict[str, str]]]:
    """Header, and row number → column → cell of CSV text.

    The header is the first row with anything in it, usually row 1. Rows without anything in them count in the numbers
    and are left out. ConfigError names the row that has more or fewer cells than the header, and text that is no table.
    """
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise ConfigError(f"is not a table ({error})", where=where, expected="comma-separated values") from None
    written = {n: record for n, record in enumerate(records, start=1) if any(cell.strip() for cell in record)}
    header = written.pop(min(written)) if written else []
    found: dict[int, dict[str, str]] = {}
    for number, record in written.items():
        if len(record) != len(header):
            more = "more" if len(record) > len(header) else "fewer"
            raise ConfigError(f"row {number} has {more} cells than the header", where=where)
        found[number] = dict(zip(header, record, strict=True))
    return header, found
