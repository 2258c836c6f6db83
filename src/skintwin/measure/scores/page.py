"""The scores as a page of documentation, from their own definitions."""

from __future__ import annotations

import math

from skintwin.evidence import ledger
from skintwin.measure.scores import SCORES
from skintwin.measure.scores.base import Score


def score_page() -> str:
    """Markdown: for each score formula, range, parts, who rates what, smallest detectable change, sources."""
    return "\n".join(line for name in SCORES for line in _section(SCORES[name]))


def _section(score: Score) -> list[str]:
    high = "any" if math.isinf(score.high) else f"{score.high:g}"
    change = score.smallest_detectable_change
    regions = ", ".join(f"`{region}`" for region in score.regions)
    more = [text for text, wanted in (("regions of other names may be added", score.open_regions),
                                      ("several patches in a region: `name#2`, `name#3`", score.patches)) if wanted]
    rows = [f"| `{f.name}` | {f.meaning} | {f.unit} | {f.allowed} | {f.who} | {f.photograph} |" for f in score.fields]
    return [
        f"## {score.title}: `{score.name}`\n",
        f"{score.formula}; {score.low:g} to {high}. Regions: {regions}" + "".join(f"; {text}" for text in more) + ".\n",
        "| part | meaning | unit | allowed | rated by | from a photograph |", "|---|---|---|---|---|---|", *rows, "",
        "Smallest change that can be told apart: " + (f"{change:g} {score.unit}" if change else "not known") + ".",
        f"Sources: {', '.join(_cited(key) for key in score.sources)}."
        + (f" Caution: {score.caution}." if score.caution else ""),
        "",
    ]  # fmt: skip


def _cited(key: str) -> str:
    source = ledger().sources[key]
    where = f"doi:{source.doi}" if source.doi else source.url or source.journal
    author = source.authors.split(";")[0].split(",")[0]
    return f"{author} {source.year} ({where}; checked: {source.checked})"
