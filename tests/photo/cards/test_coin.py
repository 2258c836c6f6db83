"""A coin drawn at a known tilt gives its axes back; what is no coin is refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from skintwin.errors import PhotographError
from skintwin.photo.cards.coin import coin_axes, coin_named, coins, scale_from_coin
from skintwin.photo.photograph import Photograph, SourceInfo

HEIGHT, WIDTH = 400, 480


def coin_picture(tilt: float, radius: float, seed: int, middle: tuple[float, float] = (250.0, 200.0)) -> Photograph:
    """A grey disc with relief and a ring, on skin; seen so that one axis is ``tilt`` of the other."""
    rng = np.random.default_rng(seed)
    grain = ndimage.gaussian_filter(rng.standard_normal((HEIGHT, WIDTH)), 2)[..., None]
    skin = np.array([0.45, 0.28, 0.2]) * np.exp(0.2 * grain)
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    turn = np.radians(30)
    u = (x - middle[0]) * np.cos(turn) + (y - middle[1]) * np.sin(turn)
    v = -(x - middle[0]) * np.sin(turn) + (y - middle[1]) * np.cos(turn)
    share = np.hypot(u / radius, v / (radius * tilt))
    inside = np.clip((1 - share) * radius / 1.5 + 0.5, 0, 1)[..., None]
    relief = ndimage.gaussian_filter(rng.standard_normal((HEIGHT, WIDTH)), 3)[..., None]
    metal = np.array([0.5, 0.47, 0.4]) * (1 + relief) * (1 + 0.25 * (np.abs(share - 0.88) < 0.03)[..., None])
    seen = ndimage.gaussian_filter(skin * (1 - inside) + metal * inside, (1, 1, 0))
    seen += 0.004 * rng.standard_normal(seen.shape)
    nothing = np.zeros((HEIGHT, WIDTH), bool)
    source = SourceInfo("PNG", WIDTH, HEIGHT, 8, "sRGB", "assumed", 1)
    return Photograph(seen.astype(np.float32), ~nothing, nothing, source, (), (), "0" * 64)


@pytest.mark.parametrize("tilt", [1.0, 0.9, 0.75])
@pytest.mark.parametrize("radius", [40.0, 90.0])
def test_the_rim_is_found_from_any_point_on_the_coin(tilt: float, radius: float) -> None:
    for seed, aside in enumerate([(0.0, 0.0), (0.3, -0.2)]):
        photograph = coin_picture(tilt, radius, seed)
        at = (250 + aside[0] * radius, 200 + aside[1] * radius * tilt)
        longer, shorter, _ = coin_axes(photograph, at)
        assert np.sqrt(longer * shorter) == pytest.approx(radius * np.sqrt(tilt), rel=0.01)
        assert shorter / longer == pytest.approx(tilt, abs=1 / radius + 0.01)  # a pixel


def test_the_scale_is_that_of_an_area_on_the_plane() -> None:
    scale = scale_from_coin(coin_picture(0.8, 80.0, 3), (250, 200), coin_named("euro-1").diameter_mm)
    assert scale.origin == "coin"
    assert scale.relative_sd is not None
    area = scale.area_mm2(np.pi * 80.0 * 80.0 * 0.8)
    assert area == pytest.approx(np.pi * (23.25 / 2) ** 2, rel=0.01)


def test_what_is_no_whole_coin_is_refused() -> None:
    plain = coin_picture(1.0, 0.1, 1)
    with pytest.raises(PhotographError, match="no rim"):
        coin_axes(plain, (250, 200))
    cut = coin_picture(1.0, 90.0, 2, middle=(30.0, 200.0))
    with pytest.raises(PhotographError, match="no rim"):
        coin_axes(cut, (40, 200))
    with pytest.raises(PhotographError, match="outside"):
        coin_axes(plain, (900, 200))
    with pytest.raises(PhotographError, match=r"steeply|no rim"):
        scale_from_coin(coin_picture(0.4, 120.0, 1), (250, 200), 23.25)


def test_every_coin_has_a_size_and_a_source() -> None:
    assert all(15 < coin.diameter_mm < 30 and coin.source for coin in coins().values())
    with pytest.raises(PhotographError, match="euro-1"):
        coin_named("doubloon")
