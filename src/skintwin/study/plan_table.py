"""A plan as one long table: one row for each line of treatment, of all arms.

    arm, start, every, until, what, where, amount, stop, resume, options

``what``: a treatment's name, or ``nothing`` for an arm without treatment. ``start``: a time, or a rule. ``until``: a
time, or a number of sessions ("3 sessions"). ``where``: lesion, lesion + 5 mm, or patch; empty for what acts on all
of the patch (sunscreen, a full lamp, tablets). ``amount``: the treatment's main dose with its unit.
``stop``, ``resume``: rules. ``options``: further fields as "spacing = 5 mm; per_week = 3".
Every row means exactly the line of a YAML plan with the same fields.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from skintwin.csv_rows import csv_rows
from skintwin.errors import ConfigError
from skintwin.study.reading import read_text, suggestion
from skintwin.treatments import treatments

COLUMNS = ("arm", "start", "every", "until", "what", "where", "amount", "stop", "resume", "options")
NOTHING = "nothing"


def read_plan(path: Path) -> dict[int, dict[str, str]]:
    """Rows of a CSV file by their numbers (``csv_rows``). ConfigError names file and row."""
    header, rows = csv_rows(read_text(path, "check the name of the plan"), str(path))
    _check_columns(header, str(path))
    return rows


def arms_of(rows: object, arms: list[Any], where: str) -> list[Any]:
    """Arms, those already written out first, with the rows of a table as lines of their plans.

    rows: list of mappings with the columns as keys, numbered from 1, or such mappings by their number in a file.
    ConfigError names the row.
    """
    if isinstance(rows, list):
        rows = dict(enumerate(rows, start=1))
    if not isinstance(rows, dict) or not all(isinstance(number, int) for number in rows):
        raise ConfigError("plan is neither a file nor a list of rows", where=where, expected=", ".join(COLUMNS))
    found = [dict(arm) if isinstance(arm, dict) else arm for arm in arms]
    by_name = {arm["name"]: arm for arm in found if isinstance(arm, dict) and "name" in arm}
    for number, row in rows.items():
        place = f"{where}, row {number}"
        if not isinstance(row, dict):
            raise ConfigError("is not a row", where=place, expected=", ".join(COLUMNS))
        _check_columns(list(row), place)
        cells = {key: _text(value) for key, value in row.items()}
        name, what = cells.get("arm"), cells.get("what")
        if not name or not what:
            raise ConfigError(f"has no {'arm' if not name else 'what'}", where=place, do="fill in the cell")
        if name not in by_name:
            by_name[name] = {"name": name}
            found.append(by_name[name])
        arm = by_name[name]
        arm["plan"] = list(arm.get("plan", []))
        if what == NOTHING:
            if any(cells.get(key) for key in COLUMNS if key not in ("arm", "what")):
                raise ConfigError("gives nothing, but with a time, place or amount", where=place)
            continue
        arm["plan"].append(_line(cells, what, number, place))
    return found


def _line(cells: dict[str, str], what: str, number: int, place: str) -> dict[str, Any]:
    kind = treatments().get(what)
    if kind is None:
        known = sorted(treatments())
        raise ConfigError(
            f"unknown treatment {what!r}{suggestion(what, known)}", where=place, expected=f"one of {', '.join(known)}"
        )  # fmt: skip
    line: dict[str, Any] = {"give": what, "row": number}
    for key in ("start", "every", "until", "where", "stop", "resume"):
        if cells.get(key):
            line[key] = cells[key]
    if cells.get("amount"):
        if not kind.amount:
            raise ConfigError(f"{what} has no dose to give", where=place, do="leave amount empty, or use options")
        line[kind.amount] = cells["amount"]
    for option in (part for part in cells.get("options", "").split(";") if part.strip()):
        key, equals, value = (part.strip() for part in option.partition("="))
        if not equals or not key or not value:
            raise ConfigError(f"option {option.strip()!r} is not key = value", where=place)
        if key in line:
            raise ConfigError(f"{key} is given twice", where=place, do="give it in its column or in options")
        line[key] = value
    return line


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key} = {part}" for key, part in value.items())
    return "" if value is None else str(value).strip()


def _check_columns(names: list[Any], where: str) -> None:
    unknown = [name for name in names if name not in COLUMNS]
    if unknown:
        hint = suggestion(unknown[0], COLUMNS)
        raise ConfigError(f"unknown column {unknown[0]!r}{hint}", where=where, expected=", ".join(COLUMNS))
    twice = [name for name in names if names.count(name) > 1]
    lacking = [name for name in ("arm", "what") if name not in names]
    if twice or lacking:
        what = f"column {twice[0]!r} is there twice" if twice else f"no column {lacking[0]!r}"
        raise ConfigError(what, where=where, expected=", ".join(COLUMNS))
