"""Observations as a CSV file's text and as lines for the screen."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from skintwin.measure.observation import Observation

GLOSS_MARKS = ("(SCI)", "(SCE)", "(neither SCI nor SCE)")
"""How the method of an ITA says whether surface gloss is in it."""
COLUMNS = ("name", "value", "unit", "error", "method", "note")


def to_csv(observations: Sequence[Observation]) -> str:
    """CSV text with a header. An empty value or error means not measured or not known."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for o in observations:
        writer.writerow([o.name, _number(o.value), o.unit, _number(o.error), o.method, o.note])
    return text.getvalue()


def to_lines(observations: Sequence[Observation]) -> list[str]:
    """One line each: name, value ± error, unit; beside an ITA whether gloss is in it, and its pole if that is near."""
    width = max((len(o.name) for o in observations), default=0)
    lines = []
    for o in observations:
        value = "not known" if o.value is None else f"{o.value:.4g}"
        error = "" if o.error is None or o.value is None else f" ± {o.error:.2g}"
        unit = "" if o.unit == "1" or o.value is None else " %" if o.unit == "percent" else f" {o.unit}"
        lines.append(f"{o.name:<{width}}  {value}{error}{unit}{_beside(o)}")
    return lines


def _beside(o: Observation) -> str:
    """What must stand beside a typology angle wherever it is printed; nothing for other observations."""
    if not o.name.endswith("_ITA"):
        return ""
    gloss = next((mark for mark in GLOSS_MARKS if mark in o.method), "")
    return f" {gloss}" + (f"; {o.note.split(';')[0]}" if "pole" in o.note else "")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"
