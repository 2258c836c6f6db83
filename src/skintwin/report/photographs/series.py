"""A measured series as the report reads it: ``series.json`` and the pictures that it names, nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from skintwin.errors import RunError
from skintwin.report.photographs.fields import Series, Visit

_DO = "measure the photographs again, or name a finished folder"
_LARGEST = 64 * 1024 * 1024
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
"""Control characters, and marks that turn the direction of the text around them."""


def read_series(folder: Path) -> Series:
    """Read a measured series. RunError names the file, and in ``series.json`` the field, that is missing or wrong."""
    if not folder.is_dir():
        raise RunError("is not a folder", where=str(folder), expected="a measured series", do=_DO)
    path = folder / "series.json"
    try:
        if path.stat().st_size > _LARGEST:
            raise RunError("is too large", where=str(path), expected=f"at most {_LARGEST >> 20} MiB", do=_DO)
        content = _clean(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise RunError("is missing", where=str(path), expected="a complete folder", do=_DO) from None
    except (OSError, ValueError, RecursionError) as error:
        raise RunError(f"cannot be read ({type(error).__name__})", where=str(path), do=_DO) from None
    try:
        series = Series.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        told = first["msg"][:1].lower() + first["msg"][1:]
        raise RunError(told, where=f"{path}, {_field(first['loc'])}", do=_DO) from None
    _consistent(series, path)
    for number, visit in enumerate(series.visits):
        _all_pictures(folder, path, number, visit)
    return series


def _clean(content: Any) -> Any:
    """JSON content that every page can hold: no control characters, no lone surrogates; null for NaN and infinities,
    which are numbers that could not be measured."""
    if isinstance(content, float):
        return content if content - content == 0 else None
    if isinstance(content, str):
        return _UNSAFE.sub("", content.encode("utf-8", "replace").decode("utf-8"))
    if isinstance(content, dict):
        return {_clean(key): _clean(value) for key, value in content.items()}
    return [_clean(value) for value in content] if isinstance(content, list) else content


def _field(loc: tuple[int | str, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return f"field {text.lstrip('.')}" if text else "the whole file"


def _consistent(series: Series, path: Path) -> None:
    labels = [visit.label for visit in series.visits]
    for number, label in enumerate(labels):
        if label in labels[:number]:
            raise RunError("two visits have the same label", where=f"{path}, field visits[{number}].label", do=_DO)
        names = [o.name for o in series.visits[number].observations]
        for place, name in enumerate(names):
            if name in names[:place]:
                where = f"{path}, field visits[{number}].observations[{place}].name"
                raise RunError("is there twice", where=where, do=_DO)
    for number, score in enumerate(series.scores):
        if score.visit not in labels:
            raise RunError("names a visit that is not there", where=f"{path}, field scores[{number}].visit", do=_DO)


def _all_pictures(folder: Path, path: Path, number: int, visit: Visit) -> None:
    """Every named picture is a file inside the folder, and the photograph itself is one of them."""
    for name, file in {"normal": None, **visit.pictures}.items():
        where = f"{path}, field visits[{number}].pictures.{name}"
        if file is None:
            if name == "normal":
                raise RunError("is missing", where=where, expected="the photograph as measured", do=_DO)
            continue
        try:
            whole = (folder / file).resolve()
            present = whole.is_file()
        except (OSError, RuntimeError, ValueError):  # too long a name, a circle of links, a zero byte
            raise RunError("is no name of a file", where=where, do=_DO) from None
        if not whole.is_relative_to(folder.resolve()):
            raise RunError("names a file outside the folder", where=where, do=_DO)
        if not present:
            where = f"{folder / file} (field visits[{number}].pictures.{name})"
            raise RunError("is missing", where=where, expected="a complete folder", do=_DO)
