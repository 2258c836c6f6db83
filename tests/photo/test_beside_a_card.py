"""A lesion next to a colour card: the card's board is told from a dark lesion, and the outline stays off the card."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from skintwin.measure.calibration import Rulers, calibrate
from skintwin.measure.verification.one import photographed, settings_for
from skintwin.measure.visit import measure_visit
from skintwin.phantoms import phantom_set
from skintwin.photo.find_outline import find_outline

# Of a tuning set: a dark lentigo and a faint one, each a few millimetres from the board of a card.
NUMBERS = (50, 208)


@pytest.fixture(scope="module", params=NUMBERS)
def beside(request):
    phantom = phantom_set(240, 503)[request.param]
    photograph, truth = photographed(phantom, 0)
    return photograph, truth, settings_for(phantom, truth)


def test_the_board_holds_the_card_and_not_the_lesion(beside):
    photograph, truth, settings = beside
    taken = calibrate(photograph, Rulers(card=settings.rulers.card)).taken
    inner = ndimage.binary_erosion(truth.card_mask, iterations=3)
    assert (taken & inner).sum() / inner.sum() > 0.995
    assert not (taken & truth.mask).any()


def test_the_outline_is_the_lesions(beside):
    photograph, truth, settings = beside
    found = measure_visit(photograph, settings).outline.mask
    assert (found & truth.mask).sum() / (found | truth.mask).sum() > 0.9
    assert not (found & truth.card_mask).any()


def test_what_is_not_seen_is_not_the_lesion():
    """Half of a lesion is masked off: the outline ends there instead of going on over what was bridged."""
    y, x = np.mgrid[:200, :300]
    lesion = np.hypot(y - 100, x - 150) < 40
    rng = np.random.default_rng(2)
    linear = np.where(lesion[..., None], [0.18, 0.09, 0.05], [0.45, 0.27, 0.2]) * np.exp(
        0.01 * rng.standard_normal((200, 300, 1))
    )
    valid = x > 140
    found = find_outline(linear.astype(np.float32), valid)
    assert not (found.mask & ~valid).any()
    assert (found.mask & lesion & valid).sum() > 0.85 * (lesion & valid).sum()


@pytest.mark.parametrize("hidden", ["strip", "specks", "hole"])
def test_what_is_thin_or_small_does_not_cut_a_lesion(hidden):
    y, x = np.mgrid[:200, :300]
    lesion = np.hypot(y - 100, x - 150) < 40
    rng = np.random.default_rng(3)
    linear = np.where(lesion[..., None], [0.18, 0.09, 0.05], [0.45, 0.27, 0.2]) * np.exp(
        0.01 * rng.standard_normal((200, 300, 1))
    )
    valid = np.ones((200, 300), bool)
    if hidden == "strip":
        valid[100:104] = False
    elif hidden == "specks":
        for cy, cx in rng.uniform(0, 1, (40, 2)) * [200, 300]:
            valid &= np.hypot(y - cy, x - cx) > 2
    else:
        valid &= np.hypot(y - 95, x - 150) > 6
    found = find_outline(linear.astype(np.float32), valid)
    assert (found.mask & lesion).sum() / (found.mask | lesion).sum() > 0.95
    assert found.core_mask.sum() < 0.01 * lesion.sum()
