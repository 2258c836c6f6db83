"""What is read is what is written, and a fault is named by file, row and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from skintwin.errors import LedgerError
from skintwin.evidence import Grade, Ledger

from .conftest import EXTRACTS, PARAMETERS, SOURCES, Write


def test_rows_become_records(write: Write) -> None:
    book = Ledger.load(write())
    blood = book.parameter("optics.blood")
    assert (blood.value, blood.low, blood.high, blood.unit) == (150.0, 120.0, 200.0, "g/L")
    assert (blood.group, blood.name, blood.sources) == ("optics", "blood", ("EX-1",))
    assert blood.grade is Grade.HUMAN_IN_VIVO
    assert (blood.file, blood.row) == ("parameters/optics.csv", 2)
    assert book.parameter("optics.speed").low is None
    ratio = book.extracts["EX-2"]
    assert ratio.printed == "1:7"
    assert ratio.value == pytest.approx(1 / 7)
    assert ratio.low == pytest.approx(1 / 7.4)
    assert ratio.printed_grade is Grade.HUMAN_EX_VIVO


@pytest.mark.parametrize(
    ("old", "new", "row", "column", "told"),
    [
        ("150,g/L", "15O,g/L", 2, "value", "'15O' is not a finite number"),
        ("150,g/L", "nan,g/L", 2, "value", "finite"),
        ("150,g/L", ",g/L", 2, "value", "empty cell"),
        ("0.6,0.85", "0.6,lots", 3, "high", "'lots'"),
        (
            "lognormal",
            "gamma",
            2,
            "distribution",
            "one of fixed, normal, lognormal, uniform, loguniform, beta",
        ),
        ("variability", "spread", 4, "kind", "one of uncertainty, variability, constant"),
        ("assumed", "guess", 3, "grade", "assumed"),
        ("optics.depth", "skin.depth", 4, "key", "optics.<name>"),
        ("optics.depth", "optics.blood", 4, "key", "duplicate key 'optics.blood'"),
        ("as printed\noptics.share", "as, printed\noptics.share", 2, "", "13 cells"),
    ],
)
def test_a_fault_is_named_by_file_row_and_column(
    write: Write, old: str, new: str, row: int, column: str, told: str
) -> None:
    assert old in PARAMETERS
    with pytest.raises(LedgerError) as caught:
        Ledger.load(write(parameters=PARAMETERS.replace(old, new, 1)))
    where = f"parameters/optics.csv, row {row}" + (f", column {column}" if column else "")
    assert caught.value.where == where
    assert told in str(caught.value)


def test_faults_of_the_other_tables(write: Write) -> None:
    with pytest.raises(LedgerError, match=r"sources.csv, row 2, column checked: .*yes, partly, no"):
        Ledger.load(write(sources=SOURCES.replace(",yes,", ",maybe,")))
    with pytest.raises(LedgerError, match=r"extracts.csv, row 3, column low: 'see text' is not one number"):
        Ledger.load(write(extracts=EXTRACTS.replace("1:7.4", "see text")))


def test_a_wrong_header_an_open_quote_and_a_wrong_encoding(write: Write) -> None:
    table = write() / "parameters" / "optics.csv"
    good = table.read_text(encoding="utf-8")
    table.write_text(good.replace("symbol", "sign", 1), encoding="utf-8")
    with pytest.raises(LedgerError, match=r"row 1: wrong header.*expected key,symbol,meaning"):
        Ledger.load(table.parents[1])
    table.write_text(good + '"open', encoding="utf-8")
    with pytest.raises(LedgerError, match="not valid CSV"):
        Ledger.load(table.parents[1])
    table.write_bytes(good.encode("utf-16"))
    with pytest.raises(LedgerError, match="expected a UTF-8 CSV file"):
        Ledger.load(table.parents[1])


def test_blank_lines_and_a_byte_order_mark_are_harmless(write: Write) -> None:
    table = write(parameters="\n" + PARAMETERS + "\n,,,,,,,,,,,\n") / "parameters" / "optics.csv"
    table.write_text("\ufeff" + table.read_text(encoding="utf-8"), encoding="utf-8")
    assert len(Ledger.load(table.parents[1]).parameters) == 4


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="no such folder"):
        Ledger.load(tmp_path / "nowhere")


def test_sources_of_several_files_are_joined(write: Write) -> None:
    folder = write()
    (folder / "sources_room.csv").write_text((folder / "sources.csv").read_text().replace("smith", "brown"))
    with pytest.raises(LedgerError, match="duplicate key 'web2020'"):
        Ledger.load(folder)


def test_time_in_other_words_than_weeks_has_no_number(write: Write) -> None:
    line = "O{i},vitiligo,,face,,a,b,,,,,,e,{week},12,%,,,,human RCT,human RCT,smith2001,context\n"
    weeks = ["24", "12-108 mo", "up to 260", "17-105", ">=52", ""]
    text = "".join(line.format(i=i, week=week) for i, week in enumerate(weeks))
    outcomes = Ledger.load(write(outcomes=text)).outcomes
    assert [outcome.week for outcome in outcomes.values()] == [24.0, None, None, 61.0, None, None]
    assert [outcome.printed_week for outcome in outcomes.values()] == weeks
