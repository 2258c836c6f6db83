"""A document as one HTML file with everything inside."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from skintwin.report.photographs.document import Document
from skintwin.report.photographs.pictures import Picture

if TYPE_CHECKING:
    from jinja2 import Environment

Link = tuple[str, str, str]
"""File, words, language (or "")."""


def to_html(document: Document, pictures: dict[str, Picture], links: list[Link]) -> str:
    """The page. pictures: of every file that the document shows. links: to the other pages of the folder."""
    template = environment().get_template("photographs.html")
    return template.render(document=document, lang=document.language, data=pictures, links=links)


@cache
def environment() -> Environment:
    """Templates that escape whatever they are given."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    made = Environment(
        loader=PackageLoader("skintwin.report.photographs"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    shared = resources.files("skintwin.report") / "templates" / "page.css"
    own = resources.files("skintwin.report.photographs") / "templates"
    styles = shared.read_text(encoding="utf-8") + (own / "photographs.css").read_text(encoding="utf-8")
    made.globals["css"] = Markup(styles)
    made.globals["js"] = Markup((own / "photographs.js").read_text(encoding="utf-8"))
    return made
