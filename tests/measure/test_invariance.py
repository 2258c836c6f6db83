"""Turning, mirroring and rescaling a photograph changes no measure beyond its stated error."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from skintwin.measure.calibration import Rulers
from skintwin.measure.visit import Visit, VisitSettings, measure_visit
from skintwin.phantoms import draw_phantom, take
from skintwin.photo.photograph import Photograph, SourceInfo

MM = 0.12
"""Of a pixel, as typed."""
WITHOUT_ERROR = {"lesion_area", "map_residual_E00", "core_share"}


def photograph(pixels: NDArray[np.uint8]) -> Photograph:
    encoded = pixels.astype(np.float64) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4).astype(np.float32)
    shape = pixels.shape[:2]
    source = SourceInfo("PNG", shape[1], shape[0], 8, "sRGB", "profile", 1)
    clipped = (pixels == 255).any(axis=2)
    return Photograph(linear, np.ones(shape, bool), clipped, source, (), (), "0" * 64)


def measured(pixels: NDArray[np.uint8], mm: float = MM) -> Visit:
    settings = VisitSettings(phototype="III", rulers=Rulers(card="none", mm_per_pixel=mm))
    return measure_visit(photograph(pixels), settings)


@pytest.fixture(scope="module", params=[3, 8])
def picture(request: pytest.FixtureRequest) -> NDArray[np.uint8]:
    """A phantom with gloss, hair or naevi as drawn, without a card."""
    phantom = draw_phantom(request.param, 77, card=None, phototype="III", disorder=("vitiligo", "solar_lentigo")[
        request.param % 2], follow_up=False, width=600, height=450, light="D65")  # fmt: skip
    return np.asarray(take(phantom)[0])


@pytest.fixture(scope="module")
def plain(picture: NDArray[np.uint8]) -> Visit:
    return measured(picture)


def beyond(one: Visit, other: Visit) -> list[str]:
    """Measures that differ by more than 2.6 of their joint error: 1 in 100 by chance, were the errors independent."""
    there = {o.name: o for o in other.measures.observations}
    found = []
    for o in one.measures.observations:
        twin = there[o.name]
        assert (o.value is None) == (twin.value is None), o.name
        if o.value is None or twin.value is None or o.error is None or twin.error is None:
            continue
        if abs(o.value - twin.value) > 2.6 * float(np.hypot(o.error, twin.error)) + 1e-9:
            found.append(f"{o.name}: {o.value:.4g} and {twin.value:.4g}, errors {o.error:.2g} {twin.error:.2g}")
    return found


@pytest.mark.parametrize("turns", [1, 2])
def test_a_turned_photograph_measures_the_same(picture: NDArray[np.uint8], plain: Visit, turns: int) -> None:
    assert beyond(plain, measured(np.ascontiguousarray(np.rot90(picture, turns)))) == []


def test_a_mirrored_photograph_measures_the_same(picture: NDArray[np.uint8], plain: Visit) -> None:
    assert beyond(plain, measured(np.ascontiguousarray(picture[:, ::-1]))) == []


@pytest.mark.parametrize("factor", [0.7, 1.6])
def test_a_rescaled_photograph_measures_the_same(picture: NDArray[np.uint8], plain: Visit, factor: float) -> None:
    size = (round(picture.shape[1] * factor), round(picture.shape[0] * factor))
    way = Image.Resampling.BOX if factor < 1 else Image.Resampling.BICUBIC
    other = np.asarray(Image.fromarray(picture).resize(size, way))
    assert beyond(plain, measured(other, MM / factor)) == []


def test_the_outline_turns_with_the_photograph(picture: NDArray[np.uint8], plain: Visit) -> None:
    turned = measured(np.ascontiguousarray(np.rot90(picture)))
    back = np.rot90(turned.outline.mask, -1)
    union = (back | plain.outline.mask).sum()
    assert (back & plain.outline.mask).sum() / union > 0.98


def test_a_brighter_exposure_changes_no_contrast(picture: NDArray[np.uint8], plain: Visit) -> None:
    seen = photograph(picture)
    dim = replace(seen, linear_srgb=seen.linear_srgb * np.float32(0.7))
    settings = VisitSettings(phototype="III", rulers=Rulers(card="none", mm_per_pixel=MM))
    other = {o.name: o for o in measure_visit(dim, settings).measures.observations}
    for o in plain.measures.observations:
        if o.name.startswith(("relative_", "melanin_", "blood_", "lesion_area")) and o.value is not None:
            assert other[o.name].value == pytest.approx(o.value, rel=0.05, abs=3 * (o.error or 0.0)), o.name
