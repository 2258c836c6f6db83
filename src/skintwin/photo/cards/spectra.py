"""Reflectance of the 24 patches: what any sensor makes of a card under any lamp follows from it.

data/card_spectra_10nm.csv: measured spectra of a ColorChecker (key ``farrell2012``), each bent by a smooth factor to
the published colour of its edition. No spectrum of a CameraTrax card was found: its are those of the same patches,
bent.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@cache
def patch_spectra(edition: str) -> Array:
    """(24, 31) reflectance of the patches of an edition on ``VISIBLE_NM``, in card order. KeyError for another."""
    text = (files("skintwin.photo.cards") / "data" / "card_spectra_10nm.csv").read_text(encoding="utf-8")
    header, *rows = list(csv.reader(text.splitlines()))
    columns = [k for k, name in enumerate(header) if name.startswith(f"{edition}|")]
    if not columns:
        raise KeyError(edition)
    return np.array([[float(row[k]) for row in rows] for k in columns])
