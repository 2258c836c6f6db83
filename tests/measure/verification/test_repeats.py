"""Test and retest of photographs: known values, honest errors, and light that changes between two photographs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from skintwin.errors import ConfigError
from skintwin.measure.verification.repeats import Repeat, axis_ratio, lines, measure_repeats, pairs_in, retest
from tests.photo.pictures import disc, encoded, lesion_picture, png_bytes

SKIN = (62.0, 12.0, 18.0)


def made(pairs, name="delta_E00", error=math.nan):
    """Repeats that hold one measure."""
    return [Repeat(str(i), {name: (a, error)}, {name: (b, error)}, (1.0, 1.0)) for i, (a, b) in enumerate(pairs)]


def test_values_worked_by_hand():
    (found,) = retest(made([(10, 11), (20, 19), (30, 31), (40, 39)], error=0.5))
    assert found.n == 4
    assert found.within == pytest.approx(math.sqrt(0.5))
    assert found.limits.bias.value == pytest.approx(0.0)
    assert found.limits.upper.value == pytest.approx(1.96 * math.sqrt(4 / 3), rel=1e-3)
    assert found.z == pytest.approx(math.sqrt(2))
    # Mean squares: lesions (0.5 x 4 x 125 + …) / 3 and residual; ICC from their definition.
    table = np.array([(10, 11), (20, 19), (30, 31), (40, 39)], float)
    rows = 2 * ((table.mean(1) - table.mean()) ** 2).sum() / 3
    rest = ((table - table.mean(1, keepdims=True) - table.mean(0) + table.mean()) ** 2).sum() / 3
    assert found.icc.value == pytest.approx((rows - rest) / (rows + rest + 2 * (0 - rest) / 4))


def test_honest_errors_give_z_of_one():
    rng = np.random.default_rng(7)
    truth = rng.normal(20, 8, 4000)
    (found,) = retest(made(zip(truth + rng.normal(0, 2, 4000), truth + rng.normal(0, 2, 4000), strict=True), error=2.0))
    assert found.z == pytest.approx(1.0, abs=0.04)
    assert found.within == pytest.approx(2.0, abs=0.08)
    assert found.icc.value == pytest.approx(64 / 68, abs=0.01)


def test_a_measure_that_too_few_lesions_have_is_left_out():
    assert retest(made([(1, 2), (3, 4)])) == []


def test_a_measure_that_never_differs_is_left_out():
    assert retest(made([(7, 7), (7, 7), (7, 7)])) == []


def test_a_table_has_a_line_for_each_measure():
    text = lines(retest(made([(10, 11), (20, 19), (30, 31)])))
    assert len(text) == 3
    assert {line.count("|") for line in text} == {9}


@pytest.mark.parametrize("ratio", [1.0, 0.8, 0.4])
def test_axis_ratio_of_a_turned_ellipse(ratio):
    y, x = np.mgrid[-100:101, -100:101].astype(float)
    u, v = x * math.cos(0.6) + y * math.sin(0.6), y * math.cos(0.6) - x * math.sin(0.6)
    assert axis_ratio((u / 80) ** 2 + (v / (80 * ratio)) ** 2 <= 1) == pytest.approx(ratio, abs=0.01)


def test_one_pixel_has_no_axes():
    assert axis_ratio(np.eye(1, dtype=bool)) == 1.0


@pytest.mark.parametrize(("names", "said"), [
    ([], "no photograph"), (["mole_1.jpg"], "1 photographs"), (["m_1.jpg", "m_2.jpg", "m_3.png"], "3 photographs"),
    (["a.jpg", "b.jpg"], "2 photographs"),
])  # fmt: skip
def test_folders_without_pairs_are_refused(tmp_path, names, said):
    for name in names:
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(ConfigError, match=said):
        pairs_in(tmp_path)


@pytest.mark.slow
def test_light_enters_raw_colours_and_not_ratios(tmp_path):
    """Three lesions, each taken again with a fifth less light: L* moves, the ratio to the skin does not."""
    for i, (level, light) in enumerate([(50, 0.8), (42, 1.25), (34, 0.8)]):
        picture = lesion_picture(disc(96, 128, (48, 64), 22), SKIN, (level, 13.0, 18.0), noise=0.4, seed=i)
        for take, factor in enumerate((1.0, light)):
            (tmp_path / f"lesion{i}_{take}.png").write_bytes(png_bytes(encoded(0.7 * factor * picture)))
    found = measure_repeats(pairs_in(tmp_path))
    agreed = {one.measure: one for one in retest(found)}
    assert [one.subject for one in found] == ["lesion0", "lesion1", "lesion2"]
    assert agreed["skin_L"].within > 3
    assert agreed["log_ratio_G"].within < 0.02
    assert agreed["log_ratio_G"].icc.value > 0.99
    assert agreed["difference_L"].within > 0.5  # a difference of L* grows with the light
    assert "melanin_ratio" not in agreed  # no phototype, no card
