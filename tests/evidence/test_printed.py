"""Printed numbers: what is clear is read, what is not clear is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skintwin.evidence.printed import NOTHING, Printed, parse_printed

positive = st.floats(1e-12, 1e12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.74", Printed(0.74)),
        ("1,407,640", Printed(1407640.0)),
        ("7.64e-19", Printed(7.64e-19)),
        ("10-20", Printed(15.0, 10.0, 20.0)),
        ("-30-10", Printed(-10.0, -30.0, 10.0)),
        ("5 to 10 days", Printed(7.5, 5.0, 10.0)),
        ("7-8e-8", Printed(7.5e-8, 7e-8, 8e-8)),
        ("0.02-0.4 (6 log steps)", Printed(0.21, 0.02, 0.4)),
        ("19.8 +/- 1.4", Printed(19.8, 18.4, 21.2)),
        ("+/-1", Printed(None, -1.0, 1.0)),
        ("<3", Printed(high=3.0)),
        ("<=4", Printed(high=4.0)),
        (">0.95", Printed(low=0.95)),
        ("52+", Printed(low=52.0)),
        ("615->435", Printed(None, 435.0, 615.0)),
        ("-62 / +28", Printed(None, -62.0, 28.0)),
        ("1.09 vs 1.44", Printed(None, 1.09, 1.44)),
        ("5e5 and 2e6", Printed(None, 5e5, 2e6)),
        ("152.5 deep / 70.7 wide", Printed(None, 70.7, 152.5)),
        ("34.9 / 44 / 44 / 18", Printed(None, 18.0, 44.0)),
        ("1:36", Printed(1 / 36)),
    ],
)
def test_forms_that_occur_in_the_tables(text: str, expected: Printed) -> None:
    found = parse_printed(text)
    for name in ("value", "low", "high"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name)), (text, name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "n/a",
        "minutes to hours",
        "6.6e11*lambda_nm^-3.33",
        ">60% in <3 h",
        "<10/10-29/30-49",
        "1:0",
        "20-10",
        "9e999",
    ],
)
def test_what_is_not_clear_gives_no_number(text: str) -> None:
    assert parse_printed(text) == NOTHING


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_itself(number: float) -> None:
    assert parse_printed(repr(number)) == Printed(number)


@given(positive, positive)
def test_a_range_in_any_spelling(a: float, b: float) -> None:
    low, high = sorted((a, b))
    for dash in ("-", " - ", "–", " to "):
        found = parse_printed(f"{low!r}{dash}{high!r}")
        assert (found.low, found.high) == (low, high)
        assert found.value == pytest.approx((low + high) / 2)


@given(positive, positive)
def test_a_ratio_is_its_quotient(a: float, b: float) -> None:
    assert parse_printed(f"{a!r}:{b!r}").value == pytest.approx(a / b)


@given(st.lists(positive, min_size=2, max_size=5), st.sampled_from([" / ", "/", "->", " vs ", " and "]))
def test_several_numbers_have_ends_and_no_value(numbers: list[float], separator: str) -> None:
    assert parse_printed(separator.join(map(repr, numbers))) == Printed(None, min(numbers), max(numbers))


@given(st.one_of(st.text(), st.text(alphabet="0123456789.eE+-<>=:/% (),anvs→±")))
def test_no_text_raises_or_gives_disorder(text: str) -> None:
    found = parse_printed(text)
    known = [number for number in (found.low, found.value, found.high) if number is not None]
    assert known == sorted(known)
