"""Files of ratings: several patients, visits and raters, as YAML or as a long CSV table.

YAML::

    score: mmasi
    errors: {area: 0.5, darkness: 0.5}        # sd of a rater's part, if you know it
    ratings:
      - {patient: P1, visit: baseline, rater: A, regions: {forehead: {area: 3, darkness: 2}, chin: {area: 0}}}

A part is a number (a rater's) or {value, origin, error, shared, chances}. CSV: columns score, patient, visit, region,
part, value; rater, error, origin, shared may be there. Visits follow each other as in the file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skintwin.csv_rows import csv_rows
from skintwin.errors import ConfigError
from skintwin.measure.scores import score_named
from skintwin.measure.scores.parts import ORIGINS, Origin, Part

CSV_NEEDED = ("score", "patient", "visit", "region", "part", "value")
CSV_MORE = ("rater", "error", "origin", "shared")
LARGEST_FILE = 16 * 1024**2
"""Bytes: far above any trial's ratings, far below what a parser could choke on."""


@dataclass(frozen=True)
class Rating:
    """One patient at one visit by one rater. regions: region → field → part."""

    score: str
    patient: str
    visit: str
    rater: str
    regions: Mapping[str, Mapping[str, Part]]


def read_ratings(path: Path) -> list[Rating]:
    """The ratings of a file, in its order. Raises ConfigError with the place for anything that cannot be used."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ConfigError("is too large", where=path.name, expected=f"at most {LARGEST_FILE // 1024**2} MiB")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("cannot be read", where=path.name, expected="a text file in UTF-8") from error
    if path.suffix.lower() == ".csv":
        return ratings_from_csv(text, path.name)
    if path.suffix.lower() in (".yaml", ".yml", ".json"):
        return ratings_from_yaml(text, path.name)
    raise ConfigError(f"{path.suffix or 'no'} ending", where=path.name, expected=".yaml, .yml, .json or .csv")


def ratings_from_yaml(text: str, where: str = "ratings") -> list[Rating]:
    """Ratings of a YAML (or JSON) text."""
    from skintwin.measure.yaml_text import yaml_content

    content = yaml_content(text, where, "a file of ratings (docs/scores.md)")
    top = _mapping(content, where, ("ratings",), ("score", "errors"))
    given = _mapping(top.get("errors") or {}, f"{where}.errors")
    errors = {str(k): _number(v, f"{where}.errors.{k}") for k, v in given.items()}
    rows = top["ratings"]
    if not isinstance(rows, list) or not rows:
        raise ConfigError("no ratings", where=where, expected="a list under `ratings:`")
    found = []
    for number, row in enumerate(rows, start=1):
        place = f"{where}, rating {number}"
        one = _mapping(row, place, ("patient", "visit", "regions"), ("rater", "score"))
        patient, visit = (_text(one[key], f"{place}.{key}") for key in ("patient", "visit"))
        place += f" (patient {patient}, visit {visit})"
        score = _text(one.get("score", top.get("score")), f"{place}.score")
        score_named(score, f"{place}.score")
        regions = {
            str(region): {str(f): _part(v, errors.get(str(f)), f"{place}.{region}.{f}")
                          for f, v in _mapping(fields, f"{place}.{region}").items()}
            for region, fields in _mapping(one["regions"], f"{place}.regions").items()
        }  # fmt: skip
        rater = _text(one.get("rater", ""), f"{place}.rater", empty=True)
        found.append(Rating(score, patient, visit, rater, regions))
    return _once(found, where)


def ratings_from_csv(text: str, where: str = "ratings") -> list[Rating]:
    """Ratings of a long CSV table: rows of one score, patient, visit and rater belong together."""
    header, rows = csv_rows(text, where)
    lacking = [name for name in CSV_NEEDED if not rows or name not in header]
    if lacking:
        raise ConfigError(f"no column {', '.join(lacking)}", where=where, expected=f"columns {', '.join(CSV_NEEDED)}; "
                          f"{', '.join(CSV_MORE)} may be there; at least one row")
    found: dict[tuple[str, str, str, str], dict[str, dict[str, Part]]] = {}
    for number, row in rows.items():
        place = f"{where}, row {number}"
        score = _text(row["score"], f"{place}.score")
        score_named(score, f"{place}.score")
        rater = (row.get("rater") or "").strip()
        key = (score, _text(row["patient"], f"{place}.patient"), _text(row["visit"], f"{place}.visit"), rater)
        region, name = _text(row["region"], f"{place}.region"), _text(row["part"], f"{place}.part")
        fields = found.setdefault(key, {}).setdefault(region, {})
        if name in fields:
            raise ConfigError(f"{name} of {region} is given twice", where=place, expected="one row for each part")
        cells = {k: row[k] for k in ("value", "error", "origin", "shared") if (row.get(k) or "").strip()}
        fields[name] = _part(cells, None, f"{place}.{region}.{name}")
    return [Rating(*key, regions) for key, regions in found.items()]


def _part(value: Any, usual_error: float | None, where: str) -> Part:
    """A part from a bare number or a mapping."""
    if not isinstance(value, Mapping):
        return Part(_number(value, where), "rated", usual_error)
    cells = _mapping(value, where, ("value",), ("error", "origin", "shared", "chances", "by"))
    origin = str(cells.get("origin", "rated")).strip()
    if origin not in ORIGINS:
        raise ConfigError(f"no origin {origin!r}", where=where, expected=", ".join(ORIGINS))
    chances = _mapping(cells.get("chances") or {}, f"{where}.chances")
    error = _number(cells["error"], f"{where}.error") if cells.get("error") is not None else usual_error
    shared = _number(cells.get("shared", 0.0), f"{where}.shared")
    pairs = tuple((_number(k, f"{where}.chances"), _number(p, f"{where}.chances")) for k, p in chances.items())
    kind: Origin = origin  # type: ignore[assignment]
    return Part(_number(cells["value"], where), kind, error, pairs, shared, str(cells.get("by", "")))


def _mapping(
    value: Any, where: str, needed: tuple[str, ...] = (), more: tuple[str, ...] | None = None
) -> dict[Any, Any]:
    """A mapping with the needed keys, and none but those and ``more`` (any if None and nothing is needed)."""
    if not isinstance(value, Mapping):
        raise ConfigError("is not a set of names and values", where=where, expected="name: value")
    lacking = [key for key in needed if key not in value]
    strange = [str(key) for key in value if more is not None and key not in (*needed, *more)]
    if lacking or strange:
        what = f"lacks {', '.join(lacking)}" if lacking else f"has an unknown {', '.join(strange)}"
        raise ConfigError(what, where=where, expected=", ".join((*needed, *(more or ()))))
    return dict(value)


def _number(value: Any, where: str) -> float:
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise ConfigError(f"{value!r} is not a number", where=where, expected="a number; leave a missing part out")
    return number


def _text(value: Any, where: str, *, empty: bool = False) -> str:
    if value is None or isinstance(value, Mapping | list | bool) or not (empty or str(value).strip()):
        raise ConfigError("is missing", where=where, expected="a name or a number")
    return str(value).strip()


def _once(found: list[Rating], where: str) -> list[Rating]:
    seen: set[tuple[str, str, str, str]] = set()
    for rating in found:
        key = (rating.score, rating.patient, rating.visit, rating.rater)
        if key in seen:
            raise ConfigError(f"{rating.score} of patient {rating.patient}, visit {rating.visit} is given twice",
                              where=where, expected="one rating for each patient, visit and rater")
        seen.add(key)
    return found
