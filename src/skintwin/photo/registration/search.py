"""A first map where landmarks are few: all turns, many sizes, all places, on small pictures.

The follow-up is turned and sized, and slid over the baseline; the score is the correlation over the overlap, from
products in Fourier space. The best places are refined by gradient ascent of the correlation over affine maps (ECC).
No mirror image is tried. What comes out is a proposal; ``verify`` decides.
"""

from __future__ import annotations

import numpy as np

from skintwin.evidence import ledger
from skintwin.photo.photograph import Mask
from skintwin.photo.registration.plane import Array, plausible
from skintwin.photo.registration.views import Real, View, even, small, to_smaller

_SIDE = 80
_CANVAS = 192
_TURNS = 36
_SIZES = 11
_WINDOW = 0.5  # of the longer side: the lesion itself stays in the view
_LEAST_OVERLAP = 0.3  # of the baseline
_FINE_SIDE = 360
_KEPT = 4


def proposals(baseline: View, follow_up: View) -> list[Array]:
    """Homographies (3, 3) from baseline to follow-up pixels, best first."""
    one, one_ok = _small_even(baseline, _SIDE)
    other, other_ok = _small_even(follow_up, _SIDE)
    scored = _scores(one, one_ok, other, other_ok)
    scored.sort(key=lambda item: -item[0])
    distinct: list[Array] = []
    corners = np.array([[0.0, 0, 1], [one.shape[1], 0, 1], [0, one.shape[0], 1]])
    for _, m in scored:
        if all(np.abs((m - other_map) @ corners.T).max() > 0.15 * _SIDE for other_map in distinct):
            distinct.append(m)
        if len(distinct) == _KEPT:
            break
    out = []
    for m in distinct:
        h = _between(baseline.shape, one.shape, follow_up.shape, other.shape, m)
        better = _refined(baseline, follow_up, h)
        if better is not None and plausible(better, baseline.shape):
            out.append(better)
    return out


def _small_even(view: View, side: int) -> tuple[Real, Mask]:
    light, usable = small(view, side)
    return even(light, usable, _WINDOW * side), usable


def _scores(one: Real, one_ok: Mask, other: Real, other_ok: Mask) -> list[tuple[float, Array]]:
    """Best correlation over places for each turn and size, with the affine map (3, 3) that reaches it."""
    import cv2
    from scipy import fft

    shape = (_CANVAS, _CANVAS)
    weight = one_ok.astype(np.float32)
    spectra = [np.conj(fft.rfft2(p, shape)) for p in (one * weight, weight, one * one * weight)]
    centre = (np.array([other.shape[1], other.shape[0]]) - 1) / 2
    most = ledger().value("registration.largest_scale", "1")
    out: list[tuple[float, Array]] = []
    shown = other_ok.astype(np.float32)
    for size in np.geomspace(1 / most, most, _SIZES):
        for angle in np.arange(_TURNS) * 2 * np.pi / _TURNS:
            turn = size * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
            shift = centre - turn @ np.array([_CANVAS / 2, _CANVAS / 2])
            m = np.column_stack([turn, shift])
            how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
            ok = cv2.warpAffine(shown, m, shape, flags=how)
            seen = cv2.warpAffine(other, m, shape, flags=how) * ok
            f, g, q = (fft.rfft2(p) for p in (seen, ok, seen * seen))
            product = fft.irfft2(spectra[0] * f, shape)
            overlap = fft.irfft2(spectra[1] * g, shape)
            energy = np.maximum(fft.irfft2(spectra[2] * g, shape), 1e-3) * np.maximum(
                fft.irfft2(spectra[1] * q, shape), 1e-3)
            score = np.where(overlap > _LEAST_OVERLAP * weight.sum(), product / np.sqrt(energy), -1.0)
            y, x = np.unravel_index(int(np.argmax(score)), shape)
            at = np.array([x if x < _CANVAS - one.shape[1] // 2 else x - _CANVAS,
                           y if y < _CANVAS - one.shape[0] // 2 else y - _CANVAS], dtype=np.float64)
            out.append((float(score[y, x]), np.vstack([np.column_stack([turn, shift + turn @ at]), [0, 0, 1.0]])))
    return out


def _between(
    one: tuple[int, int], one_small: tuple[int, ...], other: tuple[int, int], other_small: tuple[int, ...], m: Array
) -> Array:
    """A map between small pictures as one between the photographs."""
    return np.asarray(np.linalg.inv(to_smaller(other, other_small)) @ m @ to_smaller(one, one_small))


def _refined(baseline: View, follow_up: View, h: Array) -> Array | None:
    """The map after gradient ascent of the correlation, None where it does not converge."""
    import cv2

    one, one_ok = _small_even(baseline, _FINE_SIDE)
    other, _ = _small_even(follow_up, _FINE_SIDE)
    start = to_smaller(follow_up.shape, other.shape) @ h @ np.linalg.inv(to_smaller(baseline.shape, one.shape))
    warp = np.asarray(start[:2], dtype=np.float32)
    try:
        _, found = cv2.findTransformECC(
            one, other, warp, cv2.MOTION_AFFINE, (3, 60, 1e-5), one_ok.astype(np.uint8) * np.uint8(255), 7
        )
    except cv2.error:
        return None
    return _between(baseline.shape, one.shape, follow_up.shape, other.shape, np.vstack([found, [0, 0, 1.0]]))
