"""Each check of the quality gate against pictures whose fault is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from skintwin.photo.photograph import Photograph, SourceInfo
from skintwin.photo.quality import Check, QualityView, check_quality
from skintwin.photo.quality.light import check_clipping, check_exposure, check_glare, check_shading
from skintwin.photo.quality.sharpness import blur_sd
from tests.photo.pictures import disc, lesion_picture

Array = NDArray[np.float64]
SKIN, LESION = (55.0, 11.0, 17.8), (66.0, 8.0, 12.0)
SIDE, RADIUS = 240, 50


Mask = NDArray[np.bool_]


def view(linear: Array, *, clipped: Mask | None = None, hair: Mask | None = None) -> QualityView:
    lesion = disc(SIDE, SIDE, (120, 120), RADIUS)
    around = disc(SIDE, SIDE, (120, 120), 95) & ~disc(SIDE, SIDE, (120, 120), 58)
    nothing = np.zeros((SIDE, SIDE), bool)
    source = SourceInfo("PNG", SIDE, SIDE, 8, "sRGB", "assumed", 1)
    photograph = Photograph(
        linear.astype(np.float32), ~nothing, nothing if clipped is None else clipped, source, (), (), "0" * 64
    )
    return QualityView(photograph, lesion, around, around, nothing if hair is None else hair)


def plain() -> Array:
    lesion = disc(SIDE, SIDE, (120, 120), RADIUS)
    return np.asarray(lesion_picture(lesion, SKIN, LESION, noise=0.3, seed=1), dtype=float)


def by_name(checks: tuple[Check, ...]) -> dict[str, Check]:
    return {check.name: check for check in checks}


def edges(seed: int) -> Array:
    """Discs on discs, of the lightness of skin: a scene of sharp edges."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[: 2 * SIDE, : 2 * SIDE]
    scene = np.full((2 * SIDE, 2 * SIDE), 0.3)
    for _ in range(120):
        cy, cx, radius = *rng.uniform(0, 2 * SIDE, 2), rng.uniform(12, 60)
        scene[(y - cy) ** 2 + (x - cx) ** 2 < radius**2] = 0.3 * np.exp(0.15 * rng.standard_normal())
    return scene


@pytest.mark.parametrize("sigma", [1.0, 2.0, 4.0])
def test_blur_is_measured_in_pixels_whatever_the_noise(sigma: float) -> None:
    found = []
    for seed in range(4):
        scene = ndimage.gaussian_filter(edges(seed), sigma)[100 : 100 + SIDE, 100 : 100 + SIDE]
        noise = 0.001 * np.random.default_rng(seed + 50).standard_normal((SIDE, SIDE))
        found.append(blur_sd(view(np.repeat((scene + noise)[..., None], 3, axis=2))))
    assert np.mean(found) == pytest.approx(sigma, rel=0.2)


def test_a_good_photograph_passes_every_check() -> None:
    assert [c.name for c in check_quality(view(plain())) if not c.passed] == []


def test_each_fault_fails_its_own_check_alone() -> None:
    picture = plain()
    dark = by_name(check_quality(view(0.004 * picture)))
    assert not dark["exposure"].passed
    assert all(check.passed for name, check in dark.items() if name != "exposure")
    over = disc(SIDE, SIDE, (120, 120), 20)
    assert by_name(check_quality(view(picture, clipped=over)))["clipped"].value == pytest.approx(
        100 * over.sum() / view(picture).place.sum())  # fmt: skip
    hair = np.zeros((SIDE, SIDE), bool)
    hair[:, ::6] = True
    assert by_name(check_quality(view(picture, hair=hair)))["hair"].value == pytest.approx(100 / 6, rel=0.05)


def test_shading_is_the_ratio_of_the_light() -> None:
    y = np.linspace(-0.5, 0.5, SIDE)[:, None, None]
    slopes = [check_shading(view(plain() * np.exp(slope * y))).value for slope in (0.0, 0.6, 1.2)]
    assert slopes[0] < 1.05
    # Nine tenths of a ring of diameter 190 of 240 pixels see about 0.7 of the slope.
    assert np.log(slopes[2]) / np.log(slopes[1]) == pytest.approx(2.0, rel=0.1)
    assert not check_shading(view(plain() * np.exp(1.2 * y))).passed


def test_gloss_is_bright_and_pale_and_a_pale_lesion_is_not_gloss() -> None:
    assert check_glare(view(plain())).value < 0.2
    spots = np.zeros((SIDE, SIDE))
    spots[60:180:12, 60:180:12] = 1.0
    added = 0.4 * ndimage.gaussian_filter(spots, 1.5) / ndimage.gaussian_filter(spots, 1.5).max()
    found = check_glare(view(plain() + added[..., None]))
    # The reddest channel of skin and lesion is about 0.4; light that raises it by 0.35 of itself is gloss.
    truth = 100 * float((added > 0.35 * 0.38)[view(plain()).place].mean())
    assert found.value == pytest.approx(truth, rel=0.25)


def test_a_step_of_eight_bits_is_what_exposure_says() -> None:
    level = 40.0
    linear = ((level / 255 + 0.055) / 1.055) ** 2.4
    step = ((level + 1) / 255 + 0.055) ** 2.4 / (level / 255 + 0.055) ** 2.4 - 1
    assert check_exposure(view(np.full((SIDE, SIDE, 3), linear))).value == pytest.approx(step, rel=0.02)


def test_clipping_counts_only_where_measures_are_taken() -> None:
    corner = np.zeros((SIDE, SIDE), bool)
    corner[:10, :10] = True
    assert check_clipping(view(plain(), clipped=corner)).value == 0.0
