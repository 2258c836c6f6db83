"""Hair mask: dark and light hairs are found, spots and borders are not, and bridged skin is skin again."""

from __future__ import annotations

import time
from dataclasses import replace

import cv2
import numpy as np
import pytest

from skintwin.photo.hair import hair_mask, remove_hair
from tests.photo.pictures import disc, lesion_picture
from tests.photo.registration.pairs import photograph

SKINS = {
    "dark hair, light skin": ((62, 10, 16), (0.02, 0.015, 0.01)),
    "light hair, dark skin": ((30, 13, 16), (0.4, 0.36, 0.3)),
}


def drawn(skin, colour, *, shape=(700, 800), width=3, count=14, seed=0):
    """Bare skin, the same with curved hairs, and where they are."""
    rng = np.random.default_rng(seed)
    bare = lesion_picture(np.zeros(shape, bool), skin, skin, noise=0.8, shading=0.1)
    haired, cover = bare.copy(), np.zeros(shape, np.uint8)
    for _ in range(count):
        angle, at = rng.uniform(0, 2 * np.pi), rng.uniform(0.1, 0.9, 2) * shape[::-1]
        line = [at]
        for _ in range(40):
            angle += rng.normal(0.01, 0.01)
            line.append(line[-1] + 5 * np.array([np.cos(angle), np.sin(angle)]))
        points = np.round(np.array(line)).astype(np.int32)[None]
        cv2.polylines(haired, points, False, colour, width, cv2.LINE_AA)
        cv2.polylines(cover, points, False, 1, width)
    return bare, haired, cover > 0


@pytest.mark.parametrize("name", list(SKINS))
@pytest.mark.parametrize("width", [2, 5])
def test_hairs_are_found_and_bridged(name, width):
    bare, haired, cover = drawn(*SKINS[name], width=width)
    clean, mask = remove_hair(photograph(haired))
    assert mask[cover].mean() > 0.9
    assert mask.mean() < 3 * cover.mean() + 0.02
    assert np.abs(clean.linear_srgb - bare)[mask].mean() < 0.02
    assert np.array_equal(clean.linear_srgb[~mask], photograph(haired).linear_srgb[~mask])


@pytest.mark.parametrize("radius", [2, 4, 7, 12, 40])
@pytest.mark.parametrize("lightness", [44, 74])
def test_round_spots_are_not_hair(radius, lightness):
    mask = np.zeros((500, 600), bool)
    for cy, cx in ((100, 120), (250, 400), (380, 200)):
        mask |= disc(500, 600, (cy, cx), radius)
    spots = lesion_picture(mask, (62, 10, 16), (lightness, 11, 18), noise=0.8)
    assert hair_mask(photograph(spots)).mean() < 1e-4


def test_twelve_megapixels_take_seconds():
    bare = lesion_picture(np.zeros((600, 800), bool), (60, 10, 16), (60, 10, 16), noise=1.0)
    large = cv2.resize(bare, (4000, 3000), interpolation=cv2.INTER_LINEAR)
    cv2.line(large, (300, 400), (2500, 2100), (0.02, 0.02, 0.02), 8, cv2.LINE_AA)
    everywhere = np.ones((3000, 4000), bool)
    picture = replace(photograph(bare), linear_srgb=large, valid=everywhere, clipped=~everywhere)
    start = time.process_time()
    mask = hair_mask(picture)
    assert time.process_time() - start < 6
    assert mask[1250, 1400]
    assert mask.mean() < 0.02
