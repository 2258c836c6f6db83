"""Registration against known maps: error, its stated standard deviation, symmetry, and what must not move it."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest
from scipy import ndimage

from skintwin.photo.cards.homography import project
from skintwin.photo.crop import CropGeometry
from skintwin.photo.find_outline import find_outline
from skintwin.photo.registration import register
from tests.photo.registration.pairs import bend, example, pair, photograph, rendered, repigmented, view_matrix


@cache
def skin(name):
    if name == "rendered":
        return rendered(360)
    linear = example(name)
    return linear if name.startswith("temple") else cv2.resize(linear, (560, 560), interpolation=cv2.INTER_AREA)


@cache
def lesion(name):
    linear = skin(name)
    return find_outline(linear, np.ones(linear.shape[:2], bool)).mask


def inside(mask, count=150):
    rows, columns = np.nonzero(mask)
    step = max(1, rows.size // count)
    return np.stack([columns[::step], rows[::step]], axis=-1).astype(float)


NAMES = ("temple_lentigo.png", "halo_naevus.png", "rendered")
VIEWS = {
    "half a turn": ({"turn": 180}, 0.0, "similarity"),
    "nearer": ({"turn": 40, "scale": 1.4}, 0.0, "similarity"),
    "from afar, tilted": ({"turn": -70, "scale": 0.55, "tilt": 20, "tilt_way": 30}, 0.0, "homography"),
    "tilted and bent": ({"turn": 110, "scale": 0.8, "tilt": 25, "tilt_way": 200}, 0.012, "deformed"),
}


@pytest.mark.parametrize(("view", "name"), [
    ("half a turn", NAMES[0]), ("nearer", NAMES[1]), ("from afar, tilted", NAMES[2]), ("tilted and bent", NAMES[0]),
])
def test_known_maps(name, view):
    how, bent, kind = VIEWS[view]
    linear, mask = skin(name), lesion(name)
    shape = linear.shape[:2]
    size = 2 * np.sqrt(mask.sum() / np.pi)
    h = view_matrix(shape, shape, **how)
    made = pair(linear, h=h, bent=bent * size, seed=3, gains=(0.9, 0.7, 0.6), shading=0.2)
    found = register(made.baseline, made.follow_up, lesion=mask)
    error = made.error(found, inside(mask))
    assert found.kind == kind
    assert np.sqrt((error**2).mean()) < (0.15 if bent else 0.05)
    assert np.sqrt((error**2).mean()) < 2 * found.sd_px
    assert found.local_scale() == pytest.approx(made.scale(inside(mask).mean(axis=0)), rel=0.01)
    assert found.matches > 100
    assert found.correlation > 0.4


@pytest.mark.slow
def test_the_stated_error_covers_the_truth():
    """Standardised errors over lesions that were bent, changed, blurred and lit otherwise."""
    rng = np.random.default_rng(11)
    shares, ratios = [], []
    for k in range(3):
        name = NAMES[k % 3]
        linear, mask = skin(name), lesion(name)
        shape, radius = linear.shape[:2], np.sqrt(lesion(name).sum() / np.pi)
        grain = cv2.GaussianBlur(rng.normal(0, 1, shape).astype(np.float32), (0, 0), radius / 5)
        after = repigmented(linear, mask, grain > np.quantile(grain, 0.6)) if k % 2 else linear
        h = view_matrix(shape, shape, turn=rng.uniform(0, 360), scale=rng.uniform(0.65, 1.2), tilt=rng.uniform(0, 25),
                        tilt_way=rng.uniform(0, 360))
        made = pair(linear, after=after, h=h, bent=rng.uniform(0.003, 0.014) * 2 * radius, seed=k,
                    gains=rng.uniform(0.6, 1.0, 3), shading=0.2, noise=0.006, blur=rng.choice([0.0, 1.2]))
        now = find_outline(made.follow_up.linear_srgb, made.follow_up.valid).mask
        found = register(made.baseline, made.follow_up, lesion=mask, lesion_now=now)
        error = made.error(found, inside(mask))
        shares.append((np.abs(error) < 1.96 * found.sd_px).mean())
        ratios.append(np.sqrt((error**2).mean()) / found.sd_px)
    assert np.mean(shares) > 0.9  # 0.95 if errors were normal and alike over the lesion
    assert 0.4 < np.sqrt(np.mean(np.square(ratios))) < 1.3
    assert max(ratios) < 2.5


def test_equal_pictures_are_the_identity():
    picture = photograph(skin("temple_lentigo.png"))
    found = register(picture, photograph(skin("temple_lentigo.png")))
    points = np.array([[0.0, 0.0], [10.5, 300.2]])
    assert found.kind == "identity"
    assert found.sd_px == 0
    assert np.array_equal(found.to_follow_up(points), points)
    assert found.local_scale() == 1
    assert np.array_equal(found.resample(picture.linear_srgb, picture.shape), picture.linear_srgb)


def test_there_and_back():
    linear = skin("halo_naevus.png")
    shape = linear.shape[:2]
    h = view_matrix(shape, shape, turn=25, scale=0.9, tilt=15)
    made = pair(linear, h=h, bent=2.0, seed=5, gains=(0.8, 0.8, 0.7))
    there, back = register(made.baseline, made.follow_up), register(made.follow_up, made.baseline)
    points = made.inside(0.25)
    off = back.to_follow_up(there.to_follow_up(points)) - points
    allowed = np.hypot(there.sd_px, back.sd_px / 0.9)
    assert np.sqrt((off**2).mean()) < 2 * allowed


def test_a_lesion_that_shrinks_does_not_pull_the_map():
    """Pigment comes back from the left border only: the border moves by a fifth of the radius, the skin does not."""
    linear, mask = skin("rendered"), lesion("rendered")
    shape, radius = linear.shape[:2], np.sqrt(lesion("rendered").sum() / np.pi)
    deep = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5)
    left = np.arange(shape[1])[None, :] < inside(mask)[:, 0].mean()
    after = repigmented(linear, mask, (deep < 0.2 * radius) & left)
    made = pair(linear, after=after, h=view_matrix(shape, shape, turn=15), gains=(0.9, 0.9, 0.9), noise=0.006)
    now = find_outline(made.follow_up.linear_srgb, made.follow_up.valid).mask
    found = register(made.baseline, made.follow_up, lesion=mask, lesion_now=now)
    assert np.abs(made.error(found, inside(mask))).max() < 0.2
    assert np.abs(made.error(register(made.baseline, made.follow_up), inside(mask))).max() < 0.5


def test_hair_elsewhere_does_not_move_the_map():
    linear = skin("temple_lentigo.png")
    shape = linear.shape[:2]
    rng = np.random.default_rng(2)

    def with_hair():
        out = np.ascontiguousarray(linear.copy())
        for _ in range(40):
            a = rng.uniform(0, 600, 2)
            b = a + rng.uniform(60, 160) * np.array([np.cos(t := rng.uniform(0, 6.3)), np.sin(t)])
            cv2.line(out, a.astype(int).tolist(), b.astype(int).tolist(), (0.02, 0.015, 0.01), 2, cv2.LINE_AA)
        return out

    made = pair(with_hair(), after=with_hair(), h=view_matrix(shape, shape, turn=-30, scale=0.9), gains=(0.8, 0.8, 0.8))
    found = register(made.baseline, made.follow_up, lesion=lesion("temple_lentigo.png"))
    assert np.sqrt((made.error(found, inside(lesion("temple_lentigo.png"))) ** 2).mean()) < 0.1


def test_a_card_that_was_laid_elsewhere_is_told_from_the_skin():
    """Without masks the outlines of the lesion decide; with masks the card is not seen at all."""
    linear, mask = skin("halo_naevus.png"), lesion("halo_naevus.png")
    shape = linear.shape[:2]
    card = np.random.default_rng(0).uniform(0.02, 0.9, (6, 12, 3)).astype(np.float32)
    card = cv2.resize(card, (300, 120), interpolation=cv2.INTER_NEAREST)
    first, second = linear.copy(), linear.copy()
    first[10:130, 20:320] = card
    second[430:550, 240:540] = card
    made = pair(first, after=second, h=view_matrix(shape, shape, turn=10), gains=(0.9, 0.9, 0.9))
    found = register(made.baseline, made.follow_up, lesion=mask, lesion_now=mask)
    assert np.abs(made.error(found, inside(mask))).max() < 0.3
    ignore = np.zeros((2, *shape), bool)
    ignore[0, 5:135, 15:325] = True
    h = view_matrix(shape, shape, turn=10)
    box = np.zeros(shape, np.uint8)
    box[425:555, 235:545] = 1
    ignore[1] = cv2.warpPerspective(box, h, shape[::-1]) > 0
    found = register(made.baseline, made.follow_up, lesion=mask, ignore=ignore[0], ignore_now=ignore[1])
    assert np.abs(made.error(found, inside(mask))).max() < 0.3


def test_resampling_keeps_the_mean_light_of_a_finer_follow_up():
    """A grid of one pixel lines at twice the scale: its mean comes out, without beating."""
    linear = skin("temple_lentigo.png")
    shape, big = linear.shape[:2], (1200, 1200)
    made = pair(linear, out_shape=big, h=view_matrix(shape, big, turn=3, scale=2.0), noise=0.002)
    found = register(made.baseline, made.follow_up)
    assert found.local_scale() == pytest.approx(2.0, rel=0.002)
    stripes = np.zeros(big, np.float32)
    stripes[:, ::2] = 1.0
    seen = found.resample(stripes, shape)
    assert np.nanmean(seen) == pytest.approx(0.5, abs=0.01)
    assert np.nanstd(seen) < 0.15
    window = CropGeometry(150.0, 140.0, 300.0, 320.0, 60, 64, shape)
    crop = found.resample(made.follow_up.linear_srgb, shape, window)
    assert crop.shape == (60, 64, 3)
    assert np.abs(crop - window.crop(made.baseline.linear_srgb)).max() < 0.02


def test_outside_the_follow_up_is_nan():
    linear = skin("temple_lentigo.png")
    made = pair(linear, h=view_matrix((600, 600), (600, 600), scale=1.3), noise=0.003)
    seen = register(made.baseline, made.follow_up).resample(made.follow_up.valid, (600, 600))
    assert np.isnan(seen[0, 0])
    assert seen[300, 300] == 1
    assert np.isfinite(seen).mean() == pytest.approx(1 / 1.3**2, abs=0.01)


def test_bending_is_as_asked():
    """The test's own deformation has the root mean square that was asked for."""
    at = np.random.default_rng(0).uniform(0, 600, (4000, 2))
    assert np.sqrt((bend((600, 600), 3.0, 1)(at) ** 2).mean()) == pytest.approx(3.0, rel=0.3)


def _enlarged(picture, times):
    """Each pixel as times x times pixels."""
    linear, valid, clipped = (
        np.repeat(np.repeat(a, times, axis=0), times, axis=1)
        for a in (picture.linear_srgb, picture.valid, picture.clipped)
    )
    return replace(picture, linear_srgb=linear, valid=valid, clipped=clipped)


def _blur_seconds(picture):
    """Processor time of blurring one channel of a picture: what a machine, as busy as it is, makes of pixels."""
    start = time.process_time()
    ndimage.gaussian_filter(picture.linear_srgb[..., 1], 4.0)
    return time.process_time() - start


def test_twelve_megapixels_take_seconds():
    """As long as 4 to 7 blurs of one channel (1.5 s on an idle core and a half, 4 s of a slow one): a machine that is
    busy with other things is slow at both."""
    small = example("halo_naevus.png")
    size, rng = small.shape[:2], np.random.default_rng(0)
    turned = view_matrix(size, size, turn=20, tilt=10)
    other = cv2.warpPerspective(small, turned, size[::-1], borderMode=cv2.BORDER_REFLECT) * np.float32(0.8)
    first, second = (_enlarged(photograph(p + rng.normal(0, 0.003, p.shape)), 3) for p in (small, other))
    up = np.array([[3.0, 0, 1], [0, 3, 1], [0, 0, 1]])
    h = up @ turned @ np.linalg.inv(up)
    blur = _blur_seconds(first)
    start = time.process_time()
    found = register(first, second)
    seconds = time.process_time() - start
    assert seconds < 15 * max(blur, _blur_seconds(first))
    points = np.array([[1500.0, 1200.0], [2500.0, 1900.0]])
    assert np.abs(found.to_follow_up(points) - project(h, points)).max() < 0.5


@pytest.mark.parametrize("turn", [0, 30, -75, 140, 180])
def test_the_turn_is_told(turn):
    linear = skin("temple_lentigo.png")
    made = pair(linear, h=view_matrix(linear.shape[:2], linear.shape[:2], turn=turn, scale=1.1), seed=4)
    found = register(made.baseline, made.follow_up, lesion=lesion("temple_lentigo.png"))
    apart = (np.degrees(found.turn()) - turn + 180) % 360 - 180
    assert abs(apart) < 1.0


def test_a_wrong_outline_of_the_follow_up_does_not_refuse_it():
    """Where the lesion has gone, something else is taken for it: the skin decides."""
    linear, mask = skin("halo_naevus.png"), lesion("halo_naevus.png")
    made = pair(linear, h=view_matrix(linear.shape[:2], linear.shape[:2], turn=20), seed=6)
    elsewhere = np.zeros(made.follow_up.shape, bool)
    elsewhere[10:40, 10:40] = True
    found = register(made.baseline, made.follow_up, lesion=mask, lesion_now=elsewhere)
    plain = register(made.baseline, made.follow_up, lesion=mask)
    assert np.allclose(found.to_follow_up(inside(mask)), plain.to_follow_up(inside(mask)), atol=0.5)
