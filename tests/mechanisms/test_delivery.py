"""Delivery from the surface: a film is used up, microchannels close, a cover keeps them open."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from skintwin.engine.grid import Grid
from skintwin.engine.march import Batch, March
from skintwin.engine.system import System
from skintwin.evidence import ledger
from skintwin.mechanisms import amounts, mechanisms
from skintwin.mechanisms.delivery import taken_up
from skintwin.treatments import treatments
from skintwin.treatments.base import Occasion
from tests.mechanisms.lab import DT, Bench, draws, medians

N = 256
DEPOSITS = {"topical_cells": "cell_deposit", "topical_vesicles": "vesicle_deposit",
            "topical_factors": "factor_deposit", "topical_platelets": "platelet_deposit"}  # fmt: skip
"""Input → what reaches the tissue of it."""


def deposits(bench: Bench) -> dict[str, np.ndarray]:
    """What reaches the tissue over the run, (n,), by driver; platelets times the thickness that they fill."""
    machine = March(
        System(mechanisms(), bench.grid, DT), lambda view: {k: getattr(view, k) for k in DEPOSITS.values()}, 1
    )
    batch, now = bench.batch(), dict(bench.fields)
    total = dict.fromkeys(DEPOSITS.values(), 0.0)
    for step in range(bench.steps):
        seen = machine.look(batch, now, step)
        total = {k: v + np.asarray(seen[k], float).ravel() * DT for k, v in total.items()}
        now, _ = machine.advance(batch, now, step)
    total["platelet_deposit"] = total["platelet_deposit"] * bench.values["delivery.tissue_depth"]
    return total


def put_on(needled: bool, covered: bool, barrier: float = 1.0, n: int = N) -> dict[str, np.ndarray]:
    """One unit of everything on the skin, once, over the priors."""
    bench = Bench(n=n, days=3.0, values=draws(n))
    bench.fields["barrier"][:] = barrier
    bench.maps["needling_zone"][:] = 1.0
    bench.inputs["microneedling"][:, 0] = float(needled)
    bench.inputs["occlusion"][:, :2] = float(covered)
    for name in DEPOSITS:
        bench.inputs[name][:, 0] = 1.0
    return deposits(bench)


@pytest.mark.parametrize(
    ("needled", "covered", "barrier"), [(False, False, 1.0), (True, False, 1.0), (True, True, 0.05)]
)
def test_no_more_is_taken_up_than_was_put_on(needled: bool, covered: bool, barrier: float) -> None:
    """Conservation over the prior range, through a barrier that is nearly gone and under a cover."""
    for name, amount in put_on(needled, covered, barrier).items():
        print(name, "share taken up: median, largest", np.median(amount), amount.max())
        assert np.all(amount >= 0)
        assert np.all(amount <= 1.0 + 1e-6)


def test_platelets_on_needled_skin_are_no_more_than_their_film_holds() -> None:
    """Film times fold over the thickness of the tissue is all there is: at the medians a quarter of 15 % of 5-fold
    plasma of 0.05 mm in 2 mm, as the treatment puts it on."""
    values, line = medians(), treatments()["prp_topical"](microneedling=True)
    bench = Bench(days=3.0, values=values)
    drawn = values | {key: np.array([ledger().value(key)]) for key in line.parameters}
    given = line.contribute(Occasion(bench.grid, bench.steps, DT, np.ones((1, 1), bool), "back", drawn, 1))
    bench.inputs |= {name: np.asarray(value, np.float32) for name, value in given.inputs.items()}
    bench.maps["needling_zone"][:] = 1.0
    held = line.fold * drawn["topical.film"].item()
    got = deposits(bench)["platelet_deposit"].item()
    share = drawn["topical.release_serum"].item() * values["delivery.platelets_open"].item()
    assert got == pytest.approx(share * held, rel=1e-4)
    assert got < held


def test_the_shares_are_those_of_the_ledger_and_small_ones_add() -> None:
    """Limits: fresh channels without a barrier's share give h; without channels f; no channels and no share nothing."""
    assert taken_up(0.0, 0.15, 1.0, 1.0) == pytest.approx(0.15)
    assert taken_up(0.003, 0.15, 1.0, 0.0) == pytest.approx(0.003)
    assert taken_up(0.0, 0.4, 0.1, 0.0) == 0.0
    assert taken_up(1e-5, 2e-5, 0.5, 0.5) == pytest.approx(2e-5 + 1e-5, rel=1e-3)
    for f, h, q, o in product((0.01, 0.5), (0.4, 0.9), (1e-3, 1.0), (1.0, 50.0)):
        assert 0 < taken_up(f, h, q, o) <= 1


def test_channels_without_a_cover_close_in_hours_and_under_one_in_days() -> None:
    """DEL-002: recovered within 2 h. DEL-005: half-life 20 to 26 h."""
    values = draws(N)
    open_, covered = (values[f"delivery.channel_half_life{name}"] * 24.0 for name in ("", "_occluded"))
    assert np.all(2.0 ** (-2.0 / open_) < 0.3)
    assert np.median(2.0 ** (-2.0 / open_)) < 0.1
    assert np.median(covered) == pytest.approx(23.0, abs=3.0)
    assert np.all(covered > 3 * open_)


def openness(dt: float, cover: float) -> np.ndarray:
    """Openness after each day, in steps of ``dt`` of which the first holds a session, covered for ``cover`` days."""
    bench, days = Bench(), 3
    steps = round(days / dt)
    bench.maps["needling_zone"][:] = 1.0
    inputs = {name: np.zeros((1, steps), np.float32) for name in bench.inputs}
    inputs["microneedling"][:, 0] = 1.0
    inputs["occlusion"][:, : round(cover / dt)] = 1.0
    batch = bench.batch()
    batch, now, seen = Batch(batch.fields, batch.maps, batch.params, inputs, batch.patients, 1), dict(batch.fields), []
    machine = March(System(mechanisms(), Grid(1, 1, 0.2), dt), lambda view: {}, round(1 / dt))
    for start in range(0, steps, machine.interval):
        now, _ = machine.advance(batch, now, start)
        seen.append(np.asarray(now["microchannels"]).item())
    return np.array(seen)


@pytest.mark.parametrize("dt", [1.0, pytest.param(0.5, marks=pytest.mark.slow), 0.125])
def test_closing_is_exact_whatever_the_step(dt: float) -> None:
    """A session lasts a step; from then on the half-life is that of the ledger, though it may be far below a step."""
    half, covered = (ledger().value(f"delivery.channel_half_life{name}", "day") for name in ("", "_occluded"))
    x = np.log(2.0) * dt / covered
    first = -np.expm1(-x) / x * 2.0 ** (-(1.0 - dt) / covered)
    assert openness(dt, 3.0) == pytest.approx(first * 2.0 ** (-np.arange(3) / covered), rel=1e-4)
    assert openness(dt, 0.0)[1] < 2.0 ** (-1.0 / half) + 1e-12
    assert openness(dt, 1.0)[1] < 1e-12


def test_a_cover_lets_more_through_and_lets_it_through_later() -> None:
    plain, covered = put_on(True, False), put_on(True, True)
    for name in DEPOSITS.values():
        assert np.all(covered[name] >= plain[name])
        assert np.median(covered[name]) > 1.5 * np.median(plain[name])
    late = {}
    for cover in (0.0, 1.0):
        bench = Bench(days=3.0)
        bench.maps["needling_zone"][:] = 1.0
        bench.inputs["microneedling"][:, 0] = 1.0
        bench.inputs["occlusion"][:, :4] = cover
        bench.inputs["topical_cells"][:, 2] = 1.0  # a day later
        late[cover] = deposits(bench)["cell_deposit"].item()
    assert late[0.0] < 1e-6
    assert late[1.0] > 1e-4


def test_the_cover_of_a_plan_lies_for_its_time_and_needs_needling() -> None:
    at = Occasion(Grid(1, 1, 0.2), 20, 0.4, np.ones((1, 1), bool), "back", {}, 2)
    line = treatments()["microneedling"](sessions=2, every="4 days", occluded=True)
    course = line.contribute(at).inputs["occlusion"]
    assert course.shape == (2, 20)
    assert course.sum(axis=1) * at.dt == pytest.approx([2.0, 2.0])
    assert course.max() == 1.0
    assert "occlusion" not in treatments()["microneedling"]().contribute(at).inputs
    assert "occlusion" not in amounts()
    with pytest.raises(ValueError, match="needs microneedling"):
        treatments()["vesicles_topical"](occluded=True)
