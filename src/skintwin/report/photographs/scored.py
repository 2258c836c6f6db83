"""Scores with their errors, their ranges, and which of their parts a person rated."""

from __future__ import annotations

from skintwin.report.photographs.charts import chart_svg
from skintwin.report.photographs.document import Block, Bullets, Chart, Charts, Paragraph, Section, Table
from skintwin.report.photographs.fields import Series, SeriesScore
from skintwin.report.photographs.values import value_line
from skintwin.report.photographs.words import Line, PhotographWords, Run, plain_text

_ORIGINS = ("measured", "rated", "proposed")


def scores_section(series: Series, speak: PhotographWords) -> Section | None:
    """Table of scores and a curve of each over the visits; None where there are none."""
    if not series.scores:
        return None
    say = speak.say
    rows = []
    for score in series.scores:
        value = value_line(score.value, score.error, score.unit, speak)
        rows.append(((Run(score.title),), (Run(score.visit),), value, _range(score, speak), _parts(score, speak)))
    head = tuple(say(f"scores.{key}") for key in ("score", "visit", "value", "range", "parts"))
    blocks: list[Block] = [Paragraph(speak.line("scores.text"), "remark"), Table("scores", head, tuple(rows))]
    charts = _charts(series, speak)
    if charts:
        blocks.append(Charts(tuple(charts)))
    notes = dict.fromkeys((score.title, score.note) for score in series.scores if score.note)
    if notes:
        blocks.append(Bullets(tuple((Run(f"{title}: "), *speak.told(note)) for title, note in notes)))
    return Section("scores", say("sections.scores"), tuple(blocks))


def _range(score: SeriesScore, speak: PhotographWords) -> Line:
    if score.low is None or score.high is None:
        return (Run("–"),)
    return speak.line("scores.range_text", low=_short(score.low), high=_short(score.high))


def _short(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _parts(score: SeriesScore, speak: PhotographWords) -> Line:
    said = []
    for origin in _ORIGINS:
        parts = [
            speak.say("scores.part", name=speak.name("score_parts", part.name),
                      value="–" if part.value is None else _short(part.value))
            for part in score.parts if part.origin == origin
        ]  # fmt: skip
        if parts:
            said.append(Run(speak.say(f"scores.{origin}", parts=", ".join(parts)), strong=origin == "rated"))
            said.append(Run(" "))
    return tuple(said[:-1]) or (Run("–"),)


def _charts(series: Series, speak: PhotographWords) -> list[Chart]:
    labels = [visit.label for visit in series.visits]
    charts = []
    for name in dict.fromkeys(score.name for score in series.scores):
        own = {score.visit: score for score in series.scores if score.name == name}
        values = [own[label].value if label in own else None for label in labels]
        errors = [own[label].error if label in own else None for label in labels]
        first = next(iter(own.values()))
        if sum(value is not None for value in values) < 2:
            continue
        told = "; ".join(
            f"{label}: {plain_text(value_line(v, e, first.unit, speak))}"
            for label, v, e in zip(labels, values, errors, strict=True)
        )
        unit = speak.unit(first.unit)
        caption = first.title + (f" ({unit})" if unit else "")
        alt = speak.say("curves.alt", measure=first.title, values=told)
        charts.append(Chart(chart_svg(labels, values, errors), (Run(caption),), alt))
    return charts
