"""Repigmentation percentage: the share of the lesion whose melanin contrast to its surroundings has closed.

With m(x) the melanin map, M the median of the surrounding skin at the same visit, and c0 = median over the lesion of
m/M - 1 at baseline, the closure of a pixel is

    closure(x) = 1 - (m(x)/M - 1) / c0          0 at baseline, 1 when the pixel equals the skin around it.

Pigment is taken relative to the skin of the visit, so that a tan or its fading, which moves both alike,
closes nothing, and a lesion without pigment stays at 0 whatever happens around it (so it is in pigment maps; two
photographs are compared by light, where a tan counts: :mod:`skintwin.measure.light_contrast`). A pixel is repigmented
when closure >= x (ledger: measure.repigmentation_closed). The percentage is over those lesion pixels that
were not already closed at baseline. c0 is one number for the lesion, so single-pixel noise at baseline does
not divide. For a dark lesion the same number is the share that has cleared. Reference skin that has itself
fallen ill is left out first (:func:`unaffected`), and :func:`lesion_area_percent` counts what the lesion has
gained outside its old outline.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skintwin.errors import PhotographError
from skintwin.evidence import ledger
from skintwin.measure.observation import Observation

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

ROUNDING = 1e-4
"""Contrast, as a share of the level of the skin, below which a map is even: a colour is inverted no more exactly."""


def has_contrast(baseline: NDArray[np.floating], lesion: Mask, skin: Mask) -> bool:
    """Whether a lesion has a contrast to lose: its median differs from the skin's by more than its standard error.

    Arguments as :func:`closure`. Skin that is drawn even has no standard error: there, rounding is none.
    """
    around = baseline[skin & np.isfinite(baseline)]
    level = _level(baseline, skin)
    contrast = _level(baseline, lesion) - level
    return bool(abs(contrast) > max(np.std(around) / np.sqrt(around.size), ROUNDING * abs(level)))


def closure(
    baseline: NDArray[np.floating], now: NDArray[np.floating], lesion: Mask, skin: Mask,
    skin_now: Mask | None = None,
) -> Array:
    """(h, w) closure of the contrast; nan where ``now`` is nan.

    baseline, now: (h, w) melanin, same unit, registered on each other. lesion: (h, w) bool at baseline.
    skin: (h, w) bool surrounding skin; skin_now: the same at the visit when it differs (tanning moves it).
    Raises PhotographError when lesion or skin is empty, or the lesion has no contrast to lose: |C0| below the
    skin's own standard error.
    """
    level, level_now = _level(baseline, skin), _level(now, skin if skin_now is None else skin_now)
    contrast = _level(baseline, lesion) - level
    if not has_contrast(baseline, lesion, skin):
        raise PhotographError(
            "the lesion does not differ from its surroundings at baseline", where="repigmentation",
            expected="a lesion lighter or darker than the skin around it", do="check the outline",
        )
    return np.asarray(1.0 - (np.asarray(now, dtype=np.float64) / level_now - 1.0) / (contrast / level))


def repigmented(
    baseline: NDArray[np.floating], now: NDArray[np.floating], lesion: Mask, skin: Mask,
    skin_now: Mask | None = None, closed: float | None = None,
) -> tuple[Mask, Mask]:
    """(newly repigmented, eligible) masks, each (h, w) bool. closed: overrides the ledger's level."""
    level = ledger().value("measure.repigmentation_closed", "1") if closed is None else closed
    eligible = lesion & np.isfinite(baseline) & np.isfinite(now)
    eligible &= np.nan_to_num(closure(baseline, baseline, lesion, skin)) < level
    return eligible & (np.nan_to_num(closure(baseline, now, lesion, skin, skin_now)) >= level), eligible


def repigmentation_percent(
    baseline: NDArray[np.floating], now: NDArray[np.floating], lesion: Mask, skin: Mask,
    skin_now: Mask | None = None, closed: float | None = None,
) -> Observation:
    """Repigmented share of the lesion, percent; arguments as :func:`closure`.

    error: half the change of the percentage when the level moves by measure.repigmentation_closed_step each
    way: it says how much the figure hangs on the definition. Registration error is not in it.
    """
    level = ledger().value("measure.repigmentation_closed", "1") if closed is None else closed
    step = ledger().value("measure.repigmentation_closed_step", "1")

    _, eligible = repigmented(baseline, now, lesion, skin, skin_now, level)
    if not eligible.any():
        raise PhotographError("no unpigmented pixel of the lesion can be compared", where="repigmentation",
                              expected="a lesion that is unpigmented at baseline", do="check the outline")
    # One eligible set for all three levels, so that the bounds differ in the visit only.
    closed_now = closure(baseline, now, lesion, skin, skin_now)[eligible]
    share, low, high = (100 * float((closed_now >= q).mean()) for q in (level, level + step, level - step))
    return Observation(
        "repigmentation", share, "percent",
        "share of lesion area whose melanin contrast to surrounding skin has closed by at least "
        f"{100 * level:.0f} %",
        (high - low) / 2,
    )


def unaffected(baseline: NDArray[np.floating], now: NDArray[np.floating], skin: Mask) -> Mask:
    """(h, w) bool: reference skin that has kept its pigment, for ``skin_now``.

    A pixel is kept when its pigment relative to baseline is at least measure.reference_kept of the median of the
    reference skin: a part of the ring that became darker or lighter does not change which other pixels are kept. A
    ring of which the disease has taken more than half has a median that says nothing; the least level asked for is
    then measure.reference_kept squared, and the result is empty where hardly any pigment is left.
    """
    share = np.asarray(now, np.float64) / np.maximum(np.asarray(baseline, np.float64), 1e-9)
    seen = skin & np.isfinite(share)
    if not seen.any():
        return seen
    usual = float(np.median(share[seen]))
    kept = ledger().value("measure.reference_kept", "1")
    return seen & (share >= kept * max(usual, kept))


def lesion_area_percent(
    baseline: NDArray[np.floating], now: NDArray[np.floating], lesion: Mask, skin: Mask, elsewhere: Mask,
    skin_now: Mask | None = None,
) -> float:
    """Area of the lesion relative to baseline, percent: what is left of it and what it has gained.

    elsewhere: (h, w) bool, pixels outside the lesion that may be lost to it (without a core or another spot). A
    pixel there is lost when it was unlike the lesion at baseline (closure at least the level) and is like it now.
    Can exceed 100.
    """
    level = ledger().value("measure.repigmentation_closed", "1")
    new, eligible = repigmented(baseline, now, lesion, skin, skin_now)
    before = np.nan_to_num(closure(baseline, baseline, lesion, skin))
    after = np.nan_to_num(closure(baseline, now, lesion, skin, skin_now), nan=1.0)
    lost = elsewhere & (before >= level) & (after < level)
    return 100.0 * float(eligible.sum() - new.sum() + lost.sum()) / max(int(eligible.sum()), 1)


def _level(values: NDArray[np.floating], region: Mask) -> float:
    picked = np.asarray(values)[region & np.isfinite(values)]
    if picked.size == 0:
        raise PhotographError("there is no pixel to compare with", where="repigmentation",
                              expected="a lesion and skin around it")
    return float(np.median(picked))
