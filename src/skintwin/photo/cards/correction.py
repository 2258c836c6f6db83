"""From the colours of the photograph to those of the card.

    corrected = A (e g (x)^p)      x: linear sRGB of the photograph

g: one gain a channel and p: one exponent (1 when the camera was linear), from the neutrals; A: (3, 3), each row sums to
1, so that a neutral stays neutral (Finlayson & Drew 1997, white-point preserving least squares). With ``root`` three
more columns hold the square roots of products of channels, which keep their meaning when the exposure changes
(Finlayson, Mackiewicz & Hurlbert 2015, doi:10.1109/TIP.2015.2405336). Residuals are CIEDE2000 between corrected and
published colour; ``leave_one_out`` is that of each patch from a fit that has not seen it: what a new colour may expect.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skintwin.optics.colour import delta_e_2000, linear_srgb_to_lab
from skintwin.photo.cards.reference import NEUTRALS, Reference

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Form = Literal["linear", "root"]

FORMS: Final[tuple[Form, ...]] = ("linear", "root")
"""Plainest first."""
_POWERS: Final = np.round(np.arange(0.4, 2.01, 0.05), 2)
_BETTER = 0.9  # of the plain residual, before a richer form is taken
LEAST_PATCHES: Final = 16
"""Of 24: fewer do not hold the matrix and leave patches to test it."""
LEAST_NEUTRALS: Final = 3


@dataclass(frozen=True, eq=False)
class Correction:
    """A fitted correction. form: "linear" or "root". gain: (3,). power: exponent. matrix: (3, 3) or (3, 6).

    residual, leave_one_out: (24,) CIEDE2000; nan where a patch was not used. used: (24,) bool.
    """

    form: Form
    gain: Array
    power: float
    matrix: Array
    residual: Array
    leave_one_out: Array
    used: Bools

    def __call__(self, linear_srgb: ArrayLike) -> Array:
        """(..., 3) linear sRGB of the photograph -> (..., 3) linear sRGB as lit by D65. Colours below 0 count as 0."""
        return terms(_developed(np.asarray(linear_srgb, np.float64), self.gain, self.power), self.form) @ self.matrix.T

    @property
    def median(self) -> float:
        """Median residual of the patches used."""
        return float(np.nanmedian(self.residual))

    @property
    def largest(self) -> float:
        """Largest residual of the patches used."""
        return float(np.nanmax(self.residual))

    @property
    def expected(self) -> float:
        """Median leave-one-out residual."""
        return float(np.nanmedian(self.leave_one_out))


def fit_correction(seen: Array, card: Reference, used: Bools, forms: tuple[Form, ...] = FORMS) -> Correction:
    """(24, 3) linear sRGB seen, which of them may be used (at least 16, and 3 neutrals) -> the fit.

    Every form with and without an exponent is fitted; a richer one is taken when its mean leave-one-out residual is
    a tenth smaller (the mean, because square roots fail on few colours and there badly).
    """
    best: Correction | None = None
    for form in forms:
        for bent in (False, True):
            one = _fit_and_test(seen, card, used, form, bent)
            if best is None or np.nanmean(one.leave_one_out) < _BETTER * np.nanmean(best.leave_one_out):
                best = one
    assert best is not None
    return best


def _fit_and_test(seen: Array, card: Reference, used: Bools, form: Form, bent: bool) -> Correction:
    gain, power, matrix = _fit(seen, card, used, form, bent)
    residual, left_out = np.full(len(used), np.nan), np.full(len(used), np.nan)
    residual[used] = _difference(seen[used], card.lab[used], gain, power, matrix, form)
    for k in np.nonzero(used)[0]:
        others = used.copy()
        others[k] = False
        left_out[k] = _difference(seen[[k]], card.lab[[k]], *_fit(seen, card, others, form, bent), form)[0]
    return Correction(form, gain, power, matrix, residual, left_out, used)


def _difference(seen: Array, lab: Array, gain: Array, power: float, matrix: Array, form: Form) -> Array:
    made = terms(_developed(seen, gain, power), form) @ matrix.T
    return delta_e_2000(linear_srgb_to_lab(made), lab)


def _fit(seen: Array, card: Reference, used: Bools, form: Form, bent: bool) -> tuple[Array, float, Array]:
    grey = np.array([k for k in NEUTRALS if used[k]])
    power = _power(seen[grey], card.linear_srgb[grey]) if bent else 1.0
    gain = _gain(seen[grey] ** power if power != 1 else seen[grey], card.linear_srgb[grey])
    developed = _developed(seen[used], gain, power)
    return gain, power, matrix_of(developed, card.linear_srgb[used], form)


def _power(seen: Array, grey: Array) -> float:
    """The exponent that makes the neutrals proportional to their reflectance, on a grid of 0.05."""
    def misfit(p: float) -> float:
        x = np.maximum(seen, 1e-6) ** p
        return float(np.abs(np.cbrt(x * _gain(x, grey)) - np.cbrt(grey)).sum())

    return float(min(_POWERS, key=misfit))


def _gain(seen: Array, grey: Array) -> Array:
    """(3,) gains, least squares of cube roots: lightness counts, and white no more than black."""
    a, b = np.cbrt(np.maximum(seen, 1e-9)), np.cbrt(grey)
    return np.asarray(((a * b).sum(axis=0) / (a * a).sum(axis=0)) ** 3)


def _developed(linear: Array, gain: Array, power: float) -> Array:
    x = np.maximum(linear, 0.0)
    return gain * (x if power == 1 else x**power)


def terms(x: Array, form: Form) -> Array:
    """(..., 3) -> (..., 3) or (..., 6); every term of a neutral equals that neutral."""
    if form == "linear":
        return x
    r, g, b = x[..., 0], x[..., 1], x[..., 2]
    return np.concatenate([x, np.stack([np.sqrt(r * g), np.sqrt(g * b), np.sqrt(r * b)], axis=-1)], axis=-1)


def matrix_of(x: Array, target: Array, form: Form) -> Array:
    """Rows that sum to 1, by least squares weighted as lightness is (the slope of a cube root)."""
    columns = terms(x, form)
    weight = 1 / np.cbrt(np.maximum(target.mean(axis=1), 0.01)) ** 2
    rows = []
    for k in range(3):
        rest = [j for j in range(columns.shape[1]) if j != k]
        design = (columns[:, rest] - columns[:, [k]]) * weight[:, None]
        part = np.linalg.lstsq(design, (target[:, k] - columns[:, k]) * weight, rcond=None)[0]
        row = np.zeros(columns.shape[1])
        row[rest] = part
        row[k] = 1 - part.sum()
        rows.append(row)
    return np.array(rows)
