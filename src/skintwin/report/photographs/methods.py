"""How each measure was taken, what is assumed, settings and literature."""

from __future__ import annotations

import json

from skintwin.report.photographs.document import Block, Bullets, Heading, Paragraph, Section, Table
from skintwin.report.photographs.fields import Series
from skintwin.report.photographs.words import PhotographWords, Run


def method_section(series: Series, speak: PhotographWords) -> Section:
    """The method page."""
    say = speak.say
    blocks: list[Block] = []
    methods: dict[str, dict[str, None]] = {}
    for visit in series.visits:
        for o in visit.observations:
            if o.method:
                methods.setdefault(o.method, {})[speak.measure(o.name)] = None
    if methods:
        rows = tuple(((Run("; ".join(names)),), speak.told(method)) for method, names in methods.items())
        blocks.append(Heading(speak.line("method.measures")))
        blocks.append(Table("methods", (say("method.measure"), say("method.how")), rows))
    blocks.append(Heading(speak.line("method.assumed")))
    blocks.append(Bullets(tuple((Run(text),) for text in speak.table["method"]["assume"])))
    settings = series.made_with.settings
    if settings:
        rows = tuple(((Run(name.replace("_", " ")),), (Run(_setting(value)),)) for name, value in settings.items())
        blocks.append(Heading(speak.line("method.settings")))
        blocks.append(Table("settings", (say("method.setting"), say("method.value")), rows))
    blocks.append(Heading(speak.line("method.sources")))
    if series.sources:
        blocks.append(Bullets(tuple((Run(source.text),) for source in series.sources), "literature"))
    else:
        blocks.append(Paragraph(speak.line("method.no_sources")))
    blocks.append(Paragraph(speak.line("method.files", version=series.skintwin), "remark"))
    return Section("method", say("sections.method"), tuple(blocks))


def _setting(value: object) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
