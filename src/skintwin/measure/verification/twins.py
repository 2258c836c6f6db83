"""Whether phototypes are measured equally well: the same scene with every phototype (``phantoms.sets.twin_set``).

With e the errors of a measure, one row a scene and one column a phototype, the ratio

    R = max over phototypes of median(e) / min over phototypes of median(e)

is above 1 by chance too. Twins share lesion, camera, pose, light and card, so that errors of a row go together and R
is known better than from as many unlike lesions. Its interval is that of the ratio of these two phototypes when
scenes are drawn again with replacement; what chance makes of it, that of phototypes shuffled within each scene.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from skintwin.measure.verification.bars import FOUND, WORST, area_error, iou_or_zero, pole, table
from skintwin.phantoms.cards import COLOUR_CARDS
from skintwin.skin.phototype import PHOTOTYPES

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

DRAWS: Final = 2000
_LEAST: Final = 1e-9
_FEWEST: Final = 5
"""Scenes below which a ratio is not told."""


@dataclass(frozen=True)
class Parity:
    """name, unit; medians: phototype → median error; ratio: worst over best, with the 95 % interval of the ratio of
    these two, low to high; chance: median and 95 % point of the ratio when phototypes make no difference; scenes:
    complete ones."""

    name: str
    unit: str
    medians: dict[str, float]
    ratio: float
    low: float
    high: float
    chance: tuple[float, float]
    scenes: int

    @property
    def passed(self) -> bool:
        """Whether no phototype is worse than ``WORST`` times the best."""
        return self.ratio <= WORST


def parities(rows: list[dict[str, Any]]) -> list[Parity]:
    """Of 1 − IoU, the area and the ITA of skin and lesion (card read), from the rows of a ``twin_set``."""
    found = automatic_first(table(rows))
    carded = found["card_read"].eq(True)
    errors = {
        ("1 − IoU", "1"): 1 - iou_or_zero(found),
        ("area error", "%"): area_error(found).abs(),
        ("ITA error of the skin, card read", "°"): found["ita_skin"].abs().where(carded & (found["b_skin"] >= pole())),
        ("ITA error of the lesion, card read", "°"):
            found["ita_lesion"].abs().where(carded & (found["b_lesion"] >= pole())),
    }  # fmt: skip
    return [parity(name, unit, _scenes(found.assign(error=error))) for (name, unit), error in errors.items()]


def automatic_first(found: pd.DataFrame) -> pd.DataFrame:
    """First visits of which the kind of lesion was not said."""
    return found[~found["told"] & (found["visit"] == 0)]


def _scenes(found: pd.DataFrame) -> Array:
    """(scenes, 6) errors of the scenes in which every phototype was measured."""
    wide = found.pivot(index="number", columns="phototype", values="error").reindex(columns=list(PHOTOTYPES))
    return wide.dropna().to_numpy(np.float64)


def parity(name: str, unit: str, errors: Array) -> Parity:
    """The comparison of (scenes, 6) errors, 0 or more."""
    scenes = len(errors)
    nothing = float("nan")
    if scenes < _FEWEST:
        return Parity(name, unit, {}, nothing, nothing, nothing, (nothing, nothing), scenes)
    random, middle = np.random.default_rng(0), np.median(errors, axis=0)
    ends = errors[:, [int(middle.argmax()), int(middle.argmin())]]
    again = []
    for _ in range(DRAWS):
        worst, best = np.median(ends[random.integers(0, scenes, scenes)], axis=0)
        again.append(worst / max(best, _LEAST))
    chance = [_ratio(random.permuted(errors, axis=1)) for _ in range(DRAWS)]
    low, high = np.quantile(again, [0.025, 0.975])
    usual, rare = np.quantile(chance, [0.5, 0.95])
    medians = dict(zip(PHOTOTYPES, map(float, middle), strict=True))
    return Parity(name, unit, medians, _ratio(errors), float(low), float(high), (float(usual), float(rare)), scenes)


def _ratio(errors: Array) -> float:
    medians = np.median(errors, axis=0)
    return float(medians.max() / max(float(medians.min()), _LEAST))


def twins_page(rows: list[dict[str, Any]], seed: int) -> str:
    """Markdown of the comparison."""
    found = automatic_first(table(rows))
    columns = " | ".join(PHOTOTYPES)
    made = [
        "# Phototypes measured equally well", "",
        "Written by `skintwin verify phototypes`; do not edit by hand. "
        f"{found['number'].nunique()} scenes ([phantoms](phantoms.md)), seed {seed}, kept out of all tuning, each "
        f"rendered with all six phototypes: {len(found)} photographs through the code that measures patients. Twins "
        "share lesion, contrast (CIEDE2000 of 6.5 or more), camera, pose, light, card, gloss and hair, and differ in "
        "the melanin of the skin alone, so that lesions and cards do not hide what the phototype does. Rows: "
        "[CSV](phototypes-verification.csv).",
        "", f"Asked: no phototype worse than {WORST:g} times the best. *By chance*: the ratio when phototypes are "
        "shuffled within each scene, median and what one in twenty exceeds. A scene counts where all six were "
        "measured.", "",
        f"| median error | {columns} | worst over best (95 %) | by chance | scenes | |",
        "|---|" + "---|" * (len(PHOTOTYPES) + 4),
    ]  # fmt: skip
    for each in parities(rows):
        medians = " | ".join(f"{each.medians[p]:.3g}" if each.medians else "" for p in PHOTOTYPES)
        unit = "" if each.unit == "1" else f" ({each.unit})"
        made.append(
            f"| {each.name}{unit} | {medians} | {each.ratio:.2f} ({each.low:.2f} to {each.high:.2f}) | "
            f"{each.chance[0]:.2f}, {each.chance[1]:.2f} | {each.scenes} | {'met' if each.passed else '**not met**'} |"
        )
    made += ["", "## Not measured", "", f"| photographs | {columns} |", "|---|" + "---|" * len(PHOTOTYPES)]
    unread = found["card_read"].ne(True) & found["card"].isin(COLOUR_CARDS)
    for title, which in (
        ("all", found["failed"].notna()), ("not measured", found["failed"] != ""),
        ("another thing outlined, or nothing (IoU below 0.5)", iou_or_zero(found) < FOUND),
        ("colour card there and not read", unread),
    ):
        counts = " | ".join(str(int(which[found["phototype"] == p].sum())) for p in PHOTOTYPES)
        made.append(f"| {title} | {counts} |")
    return "\n".join([*made, ""])
