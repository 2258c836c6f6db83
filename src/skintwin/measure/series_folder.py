"""A measured series as a folder: ``series.json``, tables, pictures, outlines. Written under another name, then renamed.

No file name of a photograph is kept: visits are known by their labels, and by the SHA-256 of their files.
"""

from __future__ import annotations

import glob
import json
import math
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import skintwin
from skintwin.errors import RunError
from skintwin.measure.observation import Observation
from skintwin.measure.series import Series
from skintwin.measure.series_pictures import visit_legends, visit_pictures
from skintwin.measure.visit import Visit
from skintwin.photo.polygon import polygon_json
from skintwin.photo.save import write_safely

COLUMNS = ("series", "visit", "label", "sha256", "name", "value", "unit", "error", "method", "note")
"""Of the long table."""
_RANDOM = 8  # characters that ``tempfile`` adds to a name


def write_series(
    series: Series, folder: Path, *, overwrite: bool = False, finish: Callable[[Path], object] | None = None,
    scores: list[dict[str, Any]] | None = None,
) -> Path:  # fmt: skip
    """Write the folder; returns it. finish: called with the half-made folder before it gets its name (the report).

    Raises RunError when the folder exists (unless overwrite) or the disk refuses; nothing half written is left.
    """
    if folder.exists() and not overwrite:
        raise RunError("is there already", where=str(folder), expected="a new folder",
                       do="choose another one or add --overwrite")  # fmt: skip
    if folder.exists() and not (folder / "series.json").is_file() and any(folder.iterdir()):
        raise RunError("holds something else than a measured series", where=str(folder), do="choose another folder")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    except OSError as error:
        raise RunError(f"cannot be made: {error.strerror}", where=str(folder), do="choose another place") from None
    try:
        _fill(series, half, scores or [])
        if finish is not None:
            finish(half)
        os.chmod(half, 0o755)
        if folder.exists():
            old = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".old-"))
            os.replace(folder, old / "series")
            os.replace(half, folder)
            shutil.rmtree(old)
        else:
            os.replace(half, folder)
    except OSError as error:
        raise RunError(f"cannot be written: {error.strerror}", where=str(folder), do="check room and rights") from None
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return folder


def forget_halves(out: Path, names: Iterable[str]) -> None:
    """Remove what a killed run has left half made of these series in ``out``: hidden folders of this module's own."""
    for name in ("old", *names):
        for half in out.glob(f".{glob.escape(name)}-" + "?" * _RANDOM):
            shutil.rmtree(half, ignore_errors=True)


def _fill(series: Series, folder: Path, scores: list[dict[str, Any]]) -> None:
    for name in ("pictures", "outlines"):
        (folder / name).mkdir()
    pictures = []
    for number in range(len(series.visits)):
        contents = visit_pictures(series, number)
        for file, content in contents.values():
            write_safely(folder / "pictures" / file, content)
        pictures.append({name: f"pictures/{file}" for name, (file, _) in contents.items()})
        polygon = polygon_json(series.visits[number].outline.polygon)
        write_safely(folder / "outlines" / f"visit{number}.json", polygon.encode())
    whole = series_json(series, pictures, scores)
    write_safely(folder / "series.json", json.dumps(whole, indent=1, ensure_ascii=False).encode())
    write_tables(table_rows(series), folder)


def write_tables(rows: list[dict[str, Any]], folder: Path, *, overwrite: bool = False) -> None:
    """``measures.csv``, ``.json`` and ``.parquet`` of a long table."""
    import pandas as pd

    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table = table.astype({"value": "float64", "error": "float64", "visit": "int64"})
    write_safely(folder / "measures.csv", table.to_csv(index=False).encode(), overwrite=overwrite)
    as_json = json.dumps([_plain(row) for row in rows], indent=1, ensure_ascii=False)
    write_safely(folder / "measures.json", as_json.encode(), overwrite=overwrite)
    half = folder / ".measures.parquet"
    table.to_parquet(half, index=False)
    os.replace(half, folder / "measures.parquet")


def table_rows(series: Series) -> list[dict[str, Any]]:
    """One row for each observation of each visit."""
    rows = []
    for number, visit in enumerate(series.visits):
        for o in series.observations(number):
            rows.append({
                "series": series.title, "visit": number, "label": _label(visit, number),
                "sha256": visit.photograph.sha256, "name": o.name, "value": o.value, "unit": o.unit, "error": o.error,
                "method": o.method, "note": o.note,
            })  # fmt: skip
    return rows


def series_json(series: Series, pictures: list[dict[str, str]], scores: list[dict[str, Any]]) -> dict[str, Any]:
    """Everything but pixels."""
    first = series.visits[0].settings
    settings = {"phototype": first.phototype, "site": first.site, "geometry": first.geometry, "card": first.rulers.card}
    visits = [_visit(series, number, shown) for number, shown in enumerate(pictures)]
    return {
        "skintwin": skintwin.__version__, "kind": "photograph series", "title": series.title,
        "made_with": {"settings": settings}, "visits": visits, "scores": _plain(scores), "sources": _sources(series),
    }  # fmt: skip


def _visit(series: Series, number: int, pictures: dict[str, str]) -> dict[str, Any]:
    visit, comparison = series.visits[number], series.comparisons[number]
    photograph, outline, measures = visit.photograph, visit.outline, visit.measures
    record = visit.settings.capture or photograph.capture
    said = {
        "label": _label(visit, number), "sha256": photograph.sha256, "width": photograph.shape[1],
        "height": photograph.shape[0], "format": photograph.source.format,
        "colour_space": photograph.source.colour_space, "dropped": list(photograph.dropped),
        "capture": record.known() if record is not None else {}, "card": _card(visit),
        "card_refused": visit.calibration.refused or None,
        "scale": {"mm_per_pixel": visit.scale.mm_per_pixel, "origin": visit.scale.origin,
                  "relative_sd": visit.scale.relative_sd},
        "quality": [{"name": c.name, "value": c.value, "unit": c.unit, "threshold": c.threshold, "better": c.better,
                     "passed": c.passed, "sentence": c.sentence, "reason": c.reason} for c in measures.checks],
        "usable": visit.usable,
        "outline": {"kind": outline.kind, "confidence": outline.confidence, "contrast": outline.contrast,
                    "given": visit.settings.outline is not None},
        "observations": [_observation(o) for o in series.observations(number)],
        "registration": None, "registration_refused": None, "pattern": None, "pictures": pictures,
        "legends": visit_legends(series, number),
        "warnings": [*measures.warnings, *(comparison.warnings if comparison else ())],
    }  # fmt: skip
    if comparison is not None:
        said["registration_refused"] = comparison.refused or None
        found = comparison.registration
        if found is not None:
            mm = series.visits[0].scale.mm_per_pixel
            said["registration"] = {
                "kind": found.kind, "sd_px": found.sd_px, "sd_mm": None if mm is None else found.sd_px * mm,
                "matches": found.matches, "correlation": found.correlation,
            }  # fmt: skip
        if comparison.pattern is not None:
            p = comparison.pattern
            said["pattern"] = {
                "name": p.pattern, "nearness": p.nearness, "front": p.front, "largest_piece": p.largest_piece,
            }  # fmt: skip
    return {key: _plain(value) for key, value in said.items()}


def _card(visit: Visit) -> dict[str, Any] | None:
    card, grey = visit.calibration.card, visit.calibration.grey
    if card is None:
        return None if grey is None else {"kind": "grey-card", "title": "grey card"}
    return {
        "kind": card.kind.name if card.kind else None, "title": card.kind.title if card.kind else "colour card",
        "median_E00": card.correction.median, "largest_E00": card.correction.largest,
        "expected_E00": card.correction.expected, "patches": int(card.correction.used.sum()), "flags": list(card.flags),
        "corners": card.corners.round(2).tolist(),
    }  # fmt: skip


def _observation(o: Observation) -> dict[str, Any]:
    return {"name": o.name, "value": o.value, "unit": o.unit, "error": o.error, "method": o.method, "note": o.note}


def _label(visit: Visit, number: int) -> str:
    return visit.settings.label or f"visit {number + 1}"


def _sources(series: Series) -> list[dict[str, str]]:
    from skintwin.evidence import ledger
    from skintwin.evidence.cite import citation

    book = ledger()
    return [{"key": key, "text": citation(book.sources[key])} for key in ("chardon1991",) if key in book.sources]


def _plain(value: Any) -> Any:
    """JSON has no nan: it becomes null."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
