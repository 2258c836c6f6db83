"""The tables that ship: complete, consistent, and honest about what was checked."""

from __future__ import annotations

import pytest

from skintwin.evidence import Grade, Ledger, ledger

book: Ledger = ledger()


def test_no_row_of_the_starting_tables_is_lost() -> None:
    groups = {"MC": 47, "MEL": 25, "KC": 52, "FB": 16, "IMM": 44, "MSC": 32, "DEL": 44, "PRP": 20, "MOD": 23}
    assert sum(groups.values()) == 303
    for prefix, count in groups.items():
        for number in range(1, count + 1):
            assert f"{prefix}-{number:03}" in book.extracts
    assert len(book.outcomes) == 820


def test_every_row_has_a_source_that_exists() -> None:
    for record in (*book.extracts.values(), *book.outcomes.values()):
        assert record.source in book.sources, record.id


def test_numbers_are_in_order() -> None:
    for extract in book.extracts.values():
        known = [x for x in (extract.low, extract.value, extract.high) if x is not None]
        assert known == sorted(known), extract.id
    for outcome in book.outcomes.values():
        if outcome.ci_low is not None and outcome.ci_high is not None:
            assert outcome.ci_low <= outcome.ci_high, outcome.id


def test_checking_never_raised_a_grade() -> None:
    for record in (*book.extracts.values(), *book.outcomes.values()):
        assert record.grade <= record.printed_grade, record.id


def test_web_pages_quoted_at_second_hand_count_as_assumed() -> None:
    for extract in book.extracts.values():
        if book.sources[extract.source].journal == "web page":
            assert extract.grade in (Grade.ASSUMED, Grade.MODEL), extract.id


def test_each_source_is_listed_once_and_says_what_was_checked() -> None:
    dois = [source.doi for source in book.sources.values() if source.doi]
    assert len(dois) == len(set(dois))
    for source in book.sources.values():
        assert source.authors or source.title or source.journal or source.url, source.key
        if source.checked == "partly":
            assert source.note, source.key
        assert not set("?[") & set(source.authors), source.key


@pytest.mark.parametrize(
    ("key", "value", "low", "high"),
    [
        ("MC-010", 955.05, 880.89, 1029.21),  # xu2017, abstract
        ("KC-018", 18.3, 13.4, 23.2),  # sandbymoller2003: 18.3 (SD 4.9)
        ("MEL-024", 36.2, 30.0, 42.4),  # maeda2017: 36.2 ± 6.2
        ("KC-046", 3.0, None, None),  # hachiya2004: day 3
        ("KC-047", 7.5, 5.0, 10.0),  # hachiya2004: days 5 to 10
        ("MC-029", 16.0, 12.0, 20.0),  # morelli1989
        ("IMM-001", 9.0, 2.0, 16.0),  # halle2016
        ("MSC-006", 81.12, 78.86, 83.38),  # nguyen2024: 81.12 ± 2.26
        ("IMM-014", 35.0, 30.0, 40.0),  # centofanti2023
        ("MC-024", 44.0, None, None),  # bae2017
        ("MC-009", 15.0, 10.0, 20.0),  # ortonne1990, abstract
        ("MC-051", 700.0, 660.0, 740.0),  # szabo1967: 700 ± 40
        ("MC-055", 6.0, 2.0, 10.0),  # singlehair1998, abstract
    ],
)
def test_numbers_seen_again_in_their_publication(
    key: str, value: float, low: float | None, high: float | None
) -> None:
    extract = book.extracts[key]
    assert (extract.value, extract.low, extract.high) == (pytest.approx(value), low, high)
    assert book.sources[extract.source].checked == "yes"


def test_every_parameter_can_be_drawn() -> None:
    drawn = book.draw(book.parameters, 4, seed=1, kinds=("uncertainty", "variability"))
    assert set(drawn) == set(book.parameters)
    for key, sample in drawn.items():
        parameter = book.parameter(key)
        if parameter.distribution == "fixed":
            assert sample.tolist() == [parameter.value] * 4
