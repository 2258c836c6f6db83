"""Which cards are known, and how large they are."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from skintwin.errors import PhotographError


@dataclass(frozen=True)
class CardKind:
    """A card as sold.

    name: as typed. title: as printed. edition: of its colours (see ``reference``).
    pitch_mm: centre to centre along a row and along a column, mm. pitch_sd: relative standard deviation of it.
    patch_mm: width and height of a patch, mm. source: of the sizes.
    """

    name: str
    title: str
    edition: str
    pitch_mm: tuple[float, float]
    pitch_sd: float
    patch_mm: tuple[float, float]
    source: str

    @property
    def fill(self) -> float:
        """Width of a patch as a share of the pitch, the mean of both directions."""
        return 0.5 * sum(patch / pitch for patch, pitch in zip(self.patch_mm, self.pitch_mm, strict=True))


@cache
def card_kinds() -> dict[str, CardKind]:
    """Every known card by name."""
    text = (files("skintwin.photo.cards") / "data" / "cards.csv").read_text(encoding="utf-8")
    return {row["name"]: _kind(row) for row in csv.DictReader(text.splitlines())}


def card_kind(name: str) -> CardKind:
    """The card called ``name``. Raises PhotographError with the known names."""
    kinds = card_kinds()
    if name not in kinds:
        raise PhotographError(f"no card is called {name!r}", where="card", expected="one of " + ", ".join(kinds))
    return kinds[name]


def _kind(row: dict[str, str]) -> CardKind:
    x, y, sd, width, height = (
        float(row[k]) for k in ("pitch_x_mm", "pitch_y_mm", "pitch_relative_sd", "patch_x_mm", "patch_y_mm")
    )
    return CardKind(row["name"], row["title"], row["edition"], (x, y), sd, (width, height), row["source"])
