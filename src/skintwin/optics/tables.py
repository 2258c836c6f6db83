"""Spectral tables that ship with the package: haemoglobin, CIE observers, CIE illuminants."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@lru_cache(maxsize=16)
def spectral_table(name: str) -> dict[str, Array]:
    """Columns of ``data/<name>.csv`` by header; the first is usually ``wavelength_nm``. The arrays are read-only.

    Names: haemoglobin_prahl (1/cm per mol/L; key ``prahl1998``), water (1/cm; key ``groehl2022``), carotene_bands
    (Gaussians; key ``du1998``), cie1931_2deg_5nm, cie1964_10deg_5nm, illuminants_5nm (relative power; key
    ``cie2004``). See data/SOURCE.txt.
    """
    text = files("skintwin.optics").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    header, *rows = list(csv.reader(text.splitlines()))
    values = np.array([[float(cell) for cell in row] for row in rows])
    values.setflags(write=False)
    return {column: values[:, place] for place, column in enumerate(header)}
