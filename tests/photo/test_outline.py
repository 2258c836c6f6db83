"""The outline finder against discs of known area, symmetry, and the photographs that ship."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skintwin.errors import PhotographError
from skintwin.optics.colour import delta_e_2000
from skintwin.photo.find_outline import find_outline
from skintwin.photo.intake import read_photograph
from skintwin.photo.outline import given_outline
from skintwin.photo.photograph import Photograph, SourceInfo
from skintwin.photo.polygon import share_outside
from skintwin.photo.region import find_outline_in, parse_box
from skintwin.photo.ring import perilesional_ring
from tests.photo.pictures import disc, lesion_picture

EXAMPLES = Path(__file__).parents[2] / "examples" / "photographs"
# skin and lesion in L*a*b*: light to dark skin, lighter and darker lesions, all at least 6 apart
PAIRS = {
    "type II, vitiligo": ((62, 10, 16), (70, 8, 12)),
    "type II, lentigo": ((62, 10, 16), (53, 11, 19)),
    "type IV, vitiligo": ((50, 11, 19), (66, 8, 12)),
    "type IV, melasma": ((50, 11, 19), (43, 11, 18)),
    "type VI, vitiligo": ((30, 13, 16), (60, 10, 13)),
    "type VI, macule": ((35, 13, 17), (27, 12, 13)),
}


def _iou(a, b):
    return (a & b).sum() / (a | b).sum()


@pytest.mark.parametrize("name", list(PAIRS))
@pytest.mark.parametrize("shading", [0.0, 0.25])
def test_disc_of_known_area(name, shading):
    skin, lesion = PAIRS[name]
    assert delta_e_2000(skin, lesion) >= 6
    truth = disc(300, 340, (160, 150), 62)
    linear = lesion_picture(truth, skin, lesion, shading=shading, noise=1.5)
    found = find_outline(linear, np.ones(truth.shape, bool))
    assert found.kind == ("hypopigmented" if lesion[0] > skin[0] else "hyperpigmented")
    assert _iou(found.mask, truth) >= 0.95
    assert abs(found.mask.sum() / truth.sum() - 1) <= 0.03
    assert found.confidence > 0.6
    assert not found.core_mask.any()


@pytest.mark.parametrize("radius", [14, 40, 110])
def test_size_does_not_bias_the_area(radius):
    truth = disc(400, 400, (205, 190), radius)
    linear = lesion_picture(truth, (58, 11, 17), (49, 12, 19), noise=1.0)
    found = find_outline(linear, np.ones(truth.shape, bool))
    assert abs(found.mask.sum() / truth.sum() - 1) <= 0.03


def test_working_size_does_not_bias_the_area():
    truth = disc(1000, 900, (480, 430), 170)
    linear = lesion_picture(truth, (58, 11, 17), (68, 8, 13), noise=1.0)
    found = find_outline(linear, np.ones(truth.shape, bool))
    assert _iou(found.mask, truth) >= 0.97


@pytest.mark.parametrize("turn", ["rot90", "rot180", "flip", "transpose"])
def test_turning_the_photograph_turns_the_outline(turn):
    operation = {"rot90": np.rot90, "rot180": lambda p: np.rot90(p, 2), "flip": lambda p: p[:, ::-1],
                 "transpose": lambda p: p.swapaxes(0, 1)}[turn]
    truth = disc(260, 300, (120, 165), 48) & ~disc(260, 300, (100, 200), 22)
    linear = lesion_picture(truth, (58, 11, 17), (48, 12, 19), shading=0.2, noise=1.5)
    valid = np.ones(truth.shape, bool)
    straight = find_outline(linear, valid).mask
    turned = find_outline(np.ascontiguousarray(operation(linear)), operation(valid)).mask
    assert _iou(operation(straight), turned) > 0.99


def test_halo_with_its_naevus_is_one_lesion_with_a_core():
    outer, inner = disc(300, 300, (150, 150), 70), disc(300, 300, (155, 145), 16)
    linear = lesion_picture(outer, (52, 12, 19), (66, 7, 8), noise=1.0)
    linear[inner] = lesion_picture(inner, (0, 0, 0), (40, 20, 18))[inner]
    found = find_outline(linear, np.ones(outer.shape, bool))
    assert found.kind == "hypopigmented"
    assert _iou(found.mask, outer) > 0.95
    assert _iou(found.core_mask, inner) > 0.85
    assert not (found.lesion_only & found.core_mask).any()


def test_hairs_across_the_border_do_not_move_it():
    truth = disc(300, 300, (150, 150), 60)
    linear = lesion_picture(truth, (62, 10, 16), (52, 11, 19), noise=1.0)
    for offset in range(20, 280, 45):
        for x in range(300):
            y = int(offset + 0.3 * x) % 300
            linear[y : y + 2, x] *= 0.25
    assert _iou(find_outline(linear, np.ones(truth.shape, bool)).mask, truth) > 0.93


def test_a_long_scar_is_found_beside_a_darker_naevus_and_a_blotch():
    scar = np.zeros((300, 400), bool)
    for t in np.linspace(0, 1, 80):
        scar |= disc(300, 400, (150 + 35 * np.sin(3 * t), 110 + 180 * t), 11)
    linear = lesion_picture(scar, (58, 11, 17), (52, 12, 19), noise=1.0)
    naevus = disc(300, 400, (85, 270), 18)
    linear[naevus] = lesion_picture(naevus, (58, 11, 17), (36, 12, 15))[naevus]
    y, x = np.mgrid[:300, :400]
    ragged = 0.6 + 0.4 * np.sin(x / 5) * np.cos(y / 4)
    linear *= np.exp(-0.09 * ragged * np.exp(-((y - 240) ** 2 + (x - 110) ** 2) / 70.0**2))[..., None]
    found = find_outline(linear, np.ones(scar.shape, bool))
    assert found.kind == "hyperpigmented"
    assert _iou(found.mask, scar) > 0.85


@pytest.mark.parametrize(("others", "kind"), [(0, "hyperpigmented"), (3, "hypopigmented")])
def test_a_dark_spot_among_others_like_it_is_a_naevus(others, kind):
    """Beside a pale patch with a soft border, one dark spot is what was photographed; of several, none is."""
    from scipy.ndimage import gaussian_filter

    skin, patch, naevus = (50, 11, 19), (60, 9, 15), (38, 12, 16)
    shape = (300, 400)
    nothing = np.zeros(shape, bool)
    dark, pale, black = (np.log(lesion_picture(nothing, each, each)) for each in (skin, patch, naevus))
    soft = gaussian_filter(disc(*shape, (200, 190), 36).astype(float), 8)[..., None]
    spots = disc(*shape, (120, 200), 12)
    for place in [(60, 90), (70, 330), (240, 330)][:others]:
        spots |= disc(*shape, place, 12)
    linear = np.exp(dark + soft * (pale - dark) + gaussian_filter(spots.astype(float), 1.0)[..., None] * (black - dark))
    found = find_outline(linear.astype(np.float32), np.ones(shape, bool))
    assert found.kind == kind


def _pale(share):
    """(h, w, 3) light of dark skin whose contrast in ln(light) to a white patch is reached by ``share``; its d."""
    nothing = np.zeros(share.shape, bool)
    dark, white = (np.log(lesion_picture(m, (38, 13, 17), (72, 9, 13))[0, 0]) for m in (nothing, ~nothing))
    return np.exp(dark + share[..., None] * (white - dark)), float(white[1] - dark[1])


def test_a_sharp_border_lies_at_half_of_the_light_and_a_fading_one_at_half_of_the_pigment():
    """Blur in light draws a border at half of the contrast in ln(light) outwards; a fading pigment draws it inwards."""
    from scipy.ndimage import gaussian_filter

    y, x = np.mgrid[:300, :300]
    away = np.hypot(y - 150, x - 150)
    seen, contrast = _pale((away < 30) * 1.0)
    sharp = find_outline(gaussian_filter(seen, (0.8, 0.8, 0)), np.ones(away.shape, bool)).mask
    pigment_lost = 0.5 * (1 - np.tanh(2 * (away - 80) / 24))
    half = 0.5 - 0.085 * contrast  # share of the contrast at half of the pigment, by this project's optics
    seen, _ = _pale(pigment_lost ** -np.log2(half))
    fading = find_outline(seen, np.ones(away.shape, bool)).mask
    areas = sharp.sum() / (np.pi * 30**2), fading.sum() / (np.pi * 80**2)
    print("areas over the true ones: sharp, fading", areas, "contrast", contrast)
    assert areas == pytest.approx((1.0, 1.0), abs=0.04)


def test_plain_skin_has_no_lesion():
    nothing = np.zeros((200, 200), bool)
    with pytest.raises(PhotographError, match=r"stands out|differs from the skin"):
        find_outline(lesion_picture(nothing, (60, 10, 16), (60, 10, 16), noise=1.0), ~nothing)


def test_transparent_parts_are_not_lesion():
    truth = disc(240, 240, (120, 120), 45)
    linear = lesion_picture(truth, (62, 10, 16), (52, 11, 19), noise=1.0)
    valid = np.ones(truth.shape, bool)
    valid[:, :40] = False
    linear[~valid] = 0
    assert _iou(find_outline(linear, valid).mask, truth) > 0.95


@pytest.mark.parametrize(("name", "kind", "centre"), [
    ("halo_naevus.png", "hypopigmented", (630, 600)), ("temple_lentigo.png", "hyperpigmented", (270, 305)),
])
def test_shipped_photographs(name, kind, centre):
    photograph = read_photograph(EXAMPLES / name)
    found = find_outline(photograph.linear_srgb, photograph.valid)
    assert found.kind == kind
    assert found.mask[centre]
    assert 0.08 < found.mask.mean() < 0.3
    assert found.confidence > 0.6
    assert bool(found.core_mask[645, 610]) is True if name.startswith("halo") else not found.core_mask.any()
    ring = perilesional_ring(photograph, found)
    assert not (ring & found.mask).any()
    assert ring.sum() > 0.2 * found.mask.sum()


def test_a_box_on_the_neck_finds_the_patch():
    photograph = read_photograph(EXAMPLES / "vitiligo_neck.png")
    found = find_outline_in(photograph, (190, 400, 300, 260))
    assert found.kind == "hypopigmented"
    assert found.mask[500, 340]
    assert not found.mask[620, 260]
    assert not found.mask[:400].any()
    assert found.core_mask.sum() / found.mask.sum() < 0.1  # islands below 0.5 % of the patch are not told


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "-1,0,50,50", "0,0,10,10", "0,0,9999,50"])
def test_boxes_that_are_none(text):
    photograph = read_photograph(EXAMPLES / "vitiligo_neck.png")
    with pytest.raises(PhotographError, match="box"):
        find_outline_in(photograph, parse_box(text))


def test_the_ring_is_clean_skin():
    truth = disc(300, 300, (150, 150), 50)
    linear = lesion_picture(truth, (58, 11, 17), (48, 12, 19), noise=1.0)
    spot = disc(300, 300, (150, 222), 6)
    linear[spot] *= 0.4
    clipped = disc(300, 300, (75, 150), 5)
    photograph = Photograph(
        linear, np.ones(truth.shape, bool), clipped,
        SourceInfo("PNG", 300, 300, 8, "sRGB", "assumed", 1), (), (), "0" * 64,
    )
    outline = given_outline(truth, "hyperpigmented")
    ring = perilesional_ring(photograph, outline)
    distance = np.hypot(*(np.mgrid[:300, :300] - 150)) - 50
    assert distance[ring].min() >= 0.15 * 50 - 1.5
    assert distance[ring].max() <= 0.7 * 50 + 1.5
    assert not (ring & (spot | clipped)).any()
    crowded = given_outline(np.ones((300, 300), bool), "hyperpigmented")
    with pytest.raises(PhotographError, match="no normal-looking skin"):
        perilesional_ring(photograph, crowded)


@pytest.mark.parametrize(("polygon", "outside"), [
    ([[10, 10], [50, 10], [50, 50], [10, 50]], 0.0),
    ([[-0.5, -0.5], [99.5, -0.5], [99.5, 79.5], [-0.5, 79.5]], 0.0),  # the whole picture, pixels taken as squares
    ([[-40.5, 10], [39.5, 10], [39.5, 50], [-40.5, 50]], 0.5),
    ([[59.5, 39.5], [139.5, 39.5], [139.5, 119.5], [59.5, 119.5]], 0.75),  # over a corner
    ([[-100.5, 39.5], [49.5, -110.5], [199.5, 39.5], [49.5, 189.5]], 1 - 8000 / 45000),  # around the whole picture
    ([[109.5, 10], [89.5, 10], [89.5, 50], [109.5, 50], [109.5, 40], [99.5, 40], [99.5, 20], [109.5, 20]], 1 / 3),
])  # fmt: skip
def test_share_of_a_polygon_outside_the_photograph(polygon: list[list[float]], outside: float) -> None:
    for turned in (polygon, polygon[::-1]):
        assert share_outside(np.array(turned, dtype=float), (80, 100)) == pytest.approx(outside, abs=1e-9)
