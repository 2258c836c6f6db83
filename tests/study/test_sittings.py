"""Sessions that harms are counted over: sittings in which the skin was needled, courses of toning that were given."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from skintwin.study import harms
from skintwin.study.config import Study
from skintwin.study.simulate import simulate
from tests.study.small import small_study

GRID = {"sessions": 2, "every": "2 weeks", "spacing": "2 mm"}
NEEDLED = {"microneedling": True, "sessions": 2, "every": "2 weeks"}


def toning(sessions: int, **fields: Any) -> dict[str, Any]:
    return {"give": "pigment_laser", "end_point": 0.2, "sessions": sessions, "every": "7 days", **fields}


def study_of(*plan: dict[str, Any]) -> Study:
    return small_study(draws=2, arms=[{"name": "none"}, {"name": "a", "plan": list(plan)}])


def table(monkeypatch: pytest.MonkeyPatch, plan: list[dict[str, Any]], sessions: Any, **totals: Any) -> pd.DataFrame:
    """Harms of a plan whose lines were given so many sessions (draws, lines)."""
    monkeypatch.setattr(harms, "_modelled", lambda *_: iter(()))
    made = study_of(*plan)
    given = SimpleNamespace(sessions=np.array(sessions, float), totals={k: np.array(v) for k, v in totals.items()})
    none = SimpleNamespace(sessions=np.zeros((2, 0)), totals={})
    ensemble: Any = SimpleNamespace(arms={"none": none, "a": given})
    whole: Any = None
    return harms.harm_table(ensemble, made, whole, whole).set_index(["harm", "basis"])


def mottled(rows: pd.DataFrame) -> set[str]:
    return set(rows.loc["hypopigmentation"].index)


@pytest.mark.parametrize(
    ("plan", "sessions", "bases"),
    [
        ([toning(8)], [[8], [8]], {"rate"}),
        ([toning(8)], [[2], [2]], {"unknown"}),
        ([toning(8)], [[2], [8]], {"rate", "unknown"}),
        ([toning(8)], [[0], [0]], {"rate"}),
        ([toning(4)], [[4], [4]], {"unknown"}),
        ([toning(3), toning(3, start="4 weeks")], [[3, 3], [3, 3]], {"rate"}),
        ([toning(3), toning(3, start="4 weeks")], [[3, 1], [3, 0]], {"unknown"}),
        ([toning(5), toning(1, end_point=1.0)], [[5, 1], [5, 1]], {"rate", "unknown"}),
    ],
)  # fmt: skip
def test_a_course_of_toning_is_what_was_given(
    monkeypatch: pytest.MonkeyPatch, plan: list[dict[str, Any]], sessions: Any, bases: set[str]
) -> None:
    """Planned for eight and stopped after two: nobody has counted that, and it is not the rate of five or more."""
    rows = table(monkeypatch, plan, sessions)
    assert mottled(rows) == bases
    if "rate" in bases:
        low, high = rows.loc[("hypopigmentation", "rate"), ["q05", "q95"]]
        given = max(sum(line) for line in sessions) > 0
        assert (0.03 < low < high < 0.3) if given else low == high == 0


def test_a_course_too_short_as_planned_uses_no_rate() -> None:
    key = "harms.hypopigmentation_laser"
    assert key not in harms.harm_keys(study_of(toning(4)))
    assert key in harms.harm_keys(study_of(toning(3), toning(2, start="4 weeks")))


def test_the_rate_of_the_needle_is_in_that_of_the_product(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells and plasma in one sitting are cells in plasma; in sittings of their own both count."""
    cells, plasma = ({"give": give, **GRID} for give in ("uc_msc_injection", "prp_injection"))
    one = table(monkeypatch, [{"give": "uc_msc_prp_injection", **GRID}], [[2], [2]])
    both = table(monkeypatch, [cells, plasma], [[2, 2], [2, 2]], needles=[2, 2])
    apart = table(monkeypatch, [cells, {**plasma, "start": "1 week"}], [[2, 2], [2, 2]], needles=[4, 4])
    for harm in ("infection", "site_reaction"):
        assert both.loc[(harm, "rate"), "sessions"] == 2
        assert apart.loc[(harm, "rate"), "sessions"] == 4
        assert apart.loc[(harm, "rate"), "q50"] > both.loc[(harm, "rate"), "q50"]
        assert both.loc[(harm, "rate"), "q50"] == pytest.approx(one.loc[(harm, "rate"), "q50"], rel=0.05)
    pair = table(monkeypatch, [cells, {"give": "vesicle_injection", **GRID}], [[2, 2], [2, 2]], needles=[2, 2])
    alone = table(monkeypatch, [{"give": "vesicle_injection", **GRID}], [[2], [2]])
    assert pair.loc[("infection", "rate"), "q50"] == pytest.approx(alone.loc[("infection", "rate"), "q50"], rel=0.05)


@pytest.mark.slow
def test_two_products_on_needled_skin_cost_one_needling(tmp_path: Any) -> None:
    vesicles, plasma = ({"give": give, **NEEDLED} for give in ("vesicles_topical", "prp_topical"))
    grid = [{"give": give, **GRID} for give in ("uc_msc_injection", "prp_injection")]
    arms = [
        {"name": "none"}, {"name": "one", "plan": [vesicles]}, {"name": "two", "plan": [vesicles, plasma]},
        {"name": "grid", "plan": grid}, {"name": "cells", "plan": grid[:1]},
    ]  # fmt: skip
    run = simulate(small_study(draws=2, pixels=14, duration="5 weeks", arms=arms), tmp_path / "run")
    burden = pd.read_parquet(run.folder / "burden.parquet").set_index(["arm", "measure", "draw"]).value.sort_index()
    found = pd.read_parquet(run.folder / "harms.parquet").set_index(["arm", "harm", "basis"]).sort_index()
    for several, single in (("two", "one"), ("grid", "cells")):
        for measure in ("injured_area", "needle_points"):
            assert burden[several, measure].tolist() == burden[single, measure].tolist()
        for harm in ("site_reaction", "infection"):
            one, two = (found.loc[(arm, harm, "rate"), ["sessions", "q05", "q50", "q95"]] for arm in (single, several))
            assert one.tolist() == pytest.approx(two.tolist())
    assert run.ensemble.arms["two"].totals["microneedling"].tolist() == [2, 2]
