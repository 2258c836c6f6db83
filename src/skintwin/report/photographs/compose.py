"""The whole report of a series in one language, as a document."""

from __future__ import annotations

from skintwin.report.photographs.checked import privacy_section, quality_section, warnings_section
from skintwin.report.photographs.document import Document
from skintwin.report.photographs.fields import Series
from skintwin.report.photographs.gallery import maps_section, pictures_section
from skintwin.report.photographs.measured import curves_section, differences_section, measures_section
from skintwin.report.photographs.methods import method_section
from skintwin.report.photographs.opening import opening, visits_section
from skintwin.report.photographs.scored import scores_section
from skintwin.report.photographs.words import photograph_words


def compose(series: Series, language: str) -> Document:
    """Sections in the order in which a reader needs them: failures first, methods last."""
    speak = photograph_words(language)
    sections = (
        opening(series, speak), pictures_section(series, speak), visits_section(series, speak),
        curves_section(series, speak), differences_section(series, speak), measures_section(series, speak),
        scores_section(series, speak), maps_section(series, speak), quality_section(series, speak),
        warnings_section(series, speak), privacy_section(series, speak), method_section(series, speak),
    )  # fmt: skip
    shown = tuple(section for section in sections if section is not None and section.blocks)
    return Document(language, series.title, speak.say("kicker"), speak.say("foot"), shown)
