"""Commands of ``skintwin evidence`` and the citations that they print."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from skintwin.cli.evidence import app
from skintwin.errors import LedgerError
from skintwin.evidence import Source, ledger
from skintwin.evidence.check import check_ledger
from skintwin.evidence.cite import bibtex, citation, format_sources

SOURCE = Source(
    "smith2001", "Smith A; Jones B", "2001", "100 % of A_B & C", "J Skin 1:1", "10.1/x_y", "", "no", ""
)


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == code
    return result.stdout


def test_list_shows_every_parameter_once() -> None:
    lines = run("list").splitlines()
    keys = [line.split()[0] for line in lines[:-1]]
    assert keys == list(ledger().parameters)
    assert lines[-1].startswith(f"{len(keys)} of {len(keys)} parameters")


def test_list_filters_narrow_the_list() -> None:
    assumed = run("list", "--grade", "assumed").splitlines()[:-1]
    assert len(assumed) == len(ledger().groups()["assumed"])
    optics = run("list", "--group", "optics").splitlines()[:-1]
    assert {line.split(".")[0] for line in optics} == {"optics"}
    for line in run("list", "--unchecked").splitlines()[:-1]:
        sources = ledger().sources_of([line.split()[0]])
        assert any(source.checked != "yes" for source in sources)


@pytest.mark.parametrize(("option", "word"), [("--grade", "excellent"), ("--group", "astrology")])
def test_an_unknown_filter_lists_the_known_ones(option: str, word: str) -> None:
    with pytest.raises(LedgerError, match=f"{option}: no such .*'{word}'; expected .*(assumed|optics)"):
        run("list", option, word)


def test_list_is_quick() -> None:
    start = time.perf_counter()
    run("list")
    assert time.perf_counter() - start < 0.6


def test_show_says_value_grade_source_and_place_of_use() -> None:
    text = run("show", "optics.blood_haemoglobin")
    assert re.search(r"^value +150 g/L$", text, re.MULTILINE)
    assert re.search(r"^used at +skintwin/optics/\w+\.py:\d+", text, re.MULTILINE)
    assert re.search(r"^source +\w+\d{4}", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("key", "words"),
    [("KC-018", "18.3"), ("VC032", "generalised vitiligo"), ("sandbymoller2003", "Epidermal")],
)
def test_show_takes_extracts_outcomes_and_sources(key: str, words: str) -> None:
    assert words in run("show", key)


def test_show_of_nothing_names_near_misses() -> None:
    with pytest.raises(LedgerError, match=r"did you mean optics\.blood_haemoglobin"):
        run("show", "optics.blood_hemoglobin")


def test_check_exit_status_follows_the_errors() -> None:
    errors = [problem for problem in check_ledger() if problem.severity == "error"]
    text = run("check", code=1 if errors else 0)
    assert f"{len(errors)} errors" in text


def test_cite_lists_each_source_once() -> None:
    text = run("cite", "KC-018", "KC-019", "MC-010")
    assert [line.partition(":")[0] for line in text.splitlines()] == ["sandbymoller2003", "xu2017"]
    everything = run("cite", "--all", "--format", "bibtex")
    entries = re.findall(r"^@\w+\{(.+),$", everything, re.MULTILINE)
    assert len(entries) == len(set(entries)) == len(ledger().sources_of(ledger().parameters))
    assert everything.count("{") == everything.count("}")


def test_cite_needs_keys_or_all() -> None:
    for words in ((), ("KC-018", "--all")):
        with pytest.raises(LedgerError, match="keys or --all"):
            run("cite", *words)
    with pytest.raises(LedgerError, match="text or bibtex"):
        run("cite", "KC-018", "--format", "word")


def test_a_citation_marks_what_was_not_checked() -> None:
    assert citation(SOURCE) == (
        "Smith A; Jones B (2001). 100 % of A_B & C. J Skin 1:1. doi:10.1/x_y. [not checked]"
    )
    assert format_sources([SOURCE]).startswith("smith2001: Smith A")


def test_bibtex_escapes_text_but_not_locators() -> None:
    entry = bibtex(SOURCE)
    assert entry.startswith("@article{smith2001,")
    assert r"title = {{100 \% of A\_B \& C}}" in entry
    assert "author = {Smith A and Jones B}" in entry
    assert "doi = {10.1/x_y}" in entry


def test_the_data_ship_with_the_package() -> None:
    from skintwin.evidence.ledger import DATA

    names = {path.name for path in Path(DATA).glob("*.csv")}
    assert {"sources.csv", "extracts.csv", "outcomes.csv"} <= names
