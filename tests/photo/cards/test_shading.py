"""Light at the lesion against light on the card, on pictures whose light is known."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from skintwin.photo.cards.homography import project
from skintwin.photo.cards.reference import reference
from skintwin.photo.cards.shading import light_ratio

SHAPE = (300, 400)
SKIN = np.array([0.42, 0.26, 0.18])
PLACES = reference("2014-11").places


def scene(slope, turn=(0.0, 0.0), mottle=0.0, covered=False):
    """Photograph, lesion and card under ln light = slope·p; turn: of the skin only, about the lesion."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]].astype(float)
    half, middle = 0.5 * np.hypot(*SHAPE), (np.array(SHAPE[::-1]) - 1) / 2
    p = (np.stack([x, y], axis=-1) - middle) / half
    lesion = (x - 110) ** 2 + (y - 150) ** 2 < 40**2
    at = p[lesion].mean(axis=0)
    h = np.array([[20.0, 0.0, 250.0], [0.0, 20.0, 120.0], [0.0, 0.0, 1.0]])
    patches = (project(h, PLACES) - middle) / half
    flat = p @ slope
    rng = np.random.default_rng(3)
    linear = np.exp(flat + (p - at) @ np.array(turn) + mottle * rng.standard_normal(SHAPE))[..., None] * SKIN
    linear[lesion] *= 1.6
    taken = (x > 235) & (x < 365) & (y > 105) & (y < 195)
    photograph = SimpleNamespace(
        shape=SHAPE, linear_srgb=linear.astype(np.float32), valid=~taken & (not covered), clipped=np.zeros(SHAPE, bool)
    )
    centred = PLACES - PLACES.mean(axis=0)
    design = np.column_stack([np.ones(24), centred])
    on_card = np.linalg.lstsq(design, patches @ slope, rcond=None)[0][1:]
    sensing = SimpleNamespace(developed=lambda v: v, slope=on_card, weight=np.ones(1), poor=np.ones(1))
    card = SimpleNamespace(
        skin=SimpleNamespace(sensing=sensing), edition="2014-11", placement=SimpleNamespace(h=h)
    )  # fmt: skip
    return photograph, lesion, card, float((p[lesion] @ slope).mean() - (patches @ slope).mean())


@pytest.mark.parametrize("slope", [(0.0, 0.0), (0.2, 0.0), (-0.1, 0.15)])
def test_a_slope_of_the_light_is_found(slope):
    photograph, lesion, card, true = scene(np.array(slope), mottle=0.02)
    found = light_ratio(photograph, lesion, card)
    assert abs(found.log - true) < 0.01
    assert 0.001 < found.sd < 0.02
    assert found.blocks > 80


def test_skin_that_turns_from_the_lamp_is_told_from_the_light_by_the_card():
    photograph, lesion, card, true = scene(np.array([0.1, 0.05]), turn=(0.08, 0.0))
    found = light_ratio(photograph, lesion, card)
    assert abs(found.log - true) < 2 * found.sd
    assert abs(found.log - true) < 0.015  # skin alone would say 0.05 more


def test_without_skin_the_card_alone_speaks_and_less_is_known():
    photograph, lesion, card, true = scene(np.array([0.2, 0.0]), covered=True)
    found = light_ratio(photograph, lesion, card)
    seen = light_ratio(*scene(np.array([0.2, 0.0]))[:3])
    assert found.blocks == 0
    assert found.sd > seen.sd
    assert abs(found.log - true) < 2 * found.sd


def test_cloth_beside_the_skin_does_not_count():
    photograph, lesion, card, _ = scene(np.array([0.1, 0.0]))
    before = light_ratio(photograph, lesion, card)
    photograph.linear_srgb[220:] = [0.1, 0.2, 0.5]
    after = light_ratio(photograph, lesion, card)
    assert after.blocks < before.blocks
    assert abs(after.log - before.log) < 0.005


def test_a_mirrored_scene_has_the_same_ratio():
    photograph, lesion, card, _ = scene(np.array([0.15, -0.1]), mottle=0.02)
    before = light_ratio(photograph, lesion, card)
    for name in ("linear_srgb", "valid", "clipped"):
        setattr(photograph, name, getattr(photograph, name)[:, ::-1])
    flip = np.array([[-1.0, 0.0, SHAPE[1] - 1.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    card.placement.h = flip @ card.placement.h
    after = light_ratio(photograph, lesion[:, ::-1], card)
    assert after.log == pytest.approx(before.log, abs=0.003)  # blocks start at the other edge
