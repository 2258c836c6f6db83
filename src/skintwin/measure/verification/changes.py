"""How well change between two photographs is measured: lesions photographed twice (``phantoms.sets.followed_set``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from skintwin.measure.verification.bars import CLEAR, automatic, table, with_first
from skintwin.skin.phototype import PHOTOTYPES

if TYPE_CHECKING:
    import pandas as pd

BIAS: Final = 1.0
"""Points."""
LIMITS: Final = 6.0
"""Points, half width of the 95 % limits."""
_KINDS: Final = {"hypopigmented": "paler than the skin", "hyperpigmented": "darker than the skin"}
_MEASURES: Final = {
    "repigmentation": ("repigmentation_error", "stated_sd"), "closeness": ("closeness_error", "closeness_sd"),
}  # fmt: skip
_TITLES: Final = {
    ("repigmentation", "hypopigmented"): "repigmentation", ("repigmentation", "hyperpigmented"): "clearing",
    ("closeness", "hypopigmented"): "closeness", ("closeness", "hyperpigmented"): "closeness",
}  # fmt: skip
_NORMAL: Final = 1.96
_FEWEST: Final = 2
"""Follow-ups below which there is no spread."""


@dataclass(frozen=True)
class Agreement:
    """Errors of a measure (points): bias; limits: half width of the 95 % limits about it; half, most: half and nine in
    ten are within; covered: share within 1.96 stated standard deviations; n."""

    bias: float
    limits: float
    half: float
    most: float
    covered: float
    n: int

    @property
    def passed(self) -> bool:
        """Whether bias and limits are within what is asked."""
        return abs(self.bias) <= BIAS and self.limits <= LIMITS

    def cells(self) -> str:
        """Columns of a table."""
        if self.n < _FEWEST:
            return f"| | | | | | {self.n} |"
        return (
            f"| {self.bias:.1f} | {self.limits:.1f} | {self.half:.1f} | {self.most:.1f} | {100 * self.covered:.0f} % | "
            f"{self.n} |"
        )


def agreement(part: pd.DataFrame, measure: str) -> Agreement:
    """Of ``repigmentation`` or ``closeness``, over the rows in which it was measured."""
    error, sd = (part[name].astype(float) for name in _MEASURES[measure])
    there = error.notna()
    error, sd = error[there], sd[there]
    if len(error) < _FEWEST:
        nothing = float("nan")
        return Agreement(nothing, nothing, nothing, nothing, nothing, len(error))
    off = error.abs()
    return Agreement(
        float(error.mean()), _NORMAL * float(error.std(ddof=1)), float(off.median()), float(off.quantile(0.9)),
        float(np.mean(off <= _NORMAL * sd)), len(error),
    )  # fmt: skip


def followed(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Later visits of lesions that were clear at the first, of which the kind was not said; ``carded``: whether a
    colour card was read at both; ``shiny``: whether a lamp was mirrored in the skin at either."""
    found = automatic(with_first(table(rows)))
    read = found.groupby("number")["card_read"].agg(lambda each: bool(each.eq(True).all()))
    mirrored = found.groupby("number")["gloss"].agg(lambda each: bool(each.eq("shiny").any()))
    later = found[(found["visit"] == 1) & (found["delta_e_first"] >= CLEAR)]
    return later.assign(carded=later["number"].map(read), shiny=later["number"].map(mirrored))


def changes_page(rows: list[dict[str, Any]], seed: int) -> str:
    """Markdown of how well changes are measured."""
    later = followed(rows)
    columns = "bias | ± 95 % | half within | 90 % within | within 1.96 stated sd | follow-ups |"
    made = [
        "# Changes between two photographs: how well", "",
        "Written by `skintwin verify follow-ups`; do not edit by hand. Rendered lesions ([phantoms](phantoms.md)), "
        f"each photographed twice, in between some of its pigment change gone, seed {seed}, kept out of all tuning: "
        f"{len(later)} follow-ups of lesions that were clear at the first visit (CIEDE2000 of {CLEAR:g} or more), the "
        "kind of lesion not said; those that were not measured at both visits are counted below and in no row of the "
        "tables. Rows: [CSV](follow-ups-verification.csv).", "",
        "*Repigmentation* (of a dark lesion: *clearing*) is the share of the lesion's area where at least half of the "
        "contrast has closed. *Closeness* is the share of the contrast that has closed, mean over the area: by it a "
        "study judges dark lesions. Where a mark fades evenly the first jumps at half, the second follows. "
        f"Asked of repigmentation: bias within {BIAS:g} point, 95 % limits within ± {LIMITS:g}; the other rows are "
        "held against the same.", "",
        f"| points | {columns} |", "|---|" + "---|" * 7,
    ]
    for (measure, kind), title in _TITLES.items():
        of = later[later["kind"] == kind]
        both, shiny = of["carded"], of["shiny"]
        for name, part in (
            ("", of), (", colour card read at both", of[both]), (", without", of[~both]),
            (", no lamp mirrored", of[~shiny]), (", card at both and no lamp mirrored", of[both & ~shiny]),
        ):
            found = agreement(part, measure)
            verdict = "" if found.n < _FEWEST else "met" if found.passed else "**not met**"
            made.append(f"| {title}, lesions {_KINDS[kind]}{name} {found.cells()} {verdict} |")
    for measure, title in (("repigmentation", "Repigmentation and clearing"), ("closeness", "Closeness")):
        made += ["", f"## {title} by phototype", "", f"| | {columns}", "|---|" + "---|" * 6]
        made += [f"| {p} {agreement(later[later['phototype'] == p], measure).cells()}" for p in PHOTOTYPES]
        made += ["", f"## {title} by disorder", "", f"| | {columns}", "|---|" + "---|" * 6]
        made += [f"| {name} {agreement(part, measure).cells()}" for name, part in later.groupby("disorder")]
    missing = int(later["repigmentation_error"].isna().sum())
    refused = int(later["registered"].eq(False).sum())
    made += ["", f"Not measured: {missing} of {len(later)}, {refused} of them because they were not recognised as the "
             "same skin.", ""]  # fmt: skip
    return "\n".join(made)
