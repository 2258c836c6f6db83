"""Language files: the same keys, the same blanks, nothing left in the other language; numbers as printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skintwin.evidence import ledger
from skintwin.report.numbers import figures, plain, signed
from skintwin.report.words import words
from skintwin.skin.site import SITES

OWN = ("parameters", "removed", "units", "sentences")
"""Tables of words looked up with a fallback: each language holds what it needs."""


def flat(table: Any, path: str = "") -> Iterator[tuple[str, str]]:
    items = table.items() if isinstance(table, dict) else enumerate(table)
    for key, value in items:
        if isinstance(value, dict | list):
            yield from flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", str(value)


def texts(language: str) -> dict[str, str]:
    return {key: text for key, text in flat(words(language).table) if not key.startswith(OWN)}


def test_languages_have_the_same_keys_and_blanks() -> None:
    english, thai = texts("en"), texts("th")
    assert english.keys() == thai.keys()
    for key, text in english.items():
        assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", thai[key])), key


def test_thai_is_thai() -> None:
    symbols = {
        "other.en",
        "endpoints.ita.name",
        "endpoints.delta_e.name",
        "axes.delta_e",
        "spread.rho",
        "methods.seed",
        "results.main",
    }
    assert {key for key, text in texts("th").items() if not re.search("[ก-๙]", text)} == symbols


def test_the_text_on_durability_says_the_levels_of_the_ledger() -> None:
    """Both are constants of the ledger; the page is made from the run folder alone and holds them as words."""
    assert ledger().value("study.least_gain", "1") == 0.1
    assert ledger().value("study.relapse_loss", "1") == 0.25
    for language, words_for in (("en", ("10 percentage points", "a quarter")), ("th", ("10 จุดร้อยละ", "หนึ่งในสี่"))):
        assert all(part in words(language).say("durability.text") for part in words_for)


@pytest.mark.parametrize("language", ["en", "th"])
def test_sites_have_words_and_new_names_fall_back_to_themselves(language: str) -> None:
    assert set(SITES) <= set(words(language).table["sites"])
    assert words(language).name("disorders", "new_disorder") == "new disorder"


@given(st.floats(min_value=1e-300, max_value=1e300))
def test_figures_keep_three_digits(value: float) -> None:
    text = figures(value).replace("\u00a0", "")
    mantissa, _, power = text.partition("×10")
    exponent = int(power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))) if power else 0
    assert float(mantissa) == pytest.approx(value / 10.0**exponent, rel=0.0051)


def test_printed_numbers_have_true_signs_and_no_negative_zero() -> None:
    assert [plain(x) for x in (-0.04, -1.26, float("nan"))] == ["0.0", "−1.3", "–"]
    assert [signed(x) for x in (0.04, 1.26, -1.26)] == ["0.0", "+1.3", "−1.3"]
    assert [figures(x) for x in (0.0, 0.01957, 19292.0)] == ["0", "0.0196", "19300"]
