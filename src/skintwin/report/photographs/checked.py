"""Quality of each photograph; what was dropped for privacy and how it was taken; warnings."""

from __future__ import annotations

from typing import Any

from skintwin.report.photographs.by_visit import visit_tables
from skintwin.report.photographs.document import Block, Bullets, Paragraph, Section, Table
from skintwin.report.photographs.fields import Quality, Series, Visit
from skintwin.report.photographs.opening import check_number, threshold_words
from skintwin.report.photographs.words import Line, PhotographWords, Run


def quality_section(series: Series, speak: PhotographWords) -> Section:
    """Every check: number, threshold, verdict, sentence; then the reason of each threshold."""
    say = speak.say
    rows = [_row(visit, check, speak) for visit in series.visits for check in visit.quality]
    if not rows:
        blocks: list[Block] = [Paragraph(speak.line("quality.none"))]
    else:
        head = tuple(say(f"quality.{key}") for key in ("check", "visit", "value", "threshold", "result", "found"))
        blocks = [Paragraph(speak.line("quality.text"), "remark"), Table("quality", head, tuple(rows))]
        reasons = dict.fromkeys((c.name, c.reason) for visit in series.visits for c in visit.quality if c.reason)
        lines = [(Run(f"{speak.name('checks', name)}: "), *speak.told(reason)) for name, reason in reasons]
        if lines:
            blocks += [Paragraph(speak.line("quality.reasons"), "remark"), Bullets(tuple(lines))]
    return Section("quality", say("sections.quality"), tuple(blocks))


def _row(visit: Visit, check: Quality, speak: PhotographWords) -> tuple[Line, ...]:
    number = "–" if check.value is None else check_number(check.value, check.unit, speak)
    return (
        (Run(speak.name("checks", check.name)),), (Run(visit.label),), (Run(number, value=check.value),),
        (Run(threshold_words(check, speak) or "–"),), _verdict(check, speak), speak.told(check.sentence),
    )  # fmt: skip


def _verdict(check: Quality, speak: PhotographWords) -> Line:
    key = "unknown" if check.passed is None else "passed" if check.passed else "failed"
    return (Run(speak.say(f"quality.{key}"), strong=check.passed is not True),)


def privacy_section(series: Series, speak: PhotographWords) -> Section:
    """Kinds of data that were dropped, never their values; the capture record."""
    say = speak.say
    rows = [
        (say("privacy.dropped"), [_dropped(visit, speak) for visit in series.visits]),
        (say("privacy.capture"), [_capture(visit, speak) for visit in series.visits]),
    ]
    tables = visit_tables("privacy", "", [visit.label for visit in series.visits], rows)
    first, last = Paragraph(speak.line("privacy.text")), Paragraph(speak.line("privacy.pixels"), "remark")
    return Section("privacy", say("sections.privacy"), (first, *tables, last))


def _dropped(visit: Visit, speak: PhotographWords) -> Line:
    if not visit.dropped:
        return speak.line("privacy.nothing")
    return (Run(", ".join(speak.name("removed", item) for item in visit.dropped)),)


def _capture(visit: Visit, speak: PhotographWords) -> Line:
    known = {key: value for key, value in visit.capture.items() if value not in (None, [], "")}
    if not known:
        return speak.line("privacy.capture_none")
    return (Run("; ".join(f"{speak.name('capture_fields', k)}: {_value(v, speak)}" for k, v in known.items())),)


def _value(value: Any, speak: PhotographWords) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_value(item, speak) for item in value)
    if isinstance(value, float):
        return f"{value:g}"
    return str(speak.table["capture_values"].get(str(value), value))


def warnings_section(series: Series, speak: PhotographWords) -> Section:
    """What the program warned of, each sentence once with its visits."""
    about: dict[str, list[str]] = {}
    for visit in series.visits:
        for text in visit.warnings:
            about.setdefault(text, []).append(visit.label)
    lines = tuple((Run(f"{', '.join(visits)}: "), *speak.told(text)) for text, visits in about.items())
    block: Block = Bullets(lines) if lines else Paragraph(speak.line("warnings.none"))
    return Section("warnings", speak.say("sections.warnings"), (block,))
