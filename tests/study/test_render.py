"""Predicted pictures: nothing changed gives the picture back; dermal pigment and vessels show."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import binary_erosion

from skintwin.study.config import study_from
from skintwin.study.patch import Patch, make_patch
from skintwin.study.render import predicted_picture


def melasma() -> Patch:
    return make_patch(study_from({
        "title": "x", "duration": "1 weeks", "pixels": 96,
        "patient": {"age": "35 years", "phototype": "III", "site": "cheek"},
        "lesion": {"disorder": "melasma", "depth": "mixed", "synthetic": {"map": "malar"}},
        "arms": [{"name": "nothing"}],
    }))  # fmt: skip


def enlarged_mask(patch: Patch) -> np.ndarray:
    """Display pixels well outside the lesion."""
    rows = np.arange(patch.display.shape[0]) * patch.grid.ny // patch.display.shape[0]
    skin = binary_erosion(patch.skin, iterations=2)
    return np.asarray(skin[np.ix_(rows, rows)])


def maps_of(patch: Patch, **changed: np.ndarray) -> dict[str, np.ndarray]:
    one, none = np.ones(patch.grid.shape), np.zeros(patch.grid.shape)
    assert patch.dermal is not None
    start = {"melanin": patch.melanin, "inflammation": none, "vessels": one, "melanin_dermal": patch.dermal}
    return start | changed


def test_where_nothing_changes_the_picture_comes_back() -> None:
    patch = melasma()
    assert np.array_equal(predicted_picture(patch, maps_of(patch), 1.0), patch.display)


def test_a_dermal_disc_is_seen_on_day_0_and_never_becomes_brighter_than_the_skin_around() -> None:
    """Its epidermis is that of the skin around: all that is seen of it is in the dermis."""
    patch = make_patch(study_from({
        "title": "x", "duration": "1 weeks", "pixels": 32,
        "patient": {"age": "35 years", "phototype": "III", "site": "cheek"},
        "lesion": {"disorder": "pih_wound", "depth": "dermal", "severity": 0.8,
                   "synthetic": {"diameter": "8 mm", "patch": "16 mm", "melanin": 1.001}},
        "arms": [{"name": "nothing"}],
    }))  # fmt: skip
    assert patch.dermal is not None
    middle, corner = (patch.display[i, i] for i in (patch.display.shape[0] // 2, 5))
    assert np.all(middle < 0.95 * corner)
    cleared = predicted_picture(patch, maps_of(patch, melanin_dermal=0 * patch.dermal), 1.0)
    assert cleared.max() <= cleared[5, 5].max() * 1.002


def test_a_lesion_without_its_dermal_pigment_is_brighter_and_less_blood_is_paler() -> None:
    patch = melasma()
    assert patch.dermal is not None
    before = predicted_picture(patch, maps_of(patch), 1.0)
    cleared = predicted_picture(patch, maps_of(patch, melanin_dermal=0 * patch.dermal), 1.0)
    paler = predicted_picture(patch, maps_of(patch, vessels=np.full(patch.grid.shape, 0.7)), 1.0)
    gone = predicted_picture(patch, maps_of(patch, vessels=np.full(patch.grid.shape, 0.1)), 1.0)
    assert cleared.min() >= before.min()
    assert cleared.sum() > 1.002 * before.sum()
    assert (paler[..., 1] / before[..., 1]).max() > 1.02
    assert (paler[..., 1] / before[..., 1]).max() > (paler[..., 0] / before[..., 0]).max()
    # No vessel is lost that the skin around keeps: that skin does not change at all.
    around = enlarged_mask(patch)
    assert (gone / before)[around] == pytest.approx(1.0, abs=0.02)
