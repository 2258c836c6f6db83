"""YAML that a person wrote: an error says in which line."""

from __future__ import annotations

from typing import Any

import yaml

from skintwin.errors import ConfigError


def yaml_content(text: str, where: str, expected: str) -> Any:
    """Content of a YAML text. where: its file. expected: what it should hold.

    Raises ConfigError with the line and the reason for what is not YAML or holds an impossible value.
    """
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark, reason = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        raise ConfigError(
            f"is not YAML ({reason or getattr(error, 'reason', None) or 'unreadable'})",
            where=where if mark is None else f"{where}, line {mark.line + 1}", expected=expected,
            do="check indentation, colons and brackets",
        ) from error  # fmt: skip
    except RecursionError as error:
        raise ConfigError("is not YAML (nested too deeply)", where=where, expected=expected) from error
    except ValueError as error:  # a date that does not exist, such as 2026-02-30
        raise ConfigError(f"holds an impossible value ({error})", where=where, expected=expected,
                          do='put text that is no date in quotes: "…"') from error  # fmt: skip
