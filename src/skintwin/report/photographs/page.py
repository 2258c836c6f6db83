"""The report of a measured series: one HTML page and one PDF per language, made from the folder alone."""

from __future__ import annotations

import os
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Any

from skintwin.errors import RunError
from skintwin.report.photographs.compose import compose
from skintwin.report.photographs.document import Document
from skintwin.report.photographs.fields import Series
from skintwin.report.photographs.html import Link, to_html
from skintwin.report.photographs.pictures import Picture, read_pictures
from skintwin.report.photographs.series import read_series
from skintwin.report.photographs.words import photograph_words
from skintwin.report.words import LANGUAGES

PAGES = {"en": "report.html", "th": "report.th.html"}
PRINTS = {"en": "report.pdf", "th": "report.th.pdf"}


def write_photograph_report(folder: Path, *, pdf: bool = True) -> list[Path]:
    """Write ``report.html``, ``report.th.html`` and, with ``pdf``, ``report.pdf`` and ``report.th.pdf``.

    All are made before any is written, and written under temporary names first.

    Raises
    ------
    RunError: the folder is not a complete series (names the file and the field), or the disk refuses.
    """
    folder = Path(folder)
    return write_files(folder, render(folder, read_series(folder), pdf=pdf))


def render(folder: Path, series: Series, *, pdf: bool = True) -> dict[str, bytes]:
    """Content of every file, by its name."""
    documents = {language: compose(series, language) for language in LANGUAGES}
    pictures = read_pictures(folder, [shown.file for shown in documents["en"].shown()])
    made = {
        PAGES[language]: to_html(document, pictures, _links(language, pdf=pdf)).encode("utf-8")
        for language, document in documents.items()
    }
    if pdf:
        made |= {PRINTS[language]: print_document(document, pictures) for language, document in documents.items()}
    return made


def print_document(document: Document, pictures: dict[str, Picture]) -> bytes:
    """A document as PDF."""
    from skintwin.report.pdf import to_pdf

    template = resources.files("skintwin.report.photographs") / "templates" / "photographs.typ"
    names = {file: f"picture{i}.{picture.ending}" for i, (file, picture) in enumerate(pictures.items())}
    content = {names[file]: picture.content for file, picture in pictures.items()}
    return to_pdf(template.read_text(encoding="utf-8"), _named(asdict(document), names), content)


def _named(content: Any, names: dict[str, str]) -> Any:
    """The document with the typesetter's path beside every picture."""
    if isinstance(content, dict):
        named = {key: _named(value, names) for key, value in content.items()}
        return named | {"path": f"/{names[content['file']]}"} if "file" in content else named
    return [_named(value, names) for value in content] if isinstance(content, list | tuple) else content


def _links(language: str, *, pdf: bool) -> list[Link]:
    other = photograph_words(language).table["other"]
    links = [(file, other[code], code) for code, file in PAGES.items() if code != language]
    return [(PRINTS[language], "PDF", ""), *links] if pdf else links


def write_files(folder: Path, files: dict[str, bytes]) -> list[Path]:
    """Write files under temporary names, then rename. RunError when the disk refuses; nothing is then half written."""
    halves = {folder / name: folder / f"{name}.tmp" for name in files}
    try:
        for path, temporary in halves.items():
            temporary.write_bytes(files[path.name])
        for path, temporary in halves.items():
            os.replace(temporary, path)
    except OSError as error:
        for temporary in halves.values():
            if temporary.is_file():
                temporary.unlink()
        raise RunError(
            f"the report cannot be written ({error.strerror})", where=str(folder), do="free space or allow writing"
        ) from None
    return list(halves)
