"""The index of a folder of many series: one line each, with its main measures and what went wrong."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from skintwin.errors import RunError
from skintwin.report.photographs.fields import Series
from skintwin.report.photographs.html import environment
from skintwin.report.photographs.measured import CURVES, INSTEAD, is_known, named, unit_of
from skintwin.report.photographs.opening import alerts
from skintwin.report.photographs.page import PAGES, PRINTS, write_files
from skintwin.report.photographs.series import read_series
from skintwin.report.photographs.values import value_line
from skintwin.report.photographs.words import Line, PhotographWords, Run, photograph_words
from skintwin.report.words import LANGUAGES

FILES = {"en": "index.html", "th": "index.th.html"}
_MOST = 4  # measures a series: a line of an index, not a report


@dataclass(frozen=True)
class Entry:
    """A line of the index. page, pdf: links, empty where there is none."""

    title: str
    folder: str
    page: str
    pdf: str
    visits: int
    alerts: int
    measures: tuple[Line, ...]


def batch_index(folder: Path) -> list[Path]:
    """Write ``index.html`` and ``index.th.html`` for the series in the sub-folders of ``folder``.

    A sub-folder without ``series.json``, or with a name that begins with a dot (half made), is not a series. One that
    cannot be read is listed among the failures, and so is every row of ``failures.csv`` (series, reason).

    Raises
    ------
    RunError: the folder is none, ``failures.csv`` has other columns, or the disk refuses.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise RunError("is not a folder", where=str(folder), expected="a folder of measured series")
    found: dict[str, Series] = {}
    failures = _failures(folder / "failures.csv")
    for path in sorted(folder.iterdir()):
        if not path.name.startswith(".") and (path / "series.json").is_file():
            try:
                found[path.name] = read_series(path)
            except RunError as error:
                failures.append((path.name, str(error)))
    return write_files(folder, {FILES[code]: _page(folder, code, found, failures) for code in LANGUAGES})


def _failures(path: Path) -> list[tuple[str, str]]:
    if not path.exists():
        return []
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            rows = list(reader)
    except (OSError, ValueError, csv.Error) as error:
        raise RunError(f"cannot be read ({type(error).__name__})", where=str(path)) from None
    if not {"series", "reason"} <= set(reader.fieldnames or ()):
        raise RunError("lacks its columns", where=str(path), expected="the columns series and reason")
    return [(row["series"] or "", row["reason"] or "") for row in rows]


def _page(folder: Path, language: str, found: dict[str, Series], failures: list[tuple[str, str]]) -> bytes:
    speak = photograph_words(language)
    entries = [_entry(folder, name, series, speak) for name, series in found.items()]
    told = [(series, speak.told(reason)) for series, reason in failures]
    links = [(file, speak.table["other"][code], code) for code, file in FILES.items() if code != language]
    template = environment().get_template("index.html")
    page = template.render(entries=entries, failures=told, say=speak.say, lang=language, links=links)
    return page.encode("utf-8", "replace")


def _entry(folder: Path, name: str, series: Series, speak: PhotographWords) -> Entry:
    shown = [measure for measure in CURVES if is_known(series, measure)]
    chosen = [measure for measure in shown if INSTEAD.get(measure) not in shown]
    measures = [line for measure in chosen[:_MOST] if (line := _course(series, measure, speak))]
    wanted = (PAGES[speak.language], PRINTS[speak.language])
    files = [file if (folder / name / file).is_file() else "" for file in wanted]
    page, pdf = (f"{quote(name, errors='surrogateescape')}/{file}" if file else "" for file in files)
    return Entry(series.title, name, page, pdf, len(series.visits), len(alerts(series, speak)), tuple(measures))


def _course(series: Series, measure: str, speak: PhotographWords) -> Line | None:
    """``area: 120 ± 3 → 80 ± 2 mm²`` from the first to the last visit that knows the measure."""
    known = [o for v in series.visits if (o := v.observation(measure)) is not None and o.value is not None]
    if not known:
        return None
    head = Run(f"{named(measure, unit_of(series, measure), speak)}: ")
    first = value_line(known[0].value, known[0].error, known[0].unit, speak, show_unit=False)
    if len(known) == 1:
        return (head, *first)
    last = value_line(known[-1].value, known[-1].error, known[-1].unit, speak, show_unit=False)
    return (head, *first, Run(" → "), *last)
