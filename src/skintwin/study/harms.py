"""How likely the plan is to do harm, from published rates; and post-inflammatory pigment as the model makes it.

    P = 1 − ∏ (1 − r_k)^(s_k)       s_k: sessions given for a rate per session; 1 if anything was, for one per patient

s_k is what was given to a draw of the ensemble, rules included; r_k is drawn more often than the ensemble, since it
costs nothing. Lines that needle the same skin in one sitting are one session, and a rate that was counted over a course
holds for draws that were given one; for others the harm is not known. P is this patient's probability, and its interval
is what is not known of the rates: no event is drawn.
Sessions count as independent, although one who reacted once is likely to react again: over many sessions P is then too
high. A harm without a rate has no number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from skintwin.evidence import ledger
from skintwin.evidence.grades import weakest
from skintwin.study.config import Arm, Study
from skintwin.study.darkening import darker_area, reference_arm
from skintwin.study.design import Design, assumed_share, make_design
from skintwin.study.ensemble import ArmResult, Ensemble
from skintwin.study.patch import Patch
from skintwin.treatments.harms import OF_THE_NEEDLE, PIGMENT

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "arm", "harm", "basis", "treatments", "sessions", "q05", "q50", "q95", "unit", "grade", "sources", "parameters",
    "assumed_share",
)  # fmt: skip
"""``basis``: rate (published, over the plan), published (the same for a harm that the model predicts too), model
(share of the draws, or an area), no_reference (the model's, in a study without an untreated arm: not known), unknown.
``treatments``: titles. ``sessions``: median over draws. ``sources``, ``parameters``: keys with semicolons between
them. ``assumed_share``: of the spread, what involves assumed numbers."""

RATE_DRAWS = 2048
"""Draws of the rates; the sessions of the ensemble's draws are gone through again and again."""

MODELLED = ("inflammation.aftermath_onset", "inflammation.aftermath_time", "paracrine.aftermath_gain")
"""Numbers behind every prediction of post-inflammatory pigment, beside the gain of the phototype and the injury."""


def harm_keys(study: Study) -> tuple[str, ...]:
    """Ledger keys of the rates that the plans of a study use, without repetition."""
    keys = [key for arm in study.arms for lines in _possible(arm).values() for key in lines if key]
    return tuple(dict.fromkeys(keys))


def harm_table(ensemble: Ensemble, study: Study, patch: Patch, design: Design) -> pd.DataFrame:
    """Long table, one row for each arm, harm and basis. Rates are drawn in pairs, with the study's seed."""
    import pandas as pd

    rates = make_design(harm_keys(study), RATE_DRAWS, study.seed)
    rows = [row for arm in study.arms for row in _rows(ensemble, arm, study, patch, design, rates)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(
    ensemble: Ensemble, arm: Arm, study: Study, patch: Patch, design: Design, rates: Design
) -> Iterator[dict[str, Any]]:
    result = ensemble.arms[arm.name]
    for name, lines in _possible(arm).items():
        known = {key: given for key, given in lines.items() if key}
        counts = {key: _counted(arm, result, key, known) for key in known}
        short = {key: (count > 0) & (count < _least(arm)[key]) for key, count in counts.items()}
        told = ~np.any([*short.values(), np.zeros(len(result.sessions), bool)], axis=0)
        if known and told.any():
            values = probability({key: np.resize(count[told], rates.n) for key, count in counts.items()}, rates.draws)
            basis = "published" if name == PIGMENT else "rate"
            every = sorted({k for given in known.values() for k in given})
            row = _row(arm, name, basis, every, result)
            yield {**row, **_spread(values), **_origin(list(known)), "unit": "1",
                   "assumed_share": assumed_share(values, rates).value}  # fmt: skip
        if name == PIGMENT:
            yield from _modelled(ensemble, arm, study, patch, design)
        unknown = {*lines.get("", []), *(k for key, some in short.items() if some.any() for k in known[key])}
        if unknown:
            yield _row(arm, name, "unknown", sorted(unknown), result)


def _possible(arm: Arm) -> dict[str, dict[str, list[int]]]:
    """Harm → ledger key (empty: not known) → lines of the plan. A rate that needs more sessions than all lines plan is
    not known."""
    found: dict[str, dict[str, list[int]]] = {}
    for number, line in enumerate(arm.plan):
        for harm in line.treatment.can_do():
            found.setdefault(harm.name, {}).setdefault(harm.rate, []).append(number)
    for lines in found.values():
        for key in [key for key in lines if key]:
            if sum(len(arm.plan[k].treatment.begins()) for k in lines[key]) < _least(arm)[key]:
                lines[""] = sorted([*lines.get("", []), *lines.pop(key)])
    return found


def _least(arm: Arm) -> dict[str, int]:
    """Ledger key → sessions from which on the rate is known."""
    return {harm.rate: harm.least for line in arm.plan for harm in line.treatment.can_do()}


NEEDLED = {"needle grid": "needles", "microneedled area": "microneedling"}
"""What lines share that needle in one sitting → input that counts the sittings."""


def _sittings(arm: Arm, result: ArmResult, lines: Sequence[int]) -> np.ndarray:
    """Sessions given (n,) by some lines; what needles the same skin at the same time is one."""
    groups: dict[str, list[int]] = {}
    for k in lines:
        shared = arm.plan[k].treatment.shares()
        groups.setdefault(next((counter for what, counter in NEEDLED.items() if what in shared), ""), []).append(k)
    total = np.zeros(len(result.sessions))
    for counter, members in groups.items():
        given = result.sessions[:, members].sum(axis=1)
        if counter and len(members) > 1:
            given = np.minimum(given, np.round(result.totals[counter]))
        total = total + given
    return total


def _counted(arm: Arm, result: ArmResult, key: str, known: Mapping[str, list[int]]) -> np.ndarray:
    """Sessions (n,) to which a rate applies: that of the needle alone where no product with a rate of its own is given
    in the same sitting."""
    if key not in OF_THE_NEEDLE:
        return _sittings(arm, result, known[key])
    own = [k for other, lines in known.items() if other not in OF_THE_NEEDLE for k in lines]
    return np.asarray(_sittings(arm, result, sorted({*known[key], *own})) - _sittings(arm, result, own))


def probability(sessions: dict[str, np.ndarray], rates: dict[str, np.ndarray]) -> np.ndarray:
    """Probability (n,) of at least one event, from sessions given (n,) and rates (n,) by ledger key."""
    log_none = np.zeros(())
    for key, count in sessions.items():
        once = ledger().parameter(key).unit == "1/patient"
        log_none = log_none + (np.minimum(count, 1.0) if once else count) * np.log1p(-rates[key])
    return np.asarray(-np.expm1(log_none))


def _row(arm: Arm, name: str, basis: str, lines: Sequence[int], result: ArmResult) -> dict[str, Any]:
    titles = dict.fromkeys(arm.plan[k].treatment.title for k in lines)
    return {
        "arm": arm.name, "harm": name, "basis": basis, "treatments": "; ".join(titles),
        "sessions": float(np.median(_sittings(arm, result, lines))), "unit": "1", "grade": "", "sources": "",
        "parameters": "", "q05": np.nan, "q50": np.nan, "q95": np.nan, "assumed_share": np.nan,
    }  # fmt: skip


def _spread(values: np.ndarray) -> dict[str, float]:
    return {f"q{100 * q:02.0f}": float(np.quantile(values, q)) for q in (0.05, 0.5, 0.95)}


def _origin(keys: list[str]) -> dict[str, str]:
    book = ledger()
    return {
        "grade": weakest(book.effective_grade(key) for key in keys).value, "parameters": "; ".join(keys),
        "sources": "; ".join(source.key for source in book.sources_of(keys)),
    }  # fmt: skip


def _modelled(ensemble: Ensemble, arm: Arm, study: Study, patch: Patch, design: Design) -> Iterator[dict[str, Any]]:
    """Share of the draws with post-inflammatory pigment at some visit and at the last; the largest area."""
    lines = [k for k, line in enumerate(arm.plan) if any(h.name == PIGMENT for h in line.treatment.can_do())]
    if reference_arm(study) is None:
        yield _row(arm, PIGMENT, "no_reference", lines, ensemble.arms[arm.name])
        return
    area = darker_area(ensemble, arm, study, patch, design)
    spot, largest = ledger().value("study.visible_spot", "mm^2"), area.max(axis=1)
    gain = f"inflammation.pigment_gain_{study.patient.phototype.lower()}"
    origin = _origin([*MODELLED, gain])
    shown = largest if patch.area_known else 100.0 * largest / (patch.target.sum() * patch.grid.pixel_area)
    unit = "mm^2" if patch.area_known else "percent"
    for name, event in ((PIGMENT, largest >= spot), (f"{PIGMENT}_end", area[:, -1] >= spot)):
        share = assumed_share(event.astype(float), design).value
        row = _row(arm, name, "model", lines, ensemble.arms[arm.name])
        yield {**row, **origin, "q50": float(event.mean()), "assumed_share": share}
    row = _row(arm, f"{PIGMENT}_area", "model", lines, ensemble.arms[arm.name])
    yield {**row, **origin, **_spread(shown), "unit": unit, "assumed_share": assumed_share(shown, design).value}
