"""A run folder as the report reads it: nothing else is looked at, so that the report can be made again at any time."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skintwin.errors import RunError

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

ROLES = ("low", "typical", "high")
"""Draws that have pictures, by their place among the draws of the arm's main endpoint."""

_COLUMNS = {
    "endpoints": {"arm", "draw", "day", "endpoint", "value"},
    "summary": {
        "arm", "day", "endpoint", "q05", "q25", "q50", "q75", "q95", "versus_first_q05", "versus_first_q50",
        "versus_first_q95", "assumed_share", "assumed_share_low", "assumed_share_high",
    },
    "draws": {"draw", "parameter", "value", "unit", "grade"},
    "durability": {"arm", "draw", "measure", "value", "unit", "assumed_share"},
    "burden": {"arm", "draw", "measure", "value", "unit", "assumed_share"},
    "harms": {"arm", "harm", "basis", "treatments", "sessions", "q05", "q50", "q95", "unit", "grade", "sources"},
}  # fmt: skip
_FIELDS = ("skintwin", "study", "seed", "patch", "arms", "endpoints", "main_endpoint", "visit_days", "draws")
_PICTURE = re.compile(r"arm(\d+)-(low|typical|high)-day(\d+)\.jpg")
_MAY_BE_EMPTY = ("durability", "harms")
"""Tables without rows where nothing was given, or nothing lasts."""
_DO = "make the run again, or name a finished run folder"


@dataclass(frozen=True)
class RunFolder:
    """Parts of a run.

    info: run.json. endpoints: arm, draw, day, endpoint, value, unit. summary: quantiles by arm, day and endpoint.
    draws: draw, parameter, value, unit, kind, grade. durability, burden: arm, draw,
    measure, value, unit, assumed_share. harms: arm, harm, basis, treatments, sessions, quantiles of the probability,
    unit, grade, sources. citations: sources. baseline: the photograph as measured.
    pictures: (arm number, role, day) → file.
    """

    folder: Path
    info: dict[str, Any]
    endpoints: pd.DataFrame
    summary: pd.DataFrame
    draws: pd.DataFrame
    durability: pd.DataFrame
    burden: pd.DataFrame
    harms: pd.DataFrame
    citations: list[dict[str, str]]
    baseline: Path
    pictures: dict[tuple[int, str, int], Path]

    @property
    def arms(self) -> list[str]:
        """Names of the arms, in the study's order."""
        return [str(arm["name"]) for arm in self.info["arms"]]

    @property
    def main(self) -> str:
        """The endpoint by which the run is judged; ``melanin`` where that one has no values (skin without a lesion)."""
        name = str(self.info["main_endpoint"])
        return name if name in self.measured else "melanin"

    @property
    def measured(self) -> set[str]:
        """Endpoints in the tables."""
        return set(self.summary["endpoint"].astype(str))

    @property
    def last_day(self) -> float:
        """Last day of the tables."""
        return float(self.summary["day"].max())

    @cached_property
    def at_end(self) -> dict[tuple[str, str], dict[str, float]]:
        """Summary of the last day: (arm, endpoint) → column → value."""
        last = self.summary[self.summary["day"] == self.last_day]
        numbers = sorted(_COLUMNS["summary"] - {"arm", "endpoint"})
        keys = zip(last["arm"].astype(str), last["endpoint"].astype(str), strict=True)
        values = last[numbers].to_numpy(dtype=float).tolist()
        return {key: dict(zip(numbers, row, strict=True)) for key, row in zip(keys, values, strict=True)}

    @cached_property
    def maps(self) -> xr.Dataset:
        """Maps of the run, opened when first asked for. RunError when they cannot be read."""
        import xarray as xr

        store = self.folder / "fields.zarr"
        try:
            opened: xr.Dataset = xr.open_zarr(store, consolidated=False)
        except (OSError, ValueError, KeyError) as error:
            raise RunError(f"cannot be read ({type(error).__name__})", where=str(store), do=_DO) from None
        return opened


def read_run(folder: Path) -> RunFolder:
    """Read a run folder. RunError names the file that is missing, unreadable or of another form."""
    if not folder.is_dir():
        raise RunError("is not a folder", where=str(folder), expected="a run folder", do=_DO)
    info = _json(folder / "run.json")
    if not isinstance(info, dict) or not all(field in info for field in _FIELDS):
        raise RunError("does not describe a run", where=str(folder / "run.json"), do=_DO)
    tables = {name: _table(folder / f"{name}.parquet", columns) for name, columns in _COLUMNS.items()}
    citations = _json(folder / "citations.json")
    _present(folder / "fields.zarr")
    pictures = {
        (int(found[1]), found[2], int(found[3])): path
        for path in sorted((folder / "pictures").glob("arm*.jpg"))
        if (found := _PICTURE.fullmatch(path.name))
    }
    _all_pictures(folder, info, pictures)
    return RunFolder(
        folder, info, tables["endpoints"], tables["summary"], tables["draws"], tables["durability"], tables["burden"],
        tables["harms"], citations=citations,
        baseline=_present(folder / "pictures" / "baseline.jpg"), pictures=pictures,
    )  # fmt: skip


def _present(path: Path) -> Path:
    if not path.exists():
        raise RunError("is missing", where=str(path), expected="a complete run folder", do=_DO)
    return path


def _json(path: Path) -> Any:
    try:
        return json.loads(_present(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"cannot be read ({type(error).__name__})", where=str(path), do=_DO) from None


def _table(path: Path, columns: set[str]) -> pd.DataFrame:
    import pandas as pd

    try:
        table = pd.read_parquet(_present(path))
    except (OSError, ValueError) as error:  # pyarrow's errors derive from these
        raise RunError(f"cannot be read ({type(error).__name__})", where=str(path), do=_DO) from None
    lacking = sorted(columns - set(table.columns))
    if lacking or (table.empty and path.stem not in _MAY_BE_EMPTY):
        what = f"lacks the columns {', '.join(lacking)}" if lacking else "holds no rows"
        raise RunError(what, where=str(path), do=_DO)
    return table


def _all_pictures(folder: Path, info: dict[str, Any], found: dict[tuple[int, str, int], Path]) -> None:
    for arm in range(len(info["arms"])):
        for role in ROLES:
            for day in info["visit_days"]:
                if (arm, role, round(day)) not in found:
                    name = f"arm{arm:02d}-{role}-day{round(day):04d}.jpg"
                    _present(folder / "pictures" / name)
