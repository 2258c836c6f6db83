"""Gains from a reference region of an uncalibrated photograph."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.errors import PhotographError
from skintwin.evidence import ledger
from skintwin.optics.photograph_gains import photograph_gains

SKIN = np.array([0.45, 0.26, 0.19])


def test_known_gains_are_undone_despite_a_lesion_and_outliers() -> None:
    rng = np.random.default_rng(1)
    truth = SKIN * np.exp(0.02 * rng.normal(size=(40, 40, 3)))
    truth[10:20, 10:20] *= 1.6
    cast = np.array([1.3, 0.9, 0.7])
    mask = np.ones((40, 40), dtype=bool)
    mask[10:20, 10:20] = False
    photo = truth * cast
    photo[0, :5] = 0.0  # black specks inside the region
    photo[1, 0] = np.nan
    found = photograph_gains(photo, mask, SKIN)
    np.testing.assert_allclose(found.gains * cast, 1, atol=3e-3)
    np.testing.assert_allclose(
        np.median(found.apply(photo)[mask & (photo[..., 0] > 0)], axis=0), SKIN, rtol=1e-3
    )
    assert found.pixels == mask.sum() - 6


def test_uncertainty_is_that_of_the_assumption_plus_the_median() -> None:
    rng = np.random.default_rng(2)
    assumed = ledger().value("optics.gain_uncertainty", "1")
    sharp = photograph_gains(np.broadcast_to(SKIN, (50, 3)), np.ones(50, bool), SKIN)
    np.testing.assert_allclose(sharp.sd, assumed)
    few = photograph_gains(SKIN * np.exp(0.3 * rng.normal(size=(20, 3))), np.ones(20, bool), SKIN)
    assert np.all(few.sd > 1.05 * assumed)


def test_scatter_of_the_median_is_stated_correctly() -> None:
    rng = np.random.default_rng(3)
    assumed = ledger().value("optics.gain_uncertainty", "1")
    runs = [
        photograph_gains(SKIN * np.exp(0.2 * rng.normal(size=(60, 3))), np.ones(60, bool), SKIN)
        for _ in range(400)
    ]
    stated = np.mean([np.sqrt(run.sd**2 - assumed**2) for run in runs])
    assert np.std(np.log([run.gains for run in runs])) == pytest.approx(stated, rel=0.1)


@pytest.mark.parametrize(
    ("pixels", "mask", "expected", "says"),
    [
        (np.ones((4, 4, 3)), np.ones((4, 5), bool), SKIN, "mask of shape"),
        (np.ones((4, 4, 3)), np.zeros((4, 4), bool), SKIN, "0 reference pixels"),
        (np.zeros((4, 4, 3)), np.ones((4, 4), bool), SKIN, "16 reference pixels"),
        (np.ones((4, 4, 3)), np.ones((4, 4), bool), np.array([0.4, 0.0, 0.1]), "expected colour"),
        (np.ones((4, 4)), np.ones(4, bool), SKIN, "mask of shape"),
    ],
)
def test_unusable_references_are_refused(
    pixels: np.ndarray, mask: np.ndarray, expected: np.ndarray, says: str
) -> None:
    with pytest.raises(PhotographError, match=says):
        photograph_gains(pixels, mask, expected)
