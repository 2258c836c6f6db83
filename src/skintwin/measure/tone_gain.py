"""How much stronger a later photograph shows contrasts, told from what the skin around the lesion shows in both.

Without a card, each picture has a tone curve, a flare and a gloss of its own, and the same lesion has another contrast
in each. But skin is not even: naevi, vessels, mottling. With t such marks in ln(brightness), two registered pictures of
skin that has not changed are

    a = t + n₁,        b = κ t + n₂,        κ the gain,        n noise, relief, gloss.

In octaves i of size, with s the standard deviations and ρ the correlation over the skin,

    ln κᵢ = ln(s_b / s_a),        vᵢ = (1 − ρ²)/Nᵢ + (ln ρ)².

N is the number of patches that are independent. The second part is what cannot be known: noise in one picture alone
would pull the ratio by |ln ρ| up or down, which is taken as a standard deviation. Octaves are weighted by 1/v; the
error of their mean is a jackknife over sectors and the weighted second part. Where both pictures show the same marks,
that is a few per cent; where relief and gloss are all that is seen, ρ is low and the ratio has no weight.

Against it stands what is expected before looking: ln κ = −ε ln(brightness of the later skin / of the first)
(``measure.tone_exposure``) with standard deviation ``measure.contrast_repeat_free``. The two are combined as normal
densities. That the gain of the skin's marks is that of the lesion holds to ``measure.tone_transfer``.

Ratios of spread and not a regression, because noise in the first picture would flatten that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skintwin.evidence import ledger
from skintwin.photo.photograph import Mask

Array = NDArray[np.float64]

_BRIGHTNESS: Final = (0.25, 0.55, 0.2)  # of the channels
_DARKEST: Final = 1e-3  # linear light: below, a logarithm is of noise
_FINEST: Final = 4.0  # pixels: finer, blur and JPEG decide
_OCTAVES: Final = 4
_PATCHES: Final = 4.0  # fewest, of the size of the blur
_SECTORS: Final = 8
_MARKS: Final = 1.0  # of ln(brightness): what differs more from the skin is hardly of it
_SURELY: Final = 1e-2  # least ρ: below, there is nothing common


@dataclass(frozen=True)
class ToneGain:
    """log_gain: ln κ. sd: its standard deviation. from_marks: share of it that comes from the skin's marks, the rest
    from the exposure."""

    log_gain: float
    sd: float
    from_marks: float = 0.0

    def __str__(self) -> str:
        gain = float(np.exp(self.log_gain))
        return f"contrasts of the later picture divided by {gain:.2f} ± {gain * self.sd:.2f}"


def expected_gain(baseline: Array, now: Array, skin: Mask) -> ToneGain:
    """What the exposure lets expect. baseline, now: (h, w, 3) linear light, nan where not seen. skin: (h, w) bool."""
    value = ledger().value
    change = _log_brightness(now) - _log_brightness(baseline)
    seen = skin & np.isfinite(change)
    brighter = float(np.median(change[seen])) if seen.any() else 0.0
    return ToneGain(-value("measure.tone_exposure", "1") * brighter, value("measure.contrast_repeat_free", "1"))


def marks_gain(
    baseline: NDArray[np.floating], now: NDArray[np.floating], skin: Mask, moved: float = 0.0
) -> tuple[float, float] | None:
    """(ln κ, its standard deviation) from the skin's marks alone; None where too little skin is seen twice.

    baseline, now: (h, w, 3) linear light of skin on each other, nan where not seen. skin: (h, w) bool around the
    lesion. moved: standard deviation of the registration in pixels; marks must be four times as large.
    """
    first, second = _log_brightness(baseline), _log_brightness(now)
    marked = skin & np.isfinite(first) & np.isfinite(second)
    if not marked.any():
        return None
    first, second = (np.where(marked, logs - np.median(logs[marked]), 0.0) for logs in (first, second))
    marked &= (np.abs(first) < _MARKS) & (np.abs(second) < _MARKS)
    sums, counts = _octaves(first, second, marked, max(1.0, moved))
    if not sums:
        return None
    per_sector, patches = np.array(sums), np.array(counts)  # (octaves, 3, sectors), (octaves,)
    whole = per_sector.sum(axis=-1)
    gain, common = _ratios(whole)
    unknown = np.log(common) ** 2
    weight = 1.0 / ((1.0 - common**2) / patches + unknown)
    weight /= weight.sum()
    left_out = [whole - per_sector[..., k] for k in range(_SECTORS) if per_sector[0, 0, k] > 0]
    without = np.array([_ratios(each)[0] @ weight for each in left_out if np.all(each[:, :2] > 0)])
    if without.size < 2:
        return None
    jackknife = (without.size - 1) / without.size * float(((without - without.mean()) ** 2).sum())
    return float(gain @ weight), float(np.sqrt(jackknife + (np.sqrt(unknown) @ weight) ** 2))


def tone_gain(expected: ToneGain, marks: tuple[float, float] | None) -> ToneGain:
    """Both, as normal densities."""
    if marks is None:
        return expected
    prior = expected.sd**2
    seen = marks[1] ** 2 + ledger().value("measure.tone_transfer", "1") ** 2
    share = prior / (prior + seen)
    return ToneGain((1 - share) * expected.log_gain + share * marks[0], float(np.sqrt(share * seen)), float(share))


def _octaves(first: Array, second: Array, marked: Mask, coarser: float) -> tuple[list[Array], list[float]]:
    """Sums of a², b², ab over each sector, (3, sectors) for each octave; and independent patches in each. Pictures are
    halved from octave to octave."""
    import cv2

    share = marked.astype(np.float32)
    layers = np.stack([first * share, second * share], axis=-1).astype(np.float32)
    rows, columns = np.nonzero(marked)
    middle = np.array([rows.mean(), columns.mean()]) if rows.size else np.zeros(2)
    if coarser > 1.0:
        smaller = [max(1, round(side / coarser)) for side in marked.shape]
        middle *= [small / side for small, side in zip(smaller, marked.shape, strict=True)]
        layers, share = (cv2.resize(each, smaller[::-1], interpolation=cv2.INTER_AREA) for each in (layers, share))
    sums: list[Array] = []
    patches: list[float] = []
    for _ in range(_OCTAVES):
        here = share > 0.5
        count = float(here.sum()) / (4 * np.pi * _FINEST**2)
        if count < 4 * _PATCHES:  # of the coarser blur of the octave
            break
        fine, coarse = (_smoothed(layers, share, sigma) for sigma in (_FINEST, 2 * _FINEST))
        a, b = (fine - coarse)[here].astype(np.float64).T
        y, x = np.nonzero(here)
        turn = np.arctan2(y - middle[0], x - middle[1]) / (2 * np.pi) + 0.5
        sector = np.minimum((turn * _SECTORS).astype(int), _SECTORS - 1)
        sums.append(np.array([np.bincount(sector, v, _SECTORS) for v in (a * a, b * b, a * b)]))
        patches.append(count)
        half = (max(1, share.shape[1] // 2), max(1, share.shape[0] // 2))
        layers, share = (cv2.resize(each, half, interpolation=cv2.INTER_AREA) for each in (layers, share))
        middle /= 2
    return sums, patches


def _smoothed(layers: NDArray[np.float32], share: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """(h, w, 2) Gaussian mean of what is marked."""
    import cv2

    total, weight = (cv2.GaussianBlur(e, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT) for e in (layers, share))
    return np.asarray(total / np.maximum(weight, 1e-3)[..., None])


def _ratios(sums: Array) -> tuple[Array, Array]:
    """ln(s_b / s_a) and ρ of (octaves, 3) sums."""
    aa, bb, ab = np.maximum(sums[:, 0], 1e-12), np.maximum(sums[:, 1], 1e-12), sums[:, 2]
    return 0.5 * np.log(bb / aa), np.clip(ab / np.sqrt(aa * bb), _SURELY, 1.0 - 1e-6)


def _log_brightness(linear: NDArray[np.floating]) -> Array:
    return np.asarray(np.log(np.maximum(linear, _DARKEST)) @ np.array(_BRIGHTNESS))
