"""Maps of the visits of one arm, on disk: one file per batch of draws and visit, read when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from skintwin.errors import RunError
from skintwin.study.parts import load_arrays


@dataclass(frozen=True)
class VisitMaps:
    """``folders``: one for each batch; ``sizes``: draws in it; ``visits``: number of visits. They live in the folder of
    parts and go with it when the run is published."""

    folders: Sequence[Path]
    sizes: Sequence[int]
    visits: int

    def at(self, visit: int) -> dict[str, np.ndarray]:
        """Maps of all draws at a visit, name → (n, ny, nx)."""
        pieces = [_read(folder / visit_file(visit)) for folder in self.folders]
        return {
            name: np.concatenate([piece[name][:size] for piece, size in zip(pieces, self.sizes, strict=True)])
            for name in pieces[0]
        }

    def of(self, draw: int, visit: int) -> dict[str, np.ndarray]:
        """Maps of one draw at a visit, name → (ny, nx)."""
        batch = int(np.searchsorted(np.cumsum(self.sizes), draw, side="right"))
        row = draw - sum(self.sizes[:batch])
        return {name: value[row] for name, value in _read(self.folders[batch] / visit_file(visit)).items()}


def visit_file(visit: int) -> str:
    """Name of the file of a visit."""
    return f"visit{visit:04d}.npz"


def _read(path: Path) -> dict[str, np.ndarray]:
    stored = load_arrays(path)
    if stored is None:
        raise RunError("is missing or damaged", where=str(path), do="remove the .partial folder and start again")
    return stored
