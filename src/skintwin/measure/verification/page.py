"""The page of the instrument's accuracy, from the rows of a run over phantoms."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from skintwin.measure.verification.bars import (
    CLEAR,
    FAINT,
    automatic,
    bars,
    by,
    chance_of_parity,
    hangs_on_contrast,
    table,
    with_first,
)
from skintwin.measure.verification.one import FRECKLES
from skintwin.phantoms.course import PATTERNS
from skintwin.phantoms.truth import CONTRAST_OFF

if TYPE_CHECKING:
    import pandas as pd


_BANDS: Final[dict[str, tuple[str, tuple[float, ...]]]] = {
    "tilt": ("tilt of the camera (degree)", (0.0, 8.0, 16.0, 90.0)),
    "curvature": ("curvature of the skin (1/mm)", (0.0, 0.001, 0.004, np.inf)),
    "tone": ("tone curve (0 plain, 1 as a phone's)", (0.0, 0.5, np.inf)),
    "full_well": ("light caught (electrons at white)", (0.0, 6000.0, 12000.0, np.inf)),
    "jpeg": ("quality of the JPEG", (0.0, 82.0, 90.0, 101.0)),
}
"""Column: title of its table, and edges of its bands, each with its lower end."""


def verification_page(
    rows: list[dict[str, Any]], seed: int, others: Mapping[int, list[dict[str, Any]]] = MappingProxyType({})
) -> str:
    """Markdown of every bar and of the tables by what was drawn. others: seed → rows of other runs, whose first visits
    count where phototypes are compared."""
    everything = with_first(table(rows))
    found = automatic(everything)
    also = table([row for each in others.values() for row in each]) if others else None
    made = [
        "# Photographs measured: how well", "",
        "Written by `skintwin verify photographs`; do not edit by hand. Rendered photographs with known truth "
        f"([phantoms](phantoms.md)), seed {seed}, kept out of all tuning: {len(found)} photographs of "
        f"{found['number'].nunique()} lesions, through the code that measures patients.",
        "",
        "Truth and measurement share one optics: these figures are of outlines, colours, scale and registration, and "
        "not of biology. A lesion that was not found counts with IoU 0. The rows from which all figures are computed "
        "lie beside this page ([CSV](photographs-verification.csv)).", "",
        "| asked | measured | limit | photographs | |", "|---|---|---|---|---|",
    ]
    made += [
        f"| {bar.name} | {bar.value:.3g} | {bar.limit} | {bar.n} | {'met' if bar.passed else '**not met**'} |"
        for bar in bars(everything, also)
    ]
    usual, rare = chance_of_parity(found, also)
    if others:
        seeds = " and ".join(map(str, sorted(others)))
        made += ["", "Rows *worst phototype over best* count the first visits of one more run as well, so that six "
                 f"medians can be told apart: seed {seeds}, drawn and outlined in the same way."]  # fmt: skip
    made += [
        "", f"A ratio of six medians is above 1 by chance: with phototypes shuffled over the lesions, that of the area "
        f"error is {usual:.2f} (median), and above {rare:.2f} in one of twenty. *Kind said*: where another thing was "
        "outlined, the same photographs once more with whether the lesion is lighter or darker than the skin, as a "
        "clinic knows it.",
        "", "What ± 6 points ask for: where a lesion fades evenly, much of it passes the level at once. If outline, "
        "place and everything else were right, and only the contrast of the later picture were seen "
        f"{100 * CONTRAST_OFF:.0f} % too strong or too weak (one standard deviation), these follow-ups would have "
        f"limits of ± {hangs_on_contrast(everything):.1f} points. A camera without a card shows the same contrast with "
        f"± {100 * _free():.0f} %, two cards leave ± {100 * _carded():.0f} % (assumed).",
    ]
    made += ["", f"Tables below: lesions with CIEDE2000 of {FAINT:g} or more to the skin, without freckles; "
             f"repigmentation of those with {CLEAR:g} or more.", ""]
    lesions = found[found["disorder"] != FRECKLES]
    for column in ("phototype", "disorder", "card", "light", "gloss", "camera", "hair"):
        if column in lesions:
            made += [f"## By {column}", "", _markdown(by(lesions, column)), ""]
    for column, (title, edges) in _BANDS.items():
        if column in lesions:
            made += [f"## By {title}", "", _markdown(by(_banded(lesions, column, title, edges), title)), ""]
    made += ["## Freckles", "", _freckles(found), "", "## Follow-ups", "", _follow_ups(lesions), ""]
    made += ["## Not measured", "", _failures(found), ""]
    return "\n".join(made)


def _free() -> float:
    from skintwin.evidence import ledger

    return ledger().value("measure.contrast_repeat_free", "1")


def _carded() -> float:
    from skintwin.evidence import ledger

    return ledger().value("measure.contrast_repeat_card", "1")


def _banded(found: pd.DataFrame, column: str, title: str, edges: tuple[float, ...]) -> pd.DataFrame:
    """With a column ``title`` that names the band in which a number lies; missing numbers are in none."""
    import pandas as pd

    names = [f"{low:g} to {high:g}" if np.isfinite(high) else f"from {low:g}" for low, high in pairwise(edges)]
    values = pd.to_numeric(found[column])
    return found.assign(**{title: pd.cut(values, edges, labels=names, include_lowest=True, right=False)})


def _markdown(rows: pd.DataFrame) -> str:
    lines = ["| " + " | ".join(rows.columns) + " |", "|" + "---|" * len(rows.columns)]
    for _, row in rows.iterrows():
        lines.append("| " + " | ".join(_cell(v) for v in row) + " |")
    return "\n".join(lines)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.2f}"
    return str(value)


def _freckles(found: pd.DataFrame) -> str:
    import pandas as pd

    if "spots" not in found:
        return "None in this run."
    counted = found[found["spots"].notna()]
    if not len(counted):
        return "None in this run."
    ratio = pd.to_numeric(counted["spots"]) / pd.to_numeric(counted["spots_true"])
    strong = counted["delta_e"] >= 6
    return (
        f"{len(counted)} clusters, counted with the outline of the cluster known. Counted over drawn spots: median "
        f"{ratio.median():.2f} (10 to 90 %: {ratio.quantile(0.1):.2f} to {ratio.quantile(0.9):.2f}); with CIEDE2000 of "
        f"6 or more {ratio[strong].median():.2f}. Drawn spots include ones smaller than the smallest that counts, and "
        "touching ones."
    )


def _follow_ups(found: pd.DataFrame) -> str:
    later = found[found["visit"] == 1]
    done = later[later["registered"].eq(True)]
    if not len(done):
        return "None in this run."
    px, sd = done["registration_px"].astype(float), done["registration_sd"].astype(float)
    change = done["repigmentation_error"].dropna().astype(float)
    refused = int(later["registered"].eq(False).sum())
    return (
        f"{len(later)} later photographs, {len(done)} registered, {refused} refused as not recognised. Where "
        f"registered: rms error of position, median {px.median():.2f} px (90 %: {px.quantile(0.9):.2f}), over the "
        "stated standard deviation "
        f"{float((px / sd / np.sqrt(2)).median()):.2f}. "
        f"Repigmentation: median error {change.median():.1f} points, half within {change.abs().median():.1f}, "
        f"90 % within {change.abs().quantile(0.9):.1f} ({len(change)} photographs).\n\n{_patterns(done)}"
    )


def _patterns(done: pd.DataFrame) -> str:
    """How often the pattern of return is named as it was drawn."""
    named = done[done["true_pattern"].notna() & done["pattern"].isin(PATTERNS)]
    if not len(named):
        return "No pattern of return was named."
    names = list(PATTERNS)
    right = float((named["true_pattern"] == named["pattern"]).mean())
    rows = [
        f"| {drawn} | " + " | ".join(str(int(((named["true_pattern"] == drawn) & (named["pattern"] == name)).sum()))
                                     for name in names) + " |"
        for drawn in names
    ]  # fmt: skip
    return "\n".join([
        f"A pattern of return was named in {len(named)} of {len(done)}, as drawn in {100 * right:.0f} % of these "
        "(four names). Rows: drawn; columns: named.", "",
        "| | " + " | ".join(names) + " |", "|" + "---|" * (len(names) + 1), *rows,
    ])


def _failures(found: pd.DataFrame) -> str:
    failed = found[found["failed"] != ""]
    if not len(failed):
        return "Every photograph was measured."
    kinds = failed["failed"].str.replace(r"[\d.,-]+", "…", regex=True).str.slice(0, 90)
    lines = [f"- {count}: {text}" for text, count in kinds.value_counts().head(12).items()]
    return f"{len(failed)} of {len(found)} photographs, by what was said:\n\n" + "\n".join(lines)
