"""Skin beside the core of a lesion."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from skintwin.evidence import ledger
from skintwin.measure.beside_core import told_from_farther

Y, X = np.mgrid[:200, :200] - 99.5
AWAY = np.hypot(Y, X)
CORE, HALO = AWAY <= 30, (AWAY > 30) & (AWAY <= 80)


def test_a_blurred_core_makes_no_pigment_return() -> None:
    """Nothing has closed, but the blur of a naevus twice as dark as the skin shows in the halo."""
    left = np.where(CORE, -1.0, np.where(HALO, 1.0, 0.0))
    blurred = ndimage.gaussian_filter(left, 3.0)
    inner = HALO & (AWAY < 60)  # the blur of the outer border is another matter
    assert (blurred[inner] < 0.5).sum() > 150
    (told,) = told_from_farther((blurred,), HALO, CORE)
    assert (told[inner] > 0.5).all()


def test_what_closes_farther_away_counts_beside_the_core_too() -> None:
    """A half of the halo that has closed stays a half of it, by area, to the width of a pixel."""
    left = np.where(HALO & (X < 0), 1.0, 0.0)
    (told,) = told_from_farther((left,), HALO, CORE)
    assert abs((told[HALO] < 0.5).mean() - 0.5) < 0.02
    reach = ledger().value("measure.core_blur", "1") * 80
    far = reach < AWAY - 31.0
    assert (told[far] == left[far]).all()


def test_without_a_core_or_with_a_halo_no_wider_than_its_blur_nothing_changes() -> None:
    left = np.where(HALO, 0.3, 0.0)
    assert told_from_farther((left,), HALO, np.zeros_like(CORE))[0] is left
    thin = (AWAY > 30) & (AWAY <= 31.5)
    assert told_from_farther((left,), thin, CORE)[0] is left
