"""Reading a study file: YAML in which no key may come twice, and mistakes told in the writer's own words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from skintwin.errors import ConfigError
from skintwin.quantities import DIMENSIONS, parse_quantity

_WRITTEN = re.compile(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(.*)", re.DOTALL)
_BOUNDS = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}


class _Loader(yaml.SafeLoader):
    """Safe loader that refuses a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen and name != "<<":
                raise yaml.constructor.ConstructorError(None, None, f"the key {name!r} is given twice", key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> Any:
    """Content of a YAML file. ConfigError names file, line and reason."""
    text = read_text(path, "check the name of the study file")
    try:
        return yaml.load(text, Loader=_Loader)  # a SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        reason = getattr(error, "problem", None) or "unreadable"
        raise ConfigError(f"is not YAML ({reason})", where=f"{path}{line}", expected="a study file") from None
    except ValueError as error:  # a date that does not exist, such as 2026-02-30
        what = f"holds an impossible value ({error})"
        raise ConfigError(what, where=str(path), expected="dates as YYYY-MM-DD") from None


def read_text(path: Path, do: str) -> str:
    """Text of a file. ConfigError when it is not there or cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError("no such file", where=str(path), do=do) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read ({error.__class__.__name__})", where=str(path)) from None


def suggestion(name: object, known: Iterable[str]) -> str:
    """' (did you mean ...?)' or nothing."""
    near = difflib.get_close_matches(str(name).lower(), list(known), 1, 0.6)
    return f" (did you mean {near[0]!r}?)" if near else ""


def sentence(error: ValidationError, content: Any, known: Mapping[tuple[str, ...], Iterable[str]]) -> str:
    """What is wrong with ``content``, all mistakes in one sentence.

    known: place (names of the fields above, list positions left out) → keys that are allowed there.
    """
    parts = []
    items = error.errors()
    for item in items:
        loc = item["loc"]
        if item["type"] == "too_short" and any(x["loc"][: len(loc)] == loc and x is not item for x in items):
            continue  # what it holds was refused, so that it seems empty
        message = item["msg"].removeprefix("Value error, ")
        if item["type"] == "extra_forbidden":
            above = tuple(str(x) for x in loc[:-1] if not isinstance(x, int))
            message = f"is not a field here{suggestion(loc[-1], known.get(above, ()))}"
        elif item["type"] != "value_error":
            bound = _bound(item, _typed(content, loc))
            message = bound or f"{message[:1].lower()}{message[1:]} (given: {item['input']!r})"
        parts.append(f"{_named(content, loc)}: {message}")
    return "; ".join(parts)


def _named(content: Any, loc: tuple[Any, ...]) -> str:
    """A place as people know it: an arm by its name."""
    shown: list[str] = []
    for k, part in enumerate(loc):
        if k == 1 and loc[0] == "arms" and isinstance(part, int):
            arm = _typed(content, loc[:2])
            name = arm.get("name") if isinstance(arm, dict) else None
            shown = [f"arm {name!r}" if name else f"arm {part + 1}"]
        else:
            shown.append(str(part))
    return ".".join(shown) or "study"


def _typed(content: Any, loc: tuple[Any, ...]) -> Any:
    """What was written at a place; None where nothing was."""
    for part in loc:
        if isinstance(content, dict):
            content = content.get(part)
        elif isinstance(content, list | tuple) and isinstance(part, int) and part < len(content):
            content = content[part]
        else:
            return None
    return content


def _bound(item: Any, typed: Any) -> str | None:
    """A bound that was missed, in the unit in which the value was written."""
    kind = next((name for name in _BOUNDS if name in item.get("ctx", {})), None)
    if kind is None:
        return None
    bound = float(item["ctx"][kind])
    found = _WRITTEN.match(typed) if isinstance(typed, str) else None
    if found is None:
        return f"must be {_BOUNDS[kind]} {bound:g} (given: {typed})"
    unit, number = found[1].strip(), float(found[0].removesuffix(found[1]))
    read = item["input"]
    factor = read / number if isinstance(read, int | float) and read and number else _factor(unit)
    return f"must be {_BOUNDS[kind]} {bound / factor:.4g} {unit}".rstrip() + f" (given: {typed})"


def _factor(unit: str) -> float:
    """What one of a unit is in the unit used inside; 1 without a unit."""
    for inside in DIMENSIONS:
        try:
            return parse_quantity(f"1 {unit}", inside)
        except ValueError:
            continue
    return 1.0
