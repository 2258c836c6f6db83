"""Mass balance of pigment and of injected cells over a year with sun, lamp and needles."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from skintwin.mechanisms.delivery import discs, over_session
from tests.mechanisms.lab import DT, Bench, column, draws

N = 3


@cache
def year() -> tuple[Bench, list[dict[str, np.ndarray]]]:
    bench = Bench(n=N, shape=(16, 16), days=364, values=draws(N), follicles=True, tally=True)
    rng = np.random.default_rng(4)
    centre = np.array([[1.6, 1.6]])
    wheals, cover = discs(centre, np.full(N, 2.0), bench.grid)
    bench.maps |= {"wheals": wheals.astype("f4"), "wheal_cover": cover.astype("f4")}
    bench.maps["needle_dots"] = discs(centre, np.full(N, 1.0), bench.grid)[1].astype("f4")
    bench.maps["lamp_limit"][:] = 1.5
    bench.fields["melanocytes"] *= rng.uniform(0.0, 1.0, bench.fields["melanocytes"].shape).astype("f4")
    sessions = np.array([0.0, 28.0, 56.0])
    bench.inputs["cells"][:] = over_session(sessions, np.full(3, 1e5), bench.steps, DT)
    bench.inputs["needles"][:] = over_session(sessions, np.ones(3), bench.steps, DT)
    bench.inputs["sun"][:] = 0.2 * DT * bench.maps["med_sun"][0, 0, 0]
    bench.inputs["lamp"][:] = over_session(np.arange(0, 180, 3.0), np.full(60, 8e3), bench.steps, DT)
    return bench, bench.run(28)


def summed(label: str) -> np.ndarray:
    return np.sum([s[label].astype(np.float64) for s in year()[1][1:]], axis=0)


def amount(field: np.ndarray) -> np.ndarray:
    return np.asarray(field, np.float64).sum((1, 2)) * year()[0].grid.pixel_area


def test_melanin_made_is_melanin_shed_or_degraded_or_still_there() -> None:
    _, seen = year()
    made, shed, degraded = summed("melanin made"), summed("melanin shed"), summed("melanin degraded")
    change = amount(column(seen[-1])) - amount(column(seen[0]))
    dropped = summed("melanin dropped")
    gap = np.abs(made - shed - degraded - dropped - change) / made
    print("pigment balance, relative gap", gap)
    assert gap.max() < 1e-5
    assert (degraded > 0).all()
    assert (shed > 0).all()


def test_cells_deposited_have_died_or_changed_or_are_still_there() -> None:
    _, seen = year()
    given = summed("cells deposited")
    gone = summed("cells died") + summed("cells became melanocytes") + summed("cells became other cells")
    after = amount(seen[3]["msc"])
    gap = np.abs(given - gone - (amount(seen[-1]["msc"]) - amount(seen[0]["msc"]))) / given
    print("cell balance, relative gap", gap, "cells three months on", after)
    assert gap.max() < 1e-5


def test_the_deposit_is_what_was_injected_and_stayed() -> None:
    """Points × viable cells per point × retention × share of the wheal on the patch."""
    bench, _ = year()
    on_patch = amount(bench.maps["wheals"])
    expected = 3 * 1e5 * bench.values["delivery.retention"] * on_patch
    assert on_patch == pytest.approx(np.ones(N), rel=0.01)
    assert summed("cells deposited") == pytest.approx(expected, rel=1e-5)
