"""Totals: examples, ranges, missing parts, and errors by two other methods."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skintwin.errors import ConfigError
from skintwin.evidence import ledger
from skintwin.measure.observation import Observation
from skintwin.measure.scores import SCORES, Part, score_named
from skintwin.measure.scores.from_photograph import (
    depigmentation,
    fingertip_units,
    hand_units,
    masi_area,
    masi_darkness,
    pahpi_number,
    pahpi_size,
)
from skintwin.measure.scores.page import score_page

MASI_REGIONS = ("forehead", "right_malar", "left_malar", "chin")


def rated(**values):
    return {name: Part(float(value)) for name, value in values.items()}


def every(score, **values):
    return {region: rated(**values) for region in SCORES[score].regions}


def test_the_scores_that_must_be_there():
    wanted = {"vasi", "f_vasi", "t_vasi", "f_vasi_ftu", "ves", "ves_plus", "masi", "mmasi", "pahpi", "spot_count"}
    assert wanted <= set(SCORES)
    for name, score in SCORES.items():
        assert score.name == name
        assert score.title
        assert len(score.parts) == len(score.regions) * len(score.fields)
        assert set(score.sources) <= set(ledger().sources)
    with pytest.raises(ConfigError, match="no score 'pasi'"):
        score_named("pasi")


@pytest.mark.parametrize(("name", "lowest", "highest", "ends"), [
    ("masi", {"area": 0}, {"area": 6, "darkness": 4, "homogeneity": 4}, (0, 48)),
    ("mmasi", {"area": 0}, {"area": 6, "darkness": 4}, (0, 24)),
    ("pahpi", {"size": 2, "intensity": 3, "number": 1}, {"size": 8, "intensity": 9, "number": 5}, (6, 22)),
    ("vasi", {"area": 0}, {"area": 20, "depigmentation": 100}, (0, 100)),
    ("f_vasi_ftu", {"area": 0}, {"area": 112}, (0, 112)),
])  # fmt: skip
def test_range_is_reached_at_both_ends(name, lowest, highest, ends):
    score = SCORES[name]
    found = [score.total(every(name, **values)).value for values in (lowest, highest)]
    assert found == pytest.approx(ends)
    assert (score.low, score.high) == ends


def test_vasi_example_of_a_textbook():
    """3 hand units half depigmented on the arms, 4 by three quarters on the legs: 4.5 (flexikon.doccheck.com)."""
    free = {region: rated(area=0) for region in SCORES["vasi"].regions}
    legs = {"lower_extremities": rated(area=4, depigmentation=75)}
    ratings = free | legs | {"upper_extremities": rated(area=3, depigmentation=50)}
    assert SCORES["vasi"].total(ratings).value == pytest.approx(4.5)
    # Two patches of a region are as good as their sum, and F-VASI 0.5 is 1 % of the body at 50 %.
    split = {k: v for k, v in ratings.items() if k != "upper_extremities"}
    split |= {f"upper_extremities{n}": rated(area=a, depigmentation=50) for n, a in (("", 1), ("#2", 2))}
    assert SCORES["vasi"].total(split).value == pytest.approx(4.5)
    assert SCORES["f_vasi"].total({"face": rated(area=1, depigmentation=50)}).value == pytest.approx(0.5)


def test_masi_weights():
    weights = [ledger().value(f"scores.masi_weight_{region}", "1") for region in MASI_REGIONS]
    assert sum(weights) == pytest.approx(1)
    ratings = {region: rated(area=0) for region in MASI_REGIONS} | {"chin": rated(area=6, darkness=4, homogeneity=3)}
    assert SCORES["masi"].total(ratings).value == pytest.approx(0.1 * 6 * 7)


def test_a_missing_part_is_not_zero():
    ratings = every("mmasi", area=2, darkness=2)
    del ratings["chin"]
    total = SCORES["mmasi"].total(ratings)
    assert total.value is None
    assert total.error is None
    assert "nothing for chin" in total.note
    assert total.observation.value is None
    half = every("mmasi", area=2, darkness=2) | {"chin": rated(area=2)}
    assert "no darkness for chin" in SCORES["mmasi"].total(half).note
    assert "nothing for elsewhere" in SCORES["ves"].total({"face": rated(area=2)}).note


def test_a_proposed_grade_stands_in_for_nobody_unless_asked():
    guess = masi_darkness(Observation("difference", 9.0, "1", "", 1.5))
    assert guess.origin == "proposed"
    ratings = every("mmasi", area=2, darkness=2) | {"chin": {"area": Part(2.0), "darkness": guess}}
    assert "darkness of chin is only proposed" in SCORES["mmasi"].total(ratings).note
    total = SCORES["mmasi"].total(ratings, proposed=True)
    assert total.value == pytest.approx(4.0)
    assert total.origins["darkness"] == "proposed and rated"
    assert "proposed by skintwin" in total.note


@pytest.mark.parametrize(("region", "field", "value", "words"), [
    ("forehead", "area", 2.5, "masi.forehead.area.*2.5.*0, 1, 2, 3, 4, 5, 6"),
    ("forehead", "darkness", 5, "0, 1, 2, 3, 4"),
    ("forehead", "colour", 1, "no field 'colour'.*area, darkness, homogeneity"),
    ("nose", "area", 1, "no region 'nose'.*forehead"),
    ("forehead#2", "area", 1, "each region once"),
    ("forehead", "area", math.nan, "nan is no area"),
])  # fmt: skip
def test_refusals_name_region_field_and_allowed_values(region, field, value, words):
    with pytest.raises(ConfigError, match=words):
        SCORES["masi"].total({region: {field: Part(float(value))}})


def test_depigmentation_keeps_to_the_steps_unless_measured():
    free = {region: rated(area=0) for region in SCORES["vasi"].regions}
    with pytest.raises(ConfigError, match="0, 10, 25, 50, 75, 90, 100"):
        SCORES["vasi"].total(free | {"trunk": rated(area=2, depigmentation=60)})
    part = depigmentation(Observation("repigmentation", 38.0, "percent", "", 4.0))
    total = SCORES["vasi"].total(free | {"trunk": {"area": Part(2.0), "depigmentation": part}})
    assert total.value == pytest.approx(1.24)
    assert total.origins["depigmentation"] == "measured"
    with pytest.raises(ConfigError, match="a total of"):
        SCORES["vasi"].total(every("vasi", area=30, depigmentation=100))


chance = st.lists(st.floats(0.01, 1), min_size=5, max_size=5).map(lambda p: [x / sum(p) for x in p])


@given(st.lists(chance, min_size=4, max_size=4), st.lists(st.integers(0, 4), min_size=4, max_size=4))
@settings(max_examples=15, deadline=None)
def test_error_of_steps_is_that_of_exact_enumeration(chances, given_steps):
    """mMASI with darkness uncertain in every region: all 5⁴ combinations, weighted by their chance."""
    ratings = {
        region: {"area": Part(3.0, error=0.0), "darkness": Part(float(step), chances=tuple(enumerate(p)))}
        for region, step, p in zip(MASI_REGIONS, given_steps, chances, strict=True)
    }
    total = SCORES["mmasi"].total(ratings)
    weights = [0.3, 0.3, 0.3, 0.1]
    mean_square = 0.0
    for steps in itertools.product(range(5), repeat=4):
        probability = math.prod(p[s] for p, s in zip(chances, steps, strict=True))
        value = sum(w * 3 * s for w, s in zip(weights, steps, strict=True))
        mean_square += probability * (value - total.value) ** 2
    assert total.error == pytest.approx(math.sqrt(mean_square), rel=1e-6)


def test_error_of_products_is_that_of_a_simulation():
    """MASI with normal errors in all parts: 200,000 draws, 1 %."""
    rng = np.random.default_rng(0)
    parts = {"area": (3, 0.6), "darkness": (2, 0.5), "homogeneity": (2, 0.7)}
    ratings = {region: {n: Part(float(m), error=s) for n, (m, s) in parts.items()} for region in MASI_REGIONS}
    draws = {n: rng.normal(m, s, (200_000, 4)) for n, (m, s) in parts.items()}
    simulated = (draws["area"] * (draws["darkness"] + draws["homogeneity"])) @ [0.3, 0.3, 0.3, 0.1]
    assert SCORES["masi"].total(ratings).error == pytest.approx(simulated.std(), rel=0.01)


def test_what_areas_share_does_not_average_out():
    """Ten patches with 10 % error each: 10/√10 % if their own, 10 % if the hand's."""
    hand = Observation("hand", 15000.0, "mm^2", "", 0.0)
    wrong = Observation("hand", 15000.0, "mm^2", "", 1500.0)
    whole = {"depigmentation": Part(100.0, error=0.0)}

    def total(error, unit):
        area = Observation("area", 1500.0, "mm^2", "", error)
        face = {f"face#{i}": {"area": hand_units(area, unit), **whole} for i in range(10)}
        return SCORES["f_vasi"].total(face)

    own, shared = total(150.0, hand), total(0.0, wrong)
    assert own.value == pytest.approx(1.0)
    assert own.error == pytest.approx(0.1 / math.sqrt(10))
    assert shared.error == pytest.approx(0.1)


def test_no_error_without_errors_and_none_invented():
    total = SCORES["mmasi"].total(every("mmasi", area=2, darkness=2))
    assert total.value == pytest.approx(4)
    assert total.error is None
    assert "area, darkness came without one" in total.note


def test_grades_from_a_photograph():
    sharp = masi_area(Observation("share", 20.0, "percent", "", 0.5))
    assert sharp.value == 2
    assert dict(sharp.chances)[2.0] == pytest.approx(1)
    edge = masi_area(Observation("share", 30.0, "percent", "", 2.0))
    assert edge.value == 3
    assert dict(edge.chances)[2.0] == pytest.approx(0.5, abs=1e-6)
    grades = [masi_area(Observation("s", v, "percent", "", None)).value for v in (0, 5, 10, 29, 30, 69, 70, 90, 100)]
    assert grades == [0, 1, 2, 2, 3, 4, 5, 6, 6]
    points = [pahpi_number(Observation("n", n, "1", "", 0.0)).value for n in (1, 15, 16, 45, 46, 60, 61)]
    assert points == [1, 1, 2, 3, 4, 4, 5]
    assert [pahpi_size(Observation("d", d, "mm", "", 0.0)).value for d in (2, 4, 8, 12)] == [2, 4, 6, 8]
    with pytest.raises(ConfigError, match="scale unknown"):
        pahpi_size(Observation("spot_diameter", None, "mm", "", None, "scale unknown"))
    hand = Observation("hand", 15000.0, "mm^2", "", 300.0)
    assert fingertip_units(Observation("area", 15000.0, "mm^2", "", 0.0), hand).value == pytest.approx(32.1)


def test_published_change_and_page():
    assert SCORES["f_vasi_ftu"].smallest_detectable_change == 2.2
    assert SCORES["vasi"].smallest_detectable_change is None
    page = score_page()
    for name, score in SCORES.items():
        assert f"`{name}`" in page
        assert score.title in page
    assert "not known" in page


def test_the_page_is_current():
    page = Path(__file__).parents[3] / "docs" / "scores.md"
    assert score_page() in page.read_text(encoding="utf-8"), "write score_page() into docs/scores.md again"
