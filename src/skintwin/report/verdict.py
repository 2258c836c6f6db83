"""How much of a prediction rests on assumption: the report's first sentence.

For each arm the run folder holds T, the share of the variance of the main endpoint that involves parameters graded
assumed, with a 90 % interval. Above one half, the prediction is called mostly assumption.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from skintwin.report.run_folder import RunFolder

HALF = 0.5


@dataclass(frozen=True)
class ArmShare:
    """Share of the spread of one arm's main endpoint that involves assumed numbers; nan where it does not vary."""

    arm: str
    value: float
    low: float
    high: float

    @property
    def known(self) -> bool:
        """True if it could be computed."""
        return math.isfinite(self.value)

    @property
    def mostly(self) -> bool:
        """True if more than half of the spread involves assumed numbers."""
        return self.known and self.value > HALF


@dataclass(frozen=True)
class Verdict:
    """``kind``: every (all arms with a spread are above one half), some, maybe (none is, but an interval reaches
    above), less (no interval does), none (no share could be computed), single (one draw).
    ``worst``: the arm with the largest share. ``assumed``, ``sourced``: how many of the drawn numbers are which."""

    kind: str
    shares: tuple[ArmShare, ...]
    worst: ArmShare
    assumed: int
    sourced: int

    @property
    def above(self) -> int:
        """Number of arms that are mostly assumption."""
        return sum(share.mostly for share in self.shares)

    @property
    def others_reach_above(self) -> bool:
        """True if some arms are mostly assumption and the intervals of the others reach above one half."""
        rest = [share for share in self.shares if share.known and not share.mostly]
        return self.kind == "some" and all(share.high > HALF for share in rest)


def judge(run: RunFolder) -> Verdict:
    """Verdict about the evidence behind the main endpoint on the last day."""
    shares = tuple(arm_share(run, arm) for arm in run.arms)
    known = [share for share in shares if share.known]
    drawn = run.info["draws"]
    worst = max(known, key=lambda share: share.value) if known else shares[0]
    kind = "single" if drawn["n"] == 1 else _kind(known)
    return Verdict(kind, shares, worst, len(drawn["assumed"]), len(drawn["sourced"]))


def arm_share(run: RunFolder, arm: str, endpoint: str = "") -> ArmShare:
    """Share of an endpoint (the main one by default) of an arm on the last day, from summary.parquet."""
    row = run.at_end[arm, endpoint or run.main]
    return ArmShare(arm, row["assumed_share"], row["assumed_share_low"], row["assumed_share_high"])


def _kind(known: list[ArmShare]) -> str:
    if not known:
        return "none"
    if all(share.mostly for share in known):
        return "every"
    if any(share.mostly for share in known):
        return "some"
    # A point estimate below one half settles nothing while its interval reaches above.
    return "maybe" if any(share.high > HALF for share in known) else "less"
