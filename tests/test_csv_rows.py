"""Tables that people write."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skintwin.csv_rows import csv_rows
from skintwin.errors import ConfigError

CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(["\n", ",", '"', " "]), max_size=6)
TABLES = st.lists(st.lists(CELLS, min_size=2, max_size=2) | st.just([]), max_size=6)


@given(TABLES)
def test_every_row_comes_back_under_the_number_that_a_spreadsheet_shows(body: list[list[str]]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([["a", "b"], *body])
    header, rows = csv_rows(stream.getvalue(), "t.csv")
    assert header == ["a", "b"]
    assert rows == {
        n: {"a": row[0], "b": row[1]} for n, row in enumerate(body, start=2) if any(cell.strip() for cell in row)
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1,2\n\n1,2,3\n", "t.csv: row 4 has more cells"),
        ("\na,b\n1\n", "t.csv: row 3 has fewer cells"),
        ('a,b\n"1,2\n', "t.csv: is not a table"),
    ],
)
def test_a_table_that_is_none_is_refused_with_its_row(text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        csv_rows(text, "t.csv")


@pytest.mark.parametrize("text", ["", "\n\n", " , \n"])
def test_nothing_has_no_header_and_no_rows(text: str) -> None:
    assert csv_rows(text, "t.csv") == ([], {})
