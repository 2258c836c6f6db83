"""A folder of many series: found, measured one by one, resumed after a kill, with failures named.

A sub-folder is a series (its photographs by name, or its ``series.yaml``); a ``*.yaml`` series file is one; every other
photograph is a series of its own. What is done is a finished folder in the output, which gets its name only when it
is whole; its ``series.json`` says by which photographs and settings, so that a changed photograph is measured again.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from skintwin.errors import PhotographError, RunError, SkintwinError
from skintwin.measure.series import measure_series
from skintwin.measure.series_file import read_series_file
from skintwin.measure.series_folder import forget_halves, write_series, write_tables
from skintwin.measure.visit import VisitSettings
from skintwin.photo.save import write_safely

PICTURES: Final = frozenset({
    ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".heic", ".heif", ".dng", ".cr2", ".cr3", ".nef", ".arw", ".raf",
    ".orf", ".rw2", ".dcm",
})  # fmt: skip
"""Endings that are looked at in a folder; other files are not photographs."""
_DONE: Final = "inputs.json"


@dataclass(frozen=True)
class Task:
    """One series to measure. name: of its folder in the output."""

    name: str
    title: str
    photographs: tuple[tuple[Path, VisitSettings], ...]

    def fingerprint(self) -> str:
        """Of the files' bytes and the settings."""
        parts = []
        for path, settings in self.photographs:
            digest = hashlib.sha256()
            with path.open("rb") as file:
                for block in iter(lambda: file.read(1 << 20), b""):
                    digest.update(block)
            parts.append(f"{digest.hexdigest()} {settings!r}")
        return hashlib.sha256("\n".join([self.title, *parts]).encode()).hexdigest()


@dataclass(frozen=True)
class BatchResult:
    """Names of series: measured now, found done, and failed with the reason."""

    measured: tuple[str, ...]
    kept: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]


def find_tasks(folder: Path, settings: VisitSettings) -> tuple[list[Task], list[tuple[str, str]]]:
    """(series in a folder by name, those that cannot be read with the reason). settings: where nothing else is said.

    Raises PhotographError when there is nothing to measure, or two series would get the same name.
    """
    tasks, wrong = [], []
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        try:
            task = _task(path, settings)
        except SkintwinError as error:
            wrong.append((path.stem, str(error)))
            continue
        if task is not None:
            tasks.append(task)
    if not tasks and not wrong:
        raise PhotographError("holds no photograph and no series", where=str(folder),
                              expected="photographs, or folders of them")  # fmt: skip
    names = [task.name for task in tasks]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise PhotographError(f"two series are called {twice[0]}", where=str(folder), do="rename one")
    return tasks, wrong


def series_files(folder: Path) -> list[Path]:
    """Series files that a batch of this folder reads, by name."""
    own = [path for path in folder.iterdir() if _is_series_file(path)]
    found = [*own, *folder.glob("*/series.yaml")]
    return sorted(path for path in found if path.is_file() and not path.relative_to(folder).parts[0].startswith("."))


def _is_series_file(path: Path) -> bool:
    return path.suffix.lower() in (".yaml", ".yml") and not path.name.endswith((".capture.yaml", ".capture.yml"))


def _task(path: Path, settings: VisitSettings) -> Task | None:
    if path.is_dir():
        described = path / "series.yaml"
        if described.is_file():
            title, photographs = read_series_file(described)
            return Task(path.name, title if title != "series" else path.name, tuple(photographs))
        files = [one for one in sorted(path.iterdir()) if one.suffix.lower() in PICTURES]
        return Task(path.name, path.name, tuple(_labelled(files, settings))) if files else None
    if _is_series_file(path):
        title, photographs = read_series_file(path)
        return Task(path.stem, title, tuple(photographs))
    if path.suffix.lower() in PICTURES:
        return Task(path.stem, path.stem, tuple(_labelled([path], settings)))
    return None


def _labelled(files: list[Path], settings: VisitSettings) -> Iterator[tuple[Path, VisitSettings]]:
    from dataclasses import replace

    for number, file in enumerate(files):
        yield file, replace(settings, label=f"visit {number + 1}")


def measure_batch(
    folder: Path, out: Path, settings: VisitSettings, *, finish: Callable[[Path], object] | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> BatchResult:  # fmt: skip
    """Measure every series of a folder into ``out``; what is there already and unchanged is kept.

    finish: called with each half-made series folder (the report). Writes ``failures.csv`` and the tables of all series.
    Raises RunError when ``out`` lies inside the folder that is measured.
    """
    if out.resolve() == folder.resolve() or folder.resolve() in out.resolve().parents:
        raise RunError("lies inside the folder that is measured", where=str(out), do="choose a folder elsewhere")
    tasks, failed = find_tasks(folder, settings)
    out.mkdir(parents=True, exist_ok=True)
    forget_halves(out, [task.name for task in tasks])
    measured, kept = [], []
    for number, task in enumerate(tasks):
        if progress is not None:
            progress(number, len(tasks), task.name)
        target = out / task.name
        try:
            mark = task.fingerprint()
            if _done(target) == mark:
                kept.append(task.name)
                continue
            series = measure_series(task.photographs, task.title)

            def whole(half: Path, mark: str = mark) -> None:
                if finish is not None:
                    finish(half)
                write_safely(half / _DONE, json.dumps({"inputs": mark}).encode())

            write_series(series, target, overwrite=True, finish=whole)
            measured.append(task.name)
        except SkintwinError as error:
            failed.append((task.name, str(error)))
        except OSError as error:
            failed.append((task.name, f"cannot be read: {error.strerror}"))
    if progress is not None:
        progress(len(tasks), len(tasks), "")
    _sum_up(out, [*kept, *measured], failed)
    return BatchResult(tuple(measured), tuple(kept), tuple(failed))


def _done(target: Path) -> str | None:
    try:
        found: Any = json.loads((target / _DONE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found.get("inputs") if isinstance(found, dict) else None


def _sum_up(out: Path, names: list[str], failed: list[tuple[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("series", "reason"))
    writer.writerows(failed)
    write_safely(out / "failures.csv", text.getvalue().encode(), overwrite=True)
    rows = []
    for name in sorted(names):
        rows += [{**row, "series": name} for row in json.loads((out / name / "measures.json").read_text("utf-8"))]
    write_tables(rows, out, overwrite=True)
