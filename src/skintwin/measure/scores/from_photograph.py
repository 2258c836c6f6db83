"""Parts of a score from what was measured on a photograph, each with its error.

    area in hand units       a/h        relative error √(σ_a²/a² + σ_h²/h²); what all areas share is kept apart
    area grade of a MASI     grade of the share of the region, with the chance of each grade
    depigmentation           100 − repigmentation since baseline, within the baseline outline
    points of a PAHPI        class of the median diameter, of the number of spots
    darkness of a MASI       *proposed*: grade of the difference of L* to the skin around, in equal steps
"""

from __future__ import annotations

import math

from skintwin.errors import ConfigError
from skintwin.evidence import ledger
from skintwin.measure.observation import Observation
from skintwin.measure.scores.parts import Part, graded

MASI_AREA_LIMITS = (1e-9, 10.0, 30.0, 50.0, 70.0, 90.0)
"""Lower end of grades 1 to 6, percent of the region (kimbroughgreen1994); anything above 0 has grade 1."""
PAHPI_SIZE_LIMITS = (3.0, 6.0, 10.0)
PAHPI_NUMBER_LIMITS = (15.5, 30.5, 45.5, 60.5)
"""Classes of the index, see ``pahpi``; between two whole numbers of marks."""


def hand_units(area: Observation, hand: Observation, *, shared: float = 0.0) -> Part:
    """Area of a patch in hand units.

    area, hand: mm^2, with errors. shared: relative sd of what this patient's measured areas have in common besides the
    hand (twice that of the scale); it must not be in ``area.error`` as well.
    """
    a, h = _known(area), _known(hand)
    common = math.hypot(shared, (hand.error or 0.0) / h)
    by = "outline and hand, skintwin" if hand.error is not None else "outline and hand without its error, skintwin"
    return Part(a / h, "measured", None if area.error is None else area.error / h, shared=common, by=by)


def fingertip_units(area: Observation, hand: Observation, *, shared: float = 0.0) -> Part:
    """Area of a patch in fingertip units, of which a hand holds ``scores.ftu_per_hand`` (baegroup2021)."""
    entry = ledger().parameter("scores.ftu_per_hand")
    part = hand_units(area, hand, shared=shared)
    factor = entry.value
    spread = half_width(entry.low, entry.high) / factor
    error = None if part.error is None else part.error * factor
    return Part(part.value * factor, "measured", error, shared=math.hypot(part.shared, spread), by=part.by)


def masi_area(share: Observation) -> Part:
    """Grade of the share (percent) of a region that is covered."""
    value = _known(share)
    if share.error is None:
        return Part(graded(value, 0.0, MASI_AREA_LIMITS, "measured", "").value, "measured", by="outline, skintwin")
    return graded(value, share.error, MASI_AREA_LIMITS, "measured", "outline, skintwin")


def depigmentation(repigmentation: Observation) -> Part:
    """Pigment still gone (percent) of a patch whose baseline outline is its area."""
    left = 100.0 - _known(repigmentation)
    return Part(min(max(left, 0.0), 100.0), "measured", repigmentation.error, by="melanin maps, skintwin")


def masi_darkness(difference: Observation) -> Part:
    """A darkness grade that a rater would perhaps give; *proposed*, so it stands in for nobody unless asked to.

    difference: L* of the skin around minus L* of the melasma, same light. Grades are equal steps of
    ``scores.darkness_step``, which is assumed: no publication seen gives one. Compare with your raters first
    (``skintwin agreement``).
    """
    step = ledger().value("scores.darkness_step", "1")
    limits = [step * (k - 0.5) for k in (1, 2, 3, 4)]
    return graded(_known(difference), difference.error or 0.0, limits, "proposed", "difference of L*, skintwin")


def pahpi_size(diameter: Observation) -> Part:
    """Points of the median diameter (mm)."""
    return _points(diameter, PAHPI_SIZE_LIMITS, (2.0, 4.0, 6.0, 8.0), "spots, skintwin")


def pahpi_number(count: Observation) -> Part:
    """Points of the number of spots."""
    return _points(count, PAHPI_NUMBER_LIMITS, (1.0, 2.0, 3.0, 4.0, 5.0), "spots, skintwin")


def spot_part(count: Observation) -> Part:
    """A count that skintwin made."""
    return Part(_known(count), "measured", count.error, by="spots, skintwin")


def _points(value: Observation, limits: tuple[float, ...], points: tuple[float, ...], by: str) -> Part:
    grade = graded(_known(value), value.error or 0.0, limits, "measured", by)
    error = 0.0 if value.error == 0 else None
    chances = tuple((points[int(k)], p) for k, p in grade.chances)
    return Part(points[int(grade.value)], "measured", error, chances, by=by)


def half_width(low: float | None, high: float | None) -> float:
    """Standard deviation of a normal whose 5 % and 95 % points are given."""
    if low is None or high is None:
        return 0.0
    return (high - low) / (2 * 1.6448536269514722)  # standard normal at 95 %


def _known(observation: Observation) -> float:
    if observation.value is None:
        raise ConfigError("is not known", where=observation.name, expected="a measured value",
                          do=observation.note or None)
    return observation.value
