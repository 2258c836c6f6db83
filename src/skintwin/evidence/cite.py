"""The publications behind numbers, as text or as BibTeX."""

from __future__ import annotations

from collections.abc import Iterable

from skintwin.errors import LedgerError
from skintwin.evidence.records import Source

FORMATS = ("text", "bibtex")
_ESCAPES = {"&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "$": r"\$", "{": r"\{", "}": r"\}", "~": r"\~{}"}


def format_sources(sources: Iterable[Source], style: str = "text") -> str:
    """All sources in one text; LedgerError if ``style`` is not one of ``FORMATS``."""
    if style not in FORMATS:
        raise LedgerError(f"unknown format {style!r}", where="--format", expected=" or ".join(FORMATS))
    if style == "bibtex":
        return "\n\n".join(bibtex(source) for source in sources)
    return "\n".join(f"{source.key}: {citation(source)}" for source in sources)


def citation(source: Source) -> str:
    """One line: authors (year), title, journal, locator, and a mark if it was not checked in full."""
    authors = (
        "; ".join(name.strip() for name in source.authors.split(";"))
        if source.authors
        else "Authors not seen"
    )
    parts = [
        f"{authors} ({source.year or 'no year'})",
        source.title,
        source.journal,
        f"doi:{source.doi}" if source.doi else source.url,
    ]
    mark = {"yes": "", "partly": " [checked in part]", "no": " [not checked]"}[source.checked]
    return ". ".join(part.rstrip(".") for part in parts if part) + "." + mark


def bibtex(source: Source) -> str:
    """One BibTeX entry: an article if it has a journal and a doi, else miscellaneous."""
    kind = "article" if source.journal and source.doi else "misc"
    fields = {
        "author": " and ".join(_escape(name.strip()) for name in source.authors.split(";") if name.strip()),
        "year": source.year,
        "title": f"{{{_escape(source.title)}}}" if source.title else "",
        "journal" if kind == "article" else "howpublished": _escape(source.journal),
        "doi": source.doi,
        "url": source.url,
        "note": "" if source.checked == "yes" else f"citation checked: {source.checked}",
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{source.key},", *lines, "}"])


def _escape(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in text)
