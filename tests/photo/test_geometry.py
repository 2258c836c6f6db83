"""Scale, crops and drawn outlines."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skintwin.errors import PhotographError
from skintwin.photo.crop import CropGeometry, crop_around
from skintwin.photo.outline import border_polygon
from skintwin.photo.polygon import parse_polygon, polygon_json, polygon_mask, read_outline
from skintwin.photo.scale import UNKNOWN_SCALE, scale_from_diameter, scale_from_mm_per_pixel
from tests.photo.pictures import disc, png_bytes


def test_scale_from_a_diameter_gives_the_area_of_the_disc():
    mask = disc(400, 400, (200, 200), 150)
    scale = scale_from_diameter(12.0, mask)
    assert scale.area_mm2(mask.sum()) == pytest.approx(np.pi * 36, rel=0.01)
    assert scale.origin == "lesion diameter"


def test_the_diameter_is_the_largest_one():
    mask = np.zeros((60, 60), bool)
    mask[10:14, 5:55] = True
    assert scale_from_diameter(50.0, mask).mm_per_pixel == pytest.approx(50 / np.hypot(50, 4))


def test_unknown_and_assumed_scales_say_so():
    assert UNKNOWN_SCALE.area_mm2(100) is None
    assert not UNKNOWN_SCALE.known
    assert scale_from_mm_per_pixel(0.05, assumed=True).assumed
    for wrong in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(PhotographError, match="positive"):
            scale_from_mm_per_pixel(wrong)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 70), st.integers(1, 70), st.floats(0, 20), st.floats(0, 15), st.integers(0, 99))
def test_a_crop_keeps_the_light(ny, nx, top, left, seed):
    picture = np.random.default_rng(seed).uniform(0, 1, (60, 50, 3))
    geometry = CropGeometry(top, left, 30.0, 25.0, ny, nx, (60, 50))
    weight_y = np.clip(np.minimum(np.arange(60) + 1, top + 30) - np.maximum(np.arange(60), top), 0, 1)
    weight_x = np.clip(np.minimum(np.arange(50) + 1, left + 25) - np.maximum(np.arange(50), left), 0, 1)
    mean = np.einsum("y,x,yxc->c", weight_y, weight_x, picture) / (30 * 25)
    np.testing.assert_allclose(geometry.crop(picture).mean(axis=(0, 1)), mean, rtol=1e-6)


def test_an_untouched_crop_and_its_way_back_are_exact():
    picture = np.random.default_rng(0).uniform(0, 1, (40, 50, 3))
    geometry = CropGeometry(5.0, 10.0, 20.0, 30.0, 20, 30, (40, 50))
    np.testing.assert_allclose(geometry.crop(picture), picture[5:25, 10:40], atol=1e-12)
    restored = geometry.paste(geometry.crop(picture), np.zeros_like(picture))
    np.testing.assert_allclose(restored[5:25, 10:40], picture[5:25, 10:40], atol=1e-12)
    assert not restored[:5].any()


def test_a_ramp_survives_resampling_both_ways():
    ramp = np.add.outer(np.arange(90.0), 2 * np.arange(120.0))
    geometry = CropGeometry(10.0, 20.0, 60.0, 80.0, 30, 20, (90, 120))
    restored = geometry.paste(geometry.crop(ramp), ramp)
    np.testing.assert_allclose(restored[12:68, 23:97], ramp[12:68, 23:97], atol=1e-9)


def test_the_crop_holds_the_lesion_with_its_margin_and_stays_inside():
    mask = disc(200, 300, (40, 250), 30)
    geometry = crop_around(mask, margin=0.25, ny=64, nx=64)
    assert geometry.height == geometry.width == pytest.approx(61 * 1.5)
    assert geometry.top == 0.0
    assert geometry.left + geometry.width <= 300
    share = geometry.crop_mask(mask).sum() * (geometry.height / 64) ** 2
    assert share == pytest.approx(mask.sum(), rel=0.03)
    assert geometry.scale(scale_from_mm_per_pixel(0.1)).mm_per_pixel == pytest.approx(0.1 * 91.5 / 64)
    wide = crop_around(np.ones((200, 300), bool), margin=0.5, ny=10, nx=10)
    assert (wide.height, wide.width) == (200.0, 200.0)
    with pytest.raises(PhotographError):
        crop_around(np.zeros((9, 9), bool), margin=0.1, ny=4, nx=4)


def test_polygon_and_mask_go_round():
    mask = disc(120, 140, (60, 75), 33)
    polygon = parse_polygon(polygon_json(border_polygon(mask)))
    again = polygon_mask(polygon, mask.shape)
    assert (again ^ mask).sum() <= 0.01 * mask.sum()


def test_mask_pictures(tmp_path):
    mask = disc(64, 80, (30, 40), 12)
    path = tmp_path / "mask.png"
    path.write_bytes(png_bytes(mask.astype(np.uint8) * 255))
    assert np.array_equal(read_outline(path, (64, 80)), mask)
    with pytest.raises(PhotographError, match="80 x 64"):
        read_outline(path, (64, 81))
    (tmp_path / "o.json").write_text("[[10, 10], [60, 10], [30, 50]]")
    assert read_outline(tmp_path / "o.json", (64, 80)).sum() == pytest.approx(1000, rel=0.06)
    with pytest.raises(PhotographError, match="cannot be read"):
        read_outline(tmp_path / "missing.json", (64, 80))


@pytest.mark.parametrize("text", [
    "", "{", "[]", "[[0,0],[1,1]]", "[[0,0],[1,1],[2,2]]", "[[0,0],[1,0],[\"a\",1]]", "[[0,0],[1,0],[NaN,1]]",
    "[[0,0],[1,0],[1e999,1]]", "[[true,0],[1,0],[1,1]]", "{\"polygon\": 3}", "[" * 5000,
    "[[0,0],[1,0],[0,0]]", "[[0,0,0],[1,0,0],[1,1,0]]",
])
def test_polygons_that_are_none(text):
    with pytest.raises(PhotographError):
        parse_polygon(text)


def test_polygon_beside_the_picture():
    with pytest.raises(PhotographError, match="no pixel"):
        polygon_mask(parse_polygon("[[500,500],[600,500],[600,600]]"), (64, 80))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=5)
    | st.dictionaries(st.sampled_from(["polygon", "x"]), inner, max_size=2),
    max_leaves=20,
)
number_pairs = st.lists(st.integers(-(10**12), 10**12) | st.floats(), min_size=2, max_size=2)


@settings(max_examples=150, deadline=None)
@given(json_values | st.lists(number_pairs, min_size=3))
def test_any_json_is_a_polygon_or_a_named_error(value):
    try:
        polygon = parse_polygon(json.dumps(value))
    except PhotographError:
        return
    assert polygon.shape[1] == 2
    assert len(polygon) >= 3
    assert np.isfinite(polygon).all()
