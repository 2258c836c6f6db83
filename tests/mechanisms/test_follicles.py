"""How a depigmented lesion fills under light: islands around follicles, and little without a reserve."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy import ndimage

from skintwin.measure.pattern import perifollicular_ratio
from skintwin.mechanisms.delivery import over_session
from skintwin.skin.fields import MELANIN_STAGES
from skintwin.skin.follicles import rasterise
from tests.mechanisms.lab import DT, Bench, column

SIDE, DIAMETER, KEEP = 96, 14.0, 0.45
WITH, WITHOUT, DARK = range(3)


def disc() -> np.ndarray:
    y, x = (np.indices((SIDE, SIDE)) + 0.5) * 0.2 - SIDE * 0.1
    return np.hypot(y, x) < DIAMETER / 2


def holders(bench: Bench) -> np.ndarray:
    """Follicles that keep a reserve, (row, column) in pixels."""
    return bench.points.positions[bench.points.chance < KEEP] / bench.grid.pixel - 0.5


@cache
def lesion() -> tuple[Bench, list[dict[str, np.ndarray]]]:
    """Three lesions of 14 mm: reserve in 45 % of follicles; no reserve; the first in the dark."""
    bench, inside = Bench(n=3, shape=(SIDE, SIDE), days=224, follicles=True), disc()
    for name in ("melanocytes", *MELANIN_STAGES):
        bench.fields[name][:, inside] = 0
    empty = inside & (rasterise(bench.points, bench.grid)["follicle_chance"] >= KEEP)
    bench.fields["reserve"][:, empty] = 0
    bench.fields["reserve"][WITHOUT][inside] = 0
    bench.maps["lamp_limit"][:] = 1.5
    days = (7 * np.arange(32)[:, None] + np.array([0, 2, 4])).ravel()
    dose = np.minimum(2000 * 1.15 ** np.arange(len(days)), 30000)
    bench.inputs["lamp"][:DARK] = over_session(days, dose, bench.steps, DT)
    return bench, bench.run(14)


def closed(state: dict[str, np.ndarray], where: np.ndarray) -> np.ndarray:
    """(3,) share of ``where`` that regained half of the melanin of the surroundings."""
    return (column(state)[:, where] > 0.5 * 2.0).mean(axis=1)


def core() -> np.ndarray:
    """Part of the lesion more than 3.5 mm from its margin: out of reach of the margin for these months."""
    return np.asarray(ndimage.distance_transform_edt(disc()) * 0.2 > 3.5)


def first_islands() -> tuple[Bench, np.ndarray]:
    """New pigment of the core at the first visit at which more than 4 % of it has closed."""
    bench, seen = lesion()
    state = next(s for s in seen if closed(s, core())[WITH] > 0.04)
    return bench, (column(state)[WITH] > 1.0) & core()


@pytest.mark.slow
def test_new_pigment_lies_around_follicles_with_reserve() -> None:
    bench, new = first_islands()
    got = perifollicular_ratio(new, core(), holders(bench))
    print("perifollicular ratio", got.value, "sd under the null", got.error, got.note)
    assert got.value < 0.7
    assert float(got.note.split("=")[1].split()[0]) <= 0.01


def test_there_are_several_islands_before_they_merge() -> None:
    _, new = first_islands()
    islands, count = ndimage.label(new, structure=np.ones((3, 3)))
    print("islands", count)
    assert count > 3
    assert np.bincount(islands.ravel())[1:].max() < 0.5 * new.sum()


def test_islands_merge_later() -> None:
    _, seen = lesion()
    counts = [ndimage.label((column(s)[WITH] > 1.0) & core(), structure=np.ones((3, 3)))[1] for s in seen]
    print("islands at each visit", counts, "closed", [round(float(closed(s, disc())[WITH]), 3) for s in seen])
    assert counts[0] == 0
    assert counts[-1] < max(counts)


def test_a_lesion_without_reserve_does_clearly_worse() -> None:
    _, seen = lesion()
    whole, deep = closed(seen[-1], disc()), closed(seen[-1], core())
    print("closed at 32 weeks: lesion", whole, "core", deep)
    assert whole[WITH] > 1.5 * whole[WITHOUT]
    assert deep[WITH] > 0.2
    assert deep[WITHOUT] < 0.1 * deep[WITH]


def test_without_stimulus_it_stays_as_it_is() -> None:
    """At prior medians, in the dark for 32 weeks: at most 3 % closes."""
    _, seen = lesion()
    assert closed(seen[-1], disc())[DARK] <= 0.03


def test_nothing_grows_from_nothing() -> None:
    """No melanocyte, no follicle, a year of light and trophic cells at full stimulus: exactly zero."""
    bench = Bench(n=2, shape=(12, 12), days=364)
    bench.fields["melanocytes"][:] = 0
    # Rounding and evaporated traces: far less than one cell in the whole patch.
    bench.fields["melanocytes"][1] = 1e-3
    bench.inputs["sun"][:] = 1.0 * DT * bench.maps["med_sun"][0, 0, 0]
    bench.values["cells.to_melanocytes"][:] = 0
    seen = bench.run(28)
    assert min(s["stimulus"].min() for s in seen[2:]) > 0.3
    assert all(s["melanocytes"][0].max() == 0 for s in seen)
    assert seen[-1]["melanocytes"][1].max() <= 1e-3


def test_a_white_follicle_stays_empty_and_a_thinned_one_refills() -> None:
    bench = Bench(n=2, days=728)
    bench.fields["reserve"][:] = np.array([0.0, 0.5])[:, None, None]
    last = bench.run(28)[-1]["reserve"].ravel()
    assert last[0] == 0
    # Logistic growth at 0.003/day from one half: 1/(1 + exp(−0.003·728)).
    assert abs(last[1] - 1 / (1 + np.exp(-bench.values["follicles.refill_rate"][0] * 728))) < 0.002


def test_the_clock_of_activation_runs_with_stimulus_and_wounding() -> None:
    """H = ∫ k (s + g_N N) dt: with unit-exponential thresholds that is a Poisson activation."""
    bench = Bench(days=84)
    bench.inputs["sun"][:] = 1.0 * DT * bench.maps["med_sun"][0, 0, 0]
    seen, p = bench.run(1), bench.values
    pace = np.array([(s["stimulus"] + p["follicles.wound_gain"] * s["inflammation"]).item() for s in seen])
    expected = p["follicles.activation_rate"][0] * np.trapezoid(pace)
    assert abs(seen[-1]["follicle_hazard"].item() / expected - 1) < 0.01
