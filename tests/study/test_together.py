"""Which lines go together in one arm: a pair runs, or is refused with a sentence that is true and can be acted on."""

from __future__ import annotations

from itertools import combinations, combinations_with_replacement
from typing import Any

import numpy as np
import pytest

from skintwin.errors import ConfigError
from skintwin.study.arms import arm_inputs
from skintwin.study.config import study_from
from skintwin.study.design import make_design
from skintwin.study.keys import study_keys
from skintwin.study.lines import Line
from skintwin.study.make_line import make_line
from skintwin.study.patch import Patch, make_patch
from skintwin.study.simulate import simulate
from skintwin.treatments import treatments
from skintwin.treatments.base import Occasion, combine
from tests.study.small import small_content, small_study

NEEDED = {name: {"until": "8 weeks"} for name, kind in treatments().items() if "until" in kind.model_fields}
REFUSED = {
    ("excimer_308", "nb_uvb"): "share one lamp",
    ("excimer_308", "excimer_308"): "light the same field from day 0 on",
    ("nb_uvb", "nb_uvb"): "light the same field from day 0 on",
    ("azelaic_acid", "azelaic_acid"): "80 percent of azelaic_acid a day",
    ("ruxolitinib", "ruxolitinib"): "6 percent of ruxolitinib a day",
    ("tacrolimus", "tacrolimus"): "0.4 percent of tacrolimus a day",
    ("triple_cream", "triple_cream"): "200 percent of triple_cream a day",
}
"""Pairs at default doses that cannot be given together, and why: one lamp at a time, since the engine holds one field
of a lamp, and two courses in it are twice the dose; and two lines of one cream that together are more than a day's
dose. All other pairs run."""


def written(give: str, **fields: Any) -> dict[str, Any]:
    return {"give": give, **NEEDED.get(give, {}), **fields}


def refusal(*plan: dict[str, Any]) -> str:
    """What is said of a plan; empty if it is taken."""
    try:
        small_study(arms=[{"name": "a", "plan": list(plan)}])
    except ConfigError as error:
        return str(error)
    return ""


def draws_of(lines: list[Line], n: int = 2) -> dict[str, np.ndarray]:
    keys = [key for line in lines for key in line.treatment.parameters]
    return make_design(keys, n, 1).draws


@pytest.fixture(scope="module")
def patch() -> Patch:
    return make_patch(small_study())


def clash(patch: Patch, *plan: dict[str, Any]) -> str:
    """What the maps themselves say, with no look at the fields."""
    lines = [make_line(line, number) for number, line in enumerate(plan, start=1)]
    at = [
        Occasion(patch.grid, 112, 0.5, line.target(patch.target, patch.core, patch.grid.pixel), "forearm",
                 draws_of(lines), 2)
        for line in lines
    ]  # fmt: skip
    try:
        both = combine([line.treatment.contribute(occasion) for line, occasion in zip(lines, at, strict=True)], at[0])
    except ConfigError as error:
        return str(error)
    assert all(np.isfinite(values).all() for values in [*both.inputs.values(), *both.maps.values()])
    return ""


PAIRS = list(combinations_with_replacement(sorted(treatments()), 2))


def test_every_pair_at_default_doses_runs_or_is_refused_by_name(patch: Patch) -> None:
    found = {pair: said for pair in PAIRS if (said := refusal(*map(written, pair)))}
    assert set(found) == set(REFUSED)
    for pair, said in found.items():
        assert REFUSED[pair] in said
        assert f"1 ({pair[0]}" in said
        assert f"2 ({pair[1]}" in said
        assert "arm 'a'" in said
    for pair in set(PAIRS) - set(found):
        assert clash(patch, *map(written, pair)) == "", pair
    assert clash(patch, written("excimer_308"), written("nb_uvb"))


def test_maps_of_every_plan_have_one_shape(patch: Patch) -> None:
    """Whatever is given: a march that is compiled for one arm serves the others."""
    shapes = set()
    for name in sorted(treatments()):
        content = small_content(arms=[{"name": "a", "plan": [written(name)]}])
        study = study_from(content)
        maps = arm_inputs(study, study.arms[0], patch, make_design(study_keys(study), 2, study.seed)).maps
        shapes.add(tuple(sorted((k, v.shape, v.dtype) for k, v in maps.items() if v.shape[-1] > 1)))
    assert len(shapes) == 1, shapes


def test_what_is_refused_for_its_place_is_what_the_maps_cannot_hold(patch: Patch) -> None:
    """Every pair with one line on the lesion and one on the whole patch: said from the fields if and only if the maps
    differ. A dose is another matter, and is looked at last."""
    count = 0
    for one, other in PAIRS:
        plan = [written(one), written(other, where="patch")]
        plan = [line | ({"spacing": "2 mm"} if "injection" in line["give"] else {}) for line in plan]
        said = refusal(*plan)
        if "a day" in said or "light the same field" in said:
            continue
        assert bool(said) == bool(clash(patch, *plan)), (one, other, said)
        if said and "lamp" not in said:
            count += 1
            assert "differ in where: lesion and patch; give both the same" in said
    print("pairs refused because their areas differ", count)


TABLETS = written("tranexamic_acid_oral", strength=1300, per_day=2)


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        ([written("saline_injection"), written("tretinoin"), written("prp_injection", spacing="5 mm")],
         ["lines 1 (saline_injection) and 3 (prp_injection)", "one needle grid", "spacing: 10 and 5", "syringe"]),
        ([written("saline_injection"), written("uc_msc_injection", volume="0.05 mL")], ["in volume: 0.1 and 0.05"]),
        ([written("uc_msc_injection", lot=0.5), written("uc_msc_topical")], ["lot of live cells", "0.5 and 1"]),
        ([written("hydroquinone"), written("tretinoin", where="patch")], ["area of medicines", "lesion and patch"]),
        ([written("nb_uvb"), written("tretinoin"), written("nb_uvb", start="3 weeks")],
         ["lines 1 (nb_uvb) and 3 (nb_uvb)", "from day 21 on", "end one before the other starts"]),
        ([written("nb_uvb", until="2 weeks"), written("nb_uvb", start="repigmentation >= 50 %")], ["from day 0 on"]),
        ([written("nb_uvb", until="28.2 days"), written("nb_uvb", start="28.4 days")], ["from day 28.4 on"]),
        ([TABLETS, TABLETS], ["5200 mg of tranexamic_acid_oral a day", "above 3900"]),
        ([written("triple_cream"), written("tretinoin", strength=0.1)], ["0.15 percent of tretinoin", "cream, 0.05"]),
    ],
)  # fmt: skip
def test_a_refusal_names_lines_field_and_way_out(plan: list[dict[str, Any]], says: list[str]) -> None:
    said = refusal(*plan)
    assert not [word for word in says if word not in said], said


@pytest.mark.parametrize(
    "plan",
    [
        [written("tranexamic_acid_oral"), written("vesicles_topical", microneedling=True), written("nb_uvb")],
        [written("tacrolimus", where="patch"), written("uc_msc_topical", microneedling=True), written("excimer_308")],
        [written("hydroquinone"), written("tretinoin"), written("sunscreen")],
        [written("uc_msc_injection", spacing="3 mm"), written("cell_transplant", start="1 week")],
        [written("uc_msc_injection", lot=0.5), written("vesicles_topical", lot=2.0)],
        [written("triple_cream"), written("azelaic_acid"), written("pigment_laser")],
        [written("nb_uvb", until="4 weeks"), written("nb_uvb", start="4 weeks")],
    ],
)
def test_common_combinations_are_given(plan: list[dict[str, Any]]) -> None:
    """Each line gives in company exactly what it gives alone."""
    study = small_study(draws=2, arms=[{"name": "a", "plan": plan}])
    patch, design = make_patch(study), make_design(study_keys(study), 2, study.seed)
    together = arm_inputs(study, study.arms[0], patch, design).inputs
    alone = [
        arm_inputs(part, part.arms[0], patch, design).inputs
        for part in (small_study(draws=2, arms=[{"name": "a", "plan": [line]}]) for line in plan)
    ]
    none = arm_inputs(study, study_from(small_content()).arms[0], patch, design).inputs
    for name, values in together.items():
        added = sum(part[name] - none[name] for part in alone)
        assert values == pytest.approx(none[name] + added, rel=1e-5, abs=1e-6), name


def inputs_of(*plan: dict[str, Any]) -> dict[str, np.ndarray]:
    study = small_study(draws=2, arms=[{"name": "a", "plan": list(plan)}])
    return arm_inputs(study, study.arms[0], make_patch(study), make_design(study_keys(study), 2, study.seed)).inputs


def test_lamps_that_take_turns_by_a_rule_are_given() -> None:
    turns = written("nb_uvb", stop="repigmentation >= 50 %"), written("nb_uvb", start="repigmentation >= 50 %")
    assert refusal(*turns) == ""


def test_each_sunscreen_keeps_off_its_share_of_what_the_other_lets_through() -> None:
    plan = [written("sunscreen", spf=30, tinted=True), written("sunscreen", spf=50, tinted=True)]
    both, one, other = inputs_of(*plan), inputs_of(plan[0]), inputs_of(plan[1])
    for name in ("uv_filter", "visible_filter"):
        assert one[name].max() > 0.1
        assert both[name] == pytest.approx(1 - (1 - one[name]) * (1 - other[name]), rel=1e-5, abs=1e-7)
        assert both[name].max() < 1


def test_two_products_on_skin_that_is_needled_once() -> None:
    """In one sitting: one needling, one cover, both products. On other days: as many sittings as there are."""
    needled = {"microneedling": True, "occluded": True, "sessions": 2, "every": "2 weeks"}
    vesicles, plasma = ({"give": give, **needled} for give in ("vesicles_topical", "prp_topical"))
    both, one, other = inputs_of(vesicles, plasma), inputs_of(vesicles), inputs_of(plasma)
    for name in ("microneedling", "occlusion"):
        assert np.array_equal(both[name], one[name])
    assert np.array_equal(both["topical_vesicles"], one["topical_vesicles"])
    assert np.array_equal(both["topical_platelets"], other["topical_platelets"])
    apart = inputs_of(vesicles, {**plasma, "start": "1 week"})
    assert apart["microneedling"].sum(axis=1) == pytest.approx([4, 4])


def test_cells_and_plasma_through_one_grid_are_the_line_that_injects_both() -> None:
    grid = {"sessions": 2, "every": "2 weeks", "spacing": "3 mm"}
    two = inputs_of({"give": "uc_msc_injection", **grid}, {"give": "prp_injection", **grid})
    one = inputs_of({"give": "uc_msc_prp_injection", **grid})
    assert all(np.array_equal(two[name], one[name]) for name in one | two)


@pytest.mark.slow
def test_medicine_needled_product_and_light_run_in_one_arm(tmp_path: Any) -> None:
    plan = [
        written("tacrolimus"), written("vesicles_topical", microneedling=True, where="lesion + 1 mm"),
        written("nb_uvb"), written("sunscreen"),
    ]  # fmt: skip
    outcome = simulate(small_study(draws=1, pixels=12, arms=[{"name": "a", "plan": plan}]), tmp_path / "run")
    result = outcome.ensemble.arms["a"]
    assert result.totals["microneedling"] == pytest.approx([1.0])
    assert all(np.isfinite(values).any() for values in result.endpoints.values())


def test_lots_of_products_without_cells_do_not_touch_the_cells(patch: Patch) -> None:
    """A vesicle of a lot twice as strong is two vesicles; the lot of the cells is theirs alone."""
    lines = [make_line(written("vesicles_topical", lot=lot), 1) for lot in (1.0, 2.0)]
    at = Occasion(patch.grid, 112, 0.5, patch.target, "forearm", draws_of(lines), 2)
    weak, strong = (line.treatment.contribute(at) for line in lines)
    assert strong.inputs["topical_vesicles"] == pytest.approx(2 * weak.inputs["topical_vesicles"])
    assert "lot_strength" not in strong.maps


def test_each_pair_is_looked_at_once() -> None:
    assert len(PAIRS) == len(treatments()) + len(list(combinations(treatments(), 2)))
