"""What the 24 patches are: published colour of each, by edition of the card.

Order everywhere: row by row from "dark skin" to "black", four rows of six, the neutrals at the bottom.
Values and their sources: data/patches.csv and data/SOURCE.txt. D50 values are taken to D65 with the Bradford
transform (Lam 1985; ICC.1:2022 annex E), because linear sRGB is relative to D65.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import PhotographError
from skintwin.optics.colour import WHITE_SRGB, lab_to_xyz, linear_srgb_to_lab, srgb_decode, xyz_to_linear_srgb

Array = NDArray[np.float64]

ROWS: Final = 4
COLUMNS: Final = 6
NEUTRALS: Final = tuple(range(18, 24))
"""Numbers of the six neutral patches, white to black."""

# ICC.1:2022 annex E: XYZ (D65 or other) -> sharpened cone responses.
_BRADFORD: Final[Array] = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_WHITE_D50: Final[Array] = np.array([0.96422, 1.0, 0.82521])  # CIE 1931 2 degree observer (ASTM E308)


@dataclass(frozen=True, eq=False)
class Reference:
    """One edition. names: 24. linear_srgb, lab: (24, 3), relative to D65. places: (24, 2) column, row."""

    edition: str
    names: tuple[str, ...]
    linear_srgb: Array
    lab: Array
    places: Array


@cache
def reference(edition: str) -> Reference:
    """The patches of an edition: "2014-11", "before-2014-11" or "cameratrax". Raises PhotographError for another."""
    text = (files("skintwin.photo.cards") / "data" / "patches.csv").read_text(encoding="utf-8")
    rows = [row for row in csv.DictReader(text.splitlines()) if row["edition"] == edition]
    if len(rows) != ROWS * COLUMNS:
        raise PhotographError(f"no card edition is called {edition!r}", where="card", expected="one of patches.csv")
    values = np.array([[float(row[f"c{k}"]) for k in (1, 2, 3)] for row in rows])
    linear = srgb_decode(values / 255) if rows[0]["space"] == "sRGB 8 bit" else _from_lab_d50(values)
    places = np.array([[int(row["column"]), int(row["row"])] for row in rows], dtype=np.float64)
    return Reference(edition, tuple(row["patch"] for row in rows), linear, linear_srgb_to_lab(linear), places)


def _from_lab_d50(lab: Array) -> Array:
    """(n, 3) L*a*b* relative to D50 -> (n, 3) linear sRGB."""
    gain = (_BRADFORD @ WHITE_SRGB) / (_BRADFORD @ _WHITE_D50)
    adapt = np.linalg.solve(_BRADFORD, gain[:, None] * _BRADFORD)
    return xyz_to_linear_srgb(lab_to_xyz(lab, _WHITE_D50) @ adapt.T)
