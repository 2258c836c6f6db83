"""What is asked of the instrument, what was measured, and tables by phototype and disorder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

from skintwin.measure.verification.one import FRECKLES
from skintwin.phantoms.cards import COLOUR_CARDS
from skintwin.skin.phototype import PHOTOTYPES

CLEAR: Final = 6.0
"""CIEDE2000 between lesion and skin from which a lesion is clear; faint ones lie between ``FAINT`` and it."""
FAINT: Final = 3.0
FOUND: Final = 0.5
"""IoU from which the outline is of the lesion that was drawn and not of a naevus or a highlight."""
WORST: Final = 1.5
"""Times the best phototype that no other may exceed."""


@dataclass(frozen=True)
class Bar:
    """name; value measured; text of the limit; passed; n: photographs behind it."""

    name: str
    value: float
    limit: str
    passed: bool
    n: int


def table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a table; columns that no row has are there and empty."""
    import pandas as pd

    found = pd.DataFrame(rows)
    for name in ("iou", "area", "area_pixels", "ita_lesion", "ita_skin", "b_lesion", "b_skin", "repigmentation_error",
                 "pattern", "true_pattern", "registered", "registration_px", "registration_sd", "seconds", "card_read",
                 "card_refused", "stated_sd", "kind_right", "told", "delta_e_error", "true_repigmentation", "area_z",
                 "radius", "by_contrast", "true_closeness", "closeness_error", "closeness_sd"):  # fmt: skip
        if name not in found:
            found[name] = np.nan
    found["told"] = found["told"].eq(True)
    if "repigmentation_z" in found:  # rows of before carry the error in units of what was stated
        with_error = (found["repigmentation_error"].astype(float) / found["repigmentation_z"].astype(float)).abs()
        found["stated_sd"] = found["stated_sd"].astype(float).fillna(with_error)
    return found


def automatic(found: pd.DataFrame) -> pd.DataFrame:
    """Rows of photographs of which the kind of lesion was not said."""
    return found[~found["told"]]


def with_kind_said(found: pd.DataFrame) -> pd.DataFrame:
    """Rows as they are where the kind of lesion is said: where it was not needed, the automatic ones."""
    again = found.loc[found["told"], "number"].unique()
    return found[found["told"] | ~found["number"].isin(again)]


def bars(found: pd.DataFrame, also: pd.DataFrame | None = None) -> list[Bar]:
    """Every bar of the measuring issue that phantoms can answer. also: rows of other seeds, whose first visits count
    where phototypes are compared: six medians need more lesions than one does."""
    # Freckles are many spots and are counted; the bars are of lesions with an outline.
    found = found[found["disorder"] != FRECKLES]
    said = with_kind_said(found)
    found = automatic(found)
    first = found[found["visit"] == 0]
    clear, faint = first[first["delta_e"] >= CLEAR], first[(first["delta_e"] >= FAINT) & (first["delta_e"] < CLEAR)]
    made = [
        _at_least(f"IoU, ΔE00 ≥ {CLEAR:g}, median", iou_or_zero(clear), 0.92),
        _at_least(f"IoU, ΔE00 {FAINT:g} to {CLEAR:g}, median", iou_or_zero(faint), 0.80),
        _at_most(f"area error (%), ΔE00 ≥ {CLEAR:g}, median", area_error(clear).abs(), 3.0),
    ]
    carded = first[first["card_read"].eq(True) & (first["delta_e"] >= FAINT)]
    for where in ("lesion", "skin"):
        told = carded[carded[f"b_{where}"] >= pole()]
        made.append(_at_most(f"ITA error of the {where} (°), card read, median", told[f"ita_{where}"].abs(), 2.0))
    later = found[(found["visit"] == 1) & (found["delta_e_first"] >= CLEAR)] if "delta_e_first" in found else found[:0]
    made += _change("repigmentation", later)
    pale = later["kind"] == "hypopigmented"
    made += _change("repigmentation, lesions paler than the skin (the others clear)", later[pale])
    right = first.loc[first["iou"].astype(float) >= FOUND, "number"]
    right_later = later[later["number"].isin(right)]
    made += _change(f"repigmentation, the right lesion outlined (IoU ≥ {FOUND:g})", right_later)
    pale = right_later["kind"] == "hypopigmented"
    made += _change("repigmentation, the same of lesions paler than the skin", right_later[pale])
    made += _change("repigmentation, the same of lesions darker than the skin: clearing", right_later[~pale])
    read = first.loc[first["card_read"].eq(True), "number"]
    carded_later = right_later["card_read"].eq(True) & right_later["number"].isin(read)
    made += _change("repigmentation, the right lesion, colour cards read at both visits", right_later[carded_later])
    made += _change("repigmentation, the right lesion, without", right_later[~carded_later])
    later = said[(said["visit"] == 1) & (said["delta_e_first"] >= CLEAR)] if "delta_e_first" in said else said[:0]
    made += _change("repigmentation, kind of lesion said", later)
    found_first = said[said["visit"] == 0]
    right = found_first.loc[found_first["iou"].astype(float) >= FOUND, "number"]
    name = f"repigmentation, kind said and the right lesion outlined (IoU ≥ {FOUND:g})"
    made += _change(name, later[later["number"].isin(right)])
    surest = later[later["number"].isin(right) & (later["stated_sd"] <= _sure())]
    made += _change(f"repigmentation, the same with a stated standard deviation of {_sure():g} or less", surest)
    said_pale = later[later["number"].isin(right) & (later["kind"] == "hypopigmented")]
    made += _change("repigmentation, kind said, the right lesion outlined, lesions paler than the skin", said_pale)
    made += _phototypes(_with(clear, also))
    whole = first[first["card"].isin(COLOUR_CARDS)]
    made.append(_at_least("colour cards read (share)", whole["card_read"].eq(True).astype(float), 0.9, mean=True))
    return made


def _change(name: str, later: pd.DataFrame) -> list[Bar]:
    """Bias and 95 % limits of the error of the repigmented share."""
    change = later["repigmentation_error"].dropna().astype(float)
    bias = float(change.mean()) if len(change) else float("nan")
    spread = 1.96 * float(change.std(ddof=1)) if len(change) > 1 else float("nan")
    return [
        Bar(f"{name}, bias (points)", bias, "within 1", abs(bias) <= 1.0, len(change)),
        Bar(f"{name}, 95 % limits about it (points)", spread, "≤ 6", spread <= 6.0, len(change)),
    ]


def by(found: pd.DataFrame, column: str) -> pd.DataFrame:
    """One row for each value of a column: photographs, IoU, area error, ITA error, repigmentation, refusals."""
    import pandas as pd

    rows = []
    for name, part in found.groupby(column, sort=True, observed=True):
        first = part[(part["visit"] == 0) & (part["delta_e"] >= FAINT)]
        later = part[part["visit"] == 1]
        carded = first[first["card_read"].eq(True) & (first["b_skin"] >= pole())]
        clear = later[later["delta_e_first"] >= CLEAR] if "delta_e_first" in later else later[:0]
        change = clear["repigmentation_error"].dropna().astype(float)
        rows.append({
            column: name, "photographs": len(part), "IoU, median": iou_or_zero(first).median(),
            "area error %, median": area_error(first).abs().median(),
            "ITA error of skin °, median": carded["ita_skin"].abs().median(),
            "repigmentation, bias": change.mean(), "repigmentation, ± 95 %": 1.96 * change.std(ddof=1),
            "not measured": int((part["failed"] != "").sum()),
            "follow-ups not registered": int(later["registered"].eq(False).sum()),
        })  # fmt: skip
    return pd.DataFrame(rows)


def with_first(found: pd.DataFrame) -> pd.DataFrame:
    """Adds ``delta_e_first``, the contrast at the first visit, to every row."""
    first = found[found["visit"] == 0].drop_duplicates("number").set_index("number")["delta_e"]
    return found.assign(delta_e_first=found["number"].map(first))


def hangs_on_contrast(found: pd.DataFrame) -> float:
    """Half width of the 95 % limits of the repigmented share, points, if the contrast were seen wrong by
    ``truth.CONTRAST_OFF`` (one standard deviation) and everything else were right."""
    lesions = automatic(found)
    later = lesions[(lesions["visit"] == 1) & (lesions["disorder"] != FRECKLES)]
    later = later[later["delta_e_first"] >= CLEAR] if "delta_e_first" in later else later[:0]
    off = later["by_contrast"].dropna().astype(float)
    return 1.96 * float(np.sqrt((off**2).mean())) if len(off) else float("nan")


def _phototypes(clear: pd.DataFrame) -> list[Bar]:
    """Largest over smallest median of 1 − IoU and of the area error over phototypes."""
    made = []
    for name, values in (("1 − IoU", 1 - iou_or_zero(clear)), ("area error", area_error(clear).abs())):
        there = [p for p in PHOTOTYPES if (clear["phototype"] == p).any()]
        medians = [float(values[clear["phototype"] == p].median()) for p in there]
        ratio = max(medians) / min(medians) if medians and min(medians) > 0 else float("nan")
        made.append(Bar(f"{name}, worst phototype over best", ratio, f"≤ {WORST:g}", ratio <= WORST, len(clear)))
    return made


def _clear(found: pd.DataFrame) -> pd.DataFrame:
    """First visits of clear lesions, of which the kind was not said."""
    first = automatic(found)
    return first[(first["visit"] == 0) & (first["delta_e"] >= CLEAR) & (first["disorder"] != FRECKLES)]


def _with(clear: pd.DataFrame, also: pd.DataFrame | None) -> pd.DataFrame:
    import pandas as pd

    return clear if also is None else pd.concat([clear, _clear(also)], ignore_index=True)


def chance_of_parity(found: pd.DataFrame, also: pd.DataFrame | None = None, draws: int = 2000) -> tuple[float, float]:
    """Median and 95 % point of the ratio of the area error between phototypes, when phototypes are shuffled over the
    lesions: what six medians differ by without any difference. also: as for :func:`bars`."""
    clear = _with(_clear(found), also)
    error, group = area_error(clear).abs().to_numpy(), clear["phototype"].to_numpy()
    error, group = error[np.isfinite(error)], group[np.isfinite(error)]
    if len(np.unique(group)) < 2:
        return float("nan"), float("nan")
    random = np.random.default_rng(0)
    ratios = []
    for _ in range(draws):
        mixed = random.permutation(group)
        medians = [np.median(error[mixed == p]) for p in np.unique(group)]
        ratios.append(max(medians) / max(min(medians), 1e-9))
    return float(np.median(ratios)), float(np.quantile(ratios, 0.95))


def iou_or_zero(part: pd.DataFrame) -> pd.Series[float]:
    """IoU; a lesion that was not found at all has none, which counts as 0."""
    return part["iou"].astype(float).fillna(0.0)


def area_error(part: pd.DataFrame) -> pd.Series[float]:
    """Error of the area in mm² where there was a scale, in pixels otherwise."""
    return part["area"].astype(float).fillna(part["area_pixels"].astype(float))


def _sure() -> float:
    from skintwin.evidence import ledger

    return ledger().value("measure.repigmentation_uncertain", "percent")


def pole() -> float:
    """b* from which an ITA is a measure of pigment."""
    from skintwin.evidence import ledger

    return ledger().value("measure.ita_smallest_b", "1")


def _at_least(name: str, values: pd.Series[float], limit: float, *, mean: bool = False) -> Bar:
    value = float(values.mean() if mean else values.median()) if len(values) else float("nan")
    return Bar(name, value, f"≥ {limit:g}", value >= limit, len(values))


def _at_most(name: str, values: pd.Series[float], limit: float) -> Bar:
    values = values.dropna()
    value = float(values.median()) if len(values) else float("nan")
    return Bar(name, value, f"≤ {limit:g}", value <= limit, len(values))
