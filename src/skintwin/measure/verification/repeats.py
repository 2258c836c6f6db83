"""Test and retest: lesions photographed twice, nothing done to them in between, each photograph measured by itself.

Every value has the lesion's own level and the error of a photograph. With a and b the two values of n lesions:

    ICC(A,1)   share of the variance that is the lesions' own (``agreement.icc``)
    limits     Bland and Altman's for a − b (``agreement.bland_altman``)
    s_w        √(Σ (a − b)² / 2n): standard deviation of one photograph
    z          √(Σ (a − b)² / (σa² + σb²) / n): 1 where the errors σ that the instrument states are those it makes

Three groups are set side by side: the camera's colours of lesion and skin as they are (``raw``), plain differences
in L*a*b* of the one minus the other (``difference``), and measures that the strength and the colour of the light do
not enter (``normalised``). Which photograph comes first is chance here, and with it the sign of the bias.

Photographs that can be laid over each other are also measured as a series: what has not changed should show none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

import numpy as np

from skintwin.errors import ConfigError, SkintwinError
from skintwin.measure.agreement.bland_altman import LimitsOfAgreement, bland_altman
from skintwin.measure.agreement.icc import intraclass
from skintwin.measure.agreement.interval import Interval
from skintwin.measure.agreement.table import FEWEST_SUBJECTS
from skintwin.measure.batch import PICTURES
from skintwin.measure.follow_up import Comparison, measure_follow_up
from skintwin.measure.observation import Observation
from skintwin.measure.visit import Visit, VisitSettings, measure_visit
from skintwin.photo.intake import read_photograph

Group = Literal["raw", "difference", "normalised", "shape"]
Values = dict[str, tuple[float, float]]
"""(value, standard deviation or nan) by name."""

RAW: Final = ("lesion_L", "lesion_a", "lesion_b", "lesion_ITA", "skin_L", "skin_a", "skin_b", "skin_ITA")
DIFFERENCE: Final = ("difference_L", "difference_a", "difference_b", "difference_E76", "delta_E00", "difference_ITA")
NORMALISED: Final = (
    "log_ratio_R", "log_ratio_G", "log_ratio_B", "melanin_difference", "melanin_ratio", "blood_difference",
    "blood_ratio",
)  # fmt: skip
SHAPE: Final = ("axis_ratio", "border_relative_width")
_TAKEN: Final = ("delta_E00", "melanin_difference", "melanin_ratio", "blood_difference", "blood_ratio",
                 "border_relative_width")  # fmt: skip
UNCHANGED: Final = ("repigmentation", "closeness", "area_change", "changed_area_darker", "changed_area_lighter")
"""Measures of a series that are near 0 where nothing changed."""


@dataclass(frozen=True)
class Repeat:
    """One lesion, photographed twice.

    first, second: measures of each by itself. confidence: of the two outlines. unchanged: of the second laid over the
    first, percent, empty where it could not be; area_ratio among them is the second outline's area over the first's,
    at the scale of the registration. refused: why it could not be.
    """

    subject: str
    first: Values
    second: Values
    confidence: tuple[float, float]
    unchanged: dict[str, tuple[float, float]] = field(default_factory=dict)
    refused: str = ""

    @property
    def registered(self) -> bool:
        """Whether the second photograph was laid over the first."""
        return not self.refused


@dataclass(frozen=True)
class Retest:
    """Agreement of a measure over ``n`` lesions. within: standard deviation of one photograph. z: see above, nan where
    no error is stated."""

    measure: str
    group: Group
    n: int
    icc: Interval
    limits: LimitsOfAgreement
    within: float
    z: float


def pairs_in(folder: Path) -> dict[str, tuple[Path, Path]]:
    """{lesion: its two photographs} of a folder. Names that differ after the last underscore only are of one lesion.

    Raises ConfigError when a lesion has not two photographs, or there are none.
    """
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in PICTURES and not path.name.startswith("."):
            found.setdefault(path.stem.rpartition("_")[0], []).append(path)
    for subject, paths in found.items():
        if len(paths) != 2 or not subject:
            raise ConfigError(f"{len(paths)} photographs of {subject or paths[0].stem}", where=folder.name,
                              expected="two, such as mole_1.jpg and mole_2.jpg")  # fmt: skip
    if not found:
        raise ConfigError("holds no photograph", where=folder.name, expected="pairs, such as mole_1.jpg, mole_2.jpg")
    return {subject: (paths[0], paths[1]) for subject, paths in found.items()}


def measure_repeats(
    pairs: Mapping[str, tuple[Path, Path]], settings: VisitSettings | None = None,
    phototypes: Mapping[str, str] | None = None, progress: Callable[[int, int, str], None] | None = None,
) -> list[Repeat]:  # fmt: skip
    """Measure both photographs of each lesion by itself, and the second laid over the first.

    phototypes: of lesions, where known. Raises the error of the photograph that cannot be measured.
    """
    made = []
    for number, (subject, (one, other)) in enumerate(pairs.items()):
        if progress is not None:
            progress(number, len(pairs), subject)
        own = replace(settings or VisitSettings(), phototype=(phototypes or {}).get(subject))
        try:
            first, again = read_photograph(one), read_photograph(other)
            before, after = measure_visit(first, own), measure_visit(again, own)
            _, comparison = measure_follow_up(before, again, own)
        except SkintwinError as error:
            where = f"{subject}: {error.where}" if error.where else subject
            raise type(error)(error.what, where=where, expected=error.expected, do=error.do) from error
        made.append(Repeat(
            subject, values_of(before), values_of(after), (before.outline.confidence, after.outline.confidence),
            _unchanged(before, after, comparison), comparison.refused,
        ))  # fmt: skip
    return made


def values_of(visit: Visit) -> Values:
    """What is compared of one visit."""
    told = {o.name: o for o in visit.measures.observations if o.value is not None}
    found: Values = {name: _value(told[name]) for name in (*RAW, *_TAKEN) if name in told}
    if "skin_L" in found:
        for letter in ("L", "a", "b", "ITA"):
            found[f"difference_{letter}"] = _minus(found[f"lesion_{letter}"], found[f"skin_{letter}"])
        found["difference_E76"] = (math.hypot(*(found[f"difference_{c}"][0] for c in "Lab")), math.nan)
    for channel in "RGB":
        percent = told.get(f"relative_{channel}")
        if percent is not None and percent.value is not None:
            ratio = 1 + percent.value / 100
            found[f"log_ratio_{channel}"] = math.log(ratio), (percent.error or math.nan) / 100 / ratio
    found["axis_ratio"] = axis_ratio(visit.outline.mask), math.nan
    return found


def axis_ratio(mask: np.ndarray) -> float:
    """Shorter over longer axis of the ellipse that has the second moments of a mask."""
    y, x = np.nonzero(mask)
    if y.size < 2:
        return 1.0
    variance = np.linalg.eigvalsh(np.cov(np.stack([x, y])) + np.eye(2) / 12)  # a pixel is a square
    return float(np.sqrt(variance[0] / variance[1]))


def retest(repeats: Sequence[Repeat], confidence: float = 0.95) -> list[Retest]:
    """Agreement of every measure that at least three lesions have in both photographs, and that differs at all: one
    that is the same everywhere has no ICC."""
    found = []
    for group, names in (("raw", RAW), ("difference", DIFFERENCE), ("normalised", NORMALISED), ("shape", SHAPE)):
        for name in names:
            one = _retest(repeats, name, group, confidence)  # type: ignore[arg-type]
            if one is not None:
                found.append(one)
    return found


def lines(found: Iterable[Retest]) -> list[str]:
    """A Markdown table."""
    made = ["| measure | group | n | ICC(A,1), 95 % | bias | limits of agreement | one photograph, SD | z |",
            "|---|---|---|---|---|---|---|---|"]  # fmt: skip
    for one in found:
        icc, limits = one.icc, one.limits
        cells = (
            f"`{one.measure}`", one.group, str(one.n), f"{icc.value:.2f} ({icc.low:.2f} to {icc.high:.2f})",
            f"{limits.bias.value:.3g}", f"{limits.lower.value:.3g} to {limits.upper.value:.3g}", f"{one.within:.3g}",
            "" if math.isnan(one.z) else f"{one.z:.1f}",
        )  # fmt: skip
        made.append(f"| {' | '.join(cells)} |")
    return made


def _retest(repeats: Sequence[Repeat], name: str, group: Group, confidence: float) -> Retest | None:
    both = [(r.first[name], r.second[name]) for r in repeats if name in r.first and name in r.second]
    if len(both) < FEWEST_SUBJECTS:
        return None
    table = np.array(both)  # (n, 2 photographs, value and error)
    values, errors = table[..., 0], table[..., 1]
    if np.ptp(values) == 0:
        return None
    moved = values[:, 0] - values[:, 1]
    z = float(np.sqrt(np.mean(moved**2 / np.maximum((errors**2).sum(axis=1), 1e-12))))
    return Retest(
        name, group, len(both), intraclass(values, confidence)["ICC(A,1)"],
        bland_altman(values[:, 0], values[:, 1], confidence=confidence), float(np.sqrt(np.mean(moved**2) / 2)), z,
    )  # fmt: skip


def _unchanged(before: Visit, after: Visit, comparison: Comparison) -> dict[str, tuple[float, float]]:
    if comparison.registration is None:
        return {}
    found = {o.name: _value(o) for o in comparison.observations if o.name in UNCHANGED and o.value is not None}
    scale = comparison.registration.local_scale()
    ratio = float(after.outline.mask.sum()) / scale**2 / float(before.outline.mask.sum())
    return found | {"area_ratio": (ratio, math.nan)}


def _value(seen: Observation) -> tuple[float, float]:
    assert seen.value is not None
    return seen.value, math.nan if seen.error is None else seen.error


def _minus(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return one[0] - other[0], math.hypot(one[1], other[1])
