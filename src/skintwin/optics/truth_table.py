"""Reading a table of Monte Carlo reflectances of layered skins (CSV, one row per skin and wavelength)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import ConfigError
from skintwin.optics.layers import LayeredSkin

Array = NDArray[np.float64]

_SKIN_COLUMNS: Final = {
    "d_sc_mm": "stratum_corneum_mm",
    "d_epi_mm": "epidermis_mm",
    "d_pap_mm": "papillary_mm",
    "d_ret_mm": "reticular_mm",
    "d_sub_mm": "subcutis_mm",
    "melanin_fraction": "melanin_fraction",
    "eumelanin_share": "eumelanin_share",
    "blood_fraction_pap": "blood_papillary",
    "blood_fraction_ret": "blood_reticular",
    "blood_fraction_sub": "blood_subcutis",
    "saturation": "saturation",
    "dermal_melanin_pap": "dermal_melanin",
}
_POINT_COLUMNS: Final = ("n_sc", "n", "wavelength_nm", "R_diffuse_mc", "mc_stderr")
_LAYERS: Final = ("sc", "epi", "pap", "ret", "sub")
_COEFFICIENTS: Final = tuple(f"{kind}_{layer}_mm" for kind in ("mua", "mus") for layer in _LAYERS)


@dataclass(frozen=True, eq=False)
class TruthSkin:
    """One skin of the table.

    Attributes
    ----------
    name: its ``skin_id``. skin: composition. index, index_surface: refractive index below, and of the stratum
    corneum. wavelength: (W,) nm. reflectance, stderr: (W,) Monte Carlo diffuse reflectance and its error.
    mu_a, mu_s: (5, W) coefficients as printed, 1/mm, or None when the table has none.
    """

    name: str
    skin: LayeredSkin
    index: float
    index_surface: float
    wavelength: Array
    reflectance: Array
    stderr: Array
    mu_a: Array | None
    mu_s: Array | None


def read_truth(path: Path | str) -> list[TruthSkin]:
    """Skins of a truth CSV in order of appearance.

    Raises :class:`ConfigError` that names the column and the line for a missing file or column, a text that
    is not a number, a share outside 0..1, a standard error or a reflectance that is not positive.
    """
    source = Path(path)
    try:
        text = source.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"cannot read the truth table ({error})", where=str(source), expected="a CSV text file"
        ) from error
    reader = csv.DictReader(text.splitlines())
    header = reader.fieldnames or []
    missing = [name for name in ("skin_id", *_SKIN_COLUMNS, *_POINT_COLUMNS) if name not in header]
    if missing:
        raise ConfigError(
            f"missing column {', '.join(missing)}", where=str(source), do="see docs/optics.md for the columns"
        )
    optional = [name for name in _COEFFICIENTS if name in header]
    groups: dict[str, list[tuple[int, dict[str, float]]]] = {}
    for line, row in enumerate(reader, start=2):
        numbers = dict(_numbers(row, source, line, optional))
        groups.setdefault(row["skin_id"] or "", []).append((line, numbers))
    if not groups:
        raise ConfigError("no rows", where=str(source), expected="at least one skin")
    return [_skin(name, rows, source, len(optional) == len(_COEFFICIENTS)) for name, rows in groups.items()]


def _numbers(
    row: dict[str, str], source: Path, line: int, optional: list[str]
) -> Iterator[tuple[str, float]]:
    for column in (*_SKIN_COLUMNS, *_POINT_COLUMNS, *optional):
        where = f"{source}, line {line}, column {column}"
        try:
            value = float(row[column])
        except (TypeError, ValueError):
            raise ConfigError(f"{row[column]!r}", where=where, expected="a number") from None
        if not np.isfinite(value):
            raise ConfigError(f"{row[column]!r}", where=where, expected="a finite number")
        if column in ("mc_stderr", "R_diffuse_mc", "wavelength_nm") and value <= 0:
            raise ConfigError(f"{value}", where=where, expected="more than 0")
        if column == "wavelength_nm" and not 250 <= value <= 1000:
            raise ConfigError(f"{value} nm", where=where, expected="250 to 1000 nm, the haemoglobin table")
        yield column, value


def _skin(
    name: str, rows: list[tuple[int, dict[str, float]]], source: Path, has_coefficients: bool
) -> TruthSkin:
    """Rows of one ``skin_id``, sorted by wavelength; composition must not change between them."""
    first_line, first = rows[0]
    for line, row in rows[1:]:
        for column in (*_SKIN_COLUMNS, "n", "n_sc"):
            if row[column] != first[column]:
                raise ConfigError(
                    f"{name} has {row[column]} here and {first[column]} in line {first_line}",
                    where=f"{source}, line {line}, column {column}",
                    expected="one composition per skin_id",
                )
    ordered = sorted((row for _, row in rows), key=lambda row: row["wavelength_nm"])

    def over(key: str) -> Array:
        return np.array([row[key] for row in ordered])

    def layers(kind: str) -> Array | None:
        return np.stack([over(f"{kind}_{layer}_mm") for layer in _LAYERS]) if has_coefficients else None

    if np.any(np.diff(over("wavelength_nm")) == 0):
        raise ConfigError(
            f"{name} has a wavelength twice", where=str(source), expected="each wavelength once"
        )
    try:
        skin = LayeredSkin(**{field: first[key] for key, field in _SKIN_COLUMNS.items()})
    except ConfigError as error:
        raise ConfigError(
            error.what, where=f"{source}, line {first_line}", expected=error.expected
        ) from error
    return TruthSkin(
        name=name,
        skin=skin,
        index=first["n"],
        index_surface=first["n_sc"],
        wavelength=over("wavelength_nm"),
        reflectance=over("R_diffuse_mc"),
        stderr=over("mc_stderr"),
        mu_a=layers("mua"),
        mu_s=layers("mus"),
    )
