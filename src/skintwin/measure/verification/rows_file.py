"""The rows behind a page, kept as a table beside it: every figure of the page can be computed again, and the first
visits can be counted with those of a later run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

from skintwin.errors import RunError

COLUMNS: Final = (
    "number", "visit", "told", "phototype", "disorder", "kind", "kind_right", "delta_e", "card", "light", "gloss",
    "hair", "camera", "tilt", "curvature", "tone", "full_well", "jpeg", "card_read", "iou", "area", "area_pixels",
    "ita_lesion", "b_lesion", "ita_skin", "b_skin", "registered", "registration_px", "registration_sd", "radius",
    "true_repigmentation", "repigmentation_error", "stated_sd", "by_contrast", "pattern", "true_pattern",
    "spots_true", "spots", "failed", "true_closeness", "closeness_error", "closeness_sd",
)  # fmt: skip
"""What the page is computed from; the meaning of each is in ``one.py``."""
_LATER: Final = ("true_closeness", "closeness_error", "closeness_sd")
"""Columns that tables of before do not have."""
_DIGITS: Final = "%.5g"


def write_rows(rows: list[dict[str, Any]], seed: int, path: Path) -> None:
    """CSV of ``COLUMNS`` with a column ``seed`` before them, numbers to five digits. RunError when it cannot be
    written; then no file is left half written."""
    import pandas as pd

    found = pd.DataFrame(rows).reindex(columns=list(COLUMNS))
    found.insert(0, "seed", seed)
    half = path.with_name(path.name + ".part")
    try:
        found.to_csv(half, index=False, float_format=_DIGITS, lineterminator="\n")
        os.replace(half, path)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise RunError(f"cannot be written: {error.strerror}", where=str(path), do="choose another place") from None


def read_rows(path: Path) -> tuple[int, list[dict[str, Any]]]:
    """(seed, rows) of such a file; what was not measured is left out of a row. RunError when it is none."""
    import pandas as pd

    try:
        found = pd.read_csv(path, keep_default_na=False, na_values=[""])
    except OSError as error:
        raise RunError(f"cannot be read: {error.strerror}", where=str(path)) from None
    except ValueError:
        found = pd.DataFrame()
    missing = [name for name in ("seed", *COLUMNS) if name not in (*found, *_LATER)]
    if missing or found["seed"].nunique() != 1:
        raise RunError(
            "is no table of measured phantoms", where=str(path),
            expected="what `verify photographs --write` wrote beside its page", do="give that file",
        )  # fmt: skip
    rows = [
        {name: value for name, value in row.items() if not pd.isna(value)} | {"failed": _text(row["failed"])}
        for row in found.reindex(columns=list(COLUMNS)).to_dict("records")
    ]
    return int(found["seed"].iloc[0]), rows  # type: ignore[return-value]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
