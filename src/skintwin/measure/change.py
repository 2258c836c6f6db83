"""Where pigment has changed between two visits, beyond what the pictures' own noise explains.

D(x) = m₂(x)/M₂ − m₁(x)/M₁, pigment relative to the skin around the lesion at each visit. The noise of D is what it does
on that skin, where nothing was treated: its robust standard deviation σ after the same smoothing. To it comes what two
pictures do to a contrast c = m₁/M₁ − 1 without any change: tone curves and the error of a card scale it by a share τ
(``measure.contrast_repeat_card``; without cards :mod:`skintwin.measure.tone_gain` tells).
z = (D − median on skin)/√(σ² + τ²c²) has a two-sided p; because
neighbours share noise, p is taken on a lattice of places as far apart as the noise reaches, and places are called
changed by Benjamini and Hochberg (1995, doi:10.1111/j.2517-6161.1995.tb02031.x) so that at most the ledger's
``measure.change_fdr`` of them are expected to be false. The largest p called there holds for every pixel.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.measure.observation import Observation
from skintwin.measure.variation import smoothed

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_MAD_TO_SD = 1.4826
_FEWEST = 50


@dataclass(frozen=True, eq=False)
class ChangeMap:
    """difference: (h, w) change of pigment relative to surrounding skin, nan where not seen. z: (h, w). darker,
    lighter: (h, w) bool, significant. noise: standard deviation of ``difference`` on skin."""

    difference: Array = field(repr=False)
    z: Array = field(repr=False)
    darker: Mask = field(repr=False)
    lighter: Mask = field(repr=False)
    noise: float


def change_map(
    baseline: Array, now: Array, lesion: Mask, skin: Mask, sigma: float, *, repeat: float
) -> ChangeMap | None:
    """Change between two registered maps (h, w). sigma: pixels of smoothing. repeat: τ, standard deviation of the
    share by which the pictures change a contrast. None where too little skin is seen twice."""
    seen = np.isfinite(baseline) & np.isfinite(now)
    around = skin & seen
    if around.sum() < _FEWEST:
        return None
    place = (lesion | skin) & seen
    difference = np.full(baseline.shape, np.nan)
    levels = [float(np.median(m[around])) for m in (baseline, now)]
    relative = now / levels[1] - baseline / levels[0]
    both = smoothed(relative, place, sigma) if sigma > 0 else np.where(place, relative, np.nan)
    difference[place] = both[place]
    on_skin = difference[around]
    middle = float(np.median(on_skin))
    noise = max(_MAD_TO_SD * float(np.median(np.abs(on_skin - middle))), 1e-6)
    contrast = np.where(np.isfinite(baseline), baseline / levels[0] - 1.0, 0.0)
    z = (difference - middle) / np.hypot(noise, repeat * contrast)
    limit = _limit(z, place, sigma)
    darker, lighter = place & (z >= limit), place & (z <= -limit)
    return ChangeMap(difference, z, darker, lighter, noise)


def change_observations(found: ChangeMap, lesion: Mask) -> list[Observation]:
    """Share of the lesion that became darker and lighter, percent of what was seen at both visits."""
    seen = lesion & np.isfinite(found.difference)
    if not seen.any():
        return []
    fdr = ledger().value("measure.change_fdr", "1")
    how = (
        "share of the lesion whose pigment relative to surrounding skin changed beyond the noise on that skin, "
        f"false discoveries at most {100 * fdr:.0f} %"
    )
    return [
        Observation(name, 100 * float((mask & seen).sum()) / float(seen.sum()), "percent", how)
        for name, mask in (("changed_area_darker", found.darker), ("changed_area_lighter", found.lighter))
    ]


def _limit(z: Array, place: Mask, sigma: float) -> float:
    """|z| from which a place counts as changed; infinity where none does."""
    from scipy.special import erfc

    apart = max(1, round(2 * sigma))
    tested = np.zeros_like(place)
    tested[apart // 2 :: apart, apart // 2 :: apart] = True
    values = np.abs(z[tested & place])
    values = values[np.isfinite(values)]
    if values.size == 0:
        return float("inf")
    p = np.sort(erfc(values / np.sqrt(2)))
    passed = np.nonzero(p <= ledger().value("measure.change_fdr", "1") * np.arange(1, p.size + 1) / p.size)[0]
    if passed.size == 0:
        return float("inf")
    return float(np.sort(values)[::-1][passed[-1]])
