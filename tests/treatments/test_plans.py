"""Plans: days, doses, needle points, cells."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skintwin.engine.grid import Grid
from skintwin.errors import ConfigError
from skintwin.evidence import ledger
from skintwin.mechanisms import neutral
from skintwin.mechanisms.delivery import discs, needle_grid, over_session, viability, wheal_diameter
from skintwin.treatments import treatments
from skintwin.treatments.base import Contribution, Occasion, combine, session_days

GRID = Grid(60, 60, 0.2)
DRAWS = {
    "delivery.wheal_diameter": np.array([8.0, 6.0]), "delivery.injury_diameter": np.array([1.5, 1.0]),
    "delivery.viability_thaw": np.array([0.95, 0.9]), "delivery.viability_loss": np.array([0.07, 0.1]),
    "secretome.lot_strength": np.array([1.0, 2.0]),
}  # fmt: skip


def occasion(days: float = 84.0, dt: float = 0.5, site: str = "back") -> Occasion:
    target = np.zeros(GRID.shape, bool)
    target[15:45, 15:45] = True
    return Occasion(GRID, round(days / dt), dt, target, site, DRAWS, 2)


def plan(give: str, **rest: object) -> object:
    return treatments()[give](**rest)


def test_sessions_fall_on_their_days_and_not_after_the_end() -> None:
    assert session_days(3.0, 14.0, 4, 60.0, "x").tolist() == [3, 17, 31, 45]
    with pytest.raises(ConfigError, match=r"session 3 falls on day 60.*before the end of the study on day 60"):
        session_days(4.0, 28.0, 5, 60.0, "x")


@given(st.integers(1, 30), st.sampled_from([1.0, 0.5, 0.25, 0.1, 0.3]), st.floats(0, 20))
@settings(max_examples=60, deadline=None)
def test_every_session_is_given_whole_whatever_the_step(count: int, dt: float, first: float) -> None:
    days = first + 2.0 * np.arange(count)
    steps = int(np.ceil((days[-1] + 0.5) / dt))
    course = over_session(days, np.full(count, 3.0), steps, dt)
    assert course.sum() == pytest.approx(3.0 * count)


def test_a_session_on_the_last_half_day_is_not_lost() -> None:
    assert over_session(np.array([27.9]), np.array([3.0]), 56, 0.5).sum() == 3.0
    assert over_session(np.array([27.9]), np.array([3.0]), 112, 0.25).sum() == pytest.approx(3.0)


def test_light_is_given_so_many_times_a_week_and_raised_to_the_cap() -> None:
    lamp = plan("nb_uvb", until="8 weeks", per_week=3, first_dose="200 mJ/cm^2", largest_dose="1 J/cm^2")
    days, doses = lamp.doses("back")
    assert len(days) == 24
    assert days[:4].tolist() == [0, 2, 4, 7]
    assert doses[:2] == pytest.approx([2000.0, 2300.0])
    assert doses[12:] == pytest.approx(np.full(12, 10000.0))
    assert np.all(np.diff(doses) >= 0)


@pytest.mark.parametrize("per_week", range(1, 8))
def test_sessions_of_a_week_are_spread_over_it(per_week: int) -> None:
    days, _ = plan("nb_uvb", start="10 days", until="10 weeks", per_week=per_week).doses("back")
    gaps = np.diff(days)
    assert gaps.min() >= 1
    assert gaps.max() <= np.ceil(7 / per_week)
    assert days[0] == 10
    assert days[-1] < 70
    assert all(((days >= 10 + 7 * k) & (days < 17 + 7 * k)).sum() == per_week for k in range(8))


def test_the_face_gets_less_light_than_the_body() -> None:
    lamp = plan("nb_uvb", until="40 weeks")
    assert lamp.doses("cheek")[1].max() == pytest.approx(15000)
    assert lamp.doses("thigh")[1].max() == pytest.approx(30000)


def test_the_lamp_gives_its_doses_and_a_limit() -> None:
    lamp, at = plan("nb_uvb", until="8 weeks"), occasion()
    got = lamp.contribute(at)
    assert got.inputs["lamp"].shape == (2, at.steps)
    assert got.inputs["lamp"].sum(1) == pytest.approx(lamp.doses("back")[1].sum())
    assert got.maps["lamp_limit"].item() == ledger().value("phototherapy.burn_limit", "1")


def test_cells_are_points_times_volume_times_concentration_times_viability() -> None:
    line = plan("uc_msc_injection", sessions=3, spacing="5 mm", volume="0.05 mL", concentration="4e6 cells/mL",
                since_thaw="2 hours", every="28 days")  # fmt: skip
    at = occasion()
    got, points = line.contribute(at), line.points(at)
    alive = DRAWS["delivery.viability_thaw"] * np.exp(-2 * DRAWS["delivery.viability_loss"])
    assert got.inputs["cells"].sum(1) == pytest.approx(3 * 2e5 * alive)
    assert got.inputs["needles"].sum(1) == pytest.approx([3, 3])
    injected = got.maps["wheals"].sum((1, 2)) * GRID.pixel_area
    assert injected == pytest.approx(np.full(2, len(points)), rel=0.01)
    assert got.inputs["cells"][0].nonzero()[0].tolist() == [0, 56, 112]


def test_saline_is_the_same_needles_without_cells() -> None:
    at = occasion()
    saline = plan("saline_injection", spacing="5 mm").contribute(at)
    cells = plan("uc_msc_injection", spacing="5 mm").contribute(at)
    assert "cells" not in saline.inputs
    assert all(np.array_equal(saline.maps[k], cells.maps[k]) for k in saline.maps)
    assert np.array_equal(saline.inputs["needles"], cells.inputs["needles"])


@given(st.integers(0, 59), st.integers(0, 59), st.floats(0.5, 30))
@settings(max_examples=60, deadline=None)
def test_needle_points_lie_in_the_lesion_a_spacing_apart(y: int, x: int, spacing: float) -> None:
    mask = np.zeros(GRID.shape, bool)
    mask[max(0, y - 9) : y + 10, max(0, x - 6) : x + 7] = True
    points = needle_grid(mask, GRID, spacing)
    pixel = np.floor(points / GRID.pixel).astype(int)
    assert len(points) >= 1
    assert mask[pixel[:, 0], pixel[:, 1]].all()
    gap = np.linalg.norm(points[:, None] - points[None], axis=-1) + 1e9 * np.eye(len(points))
    assert gap.min() >= spacing - 1e-9


def test_needle_points_are_laid_so_that_most_fall_into_the_lesion() -> None:
    """A ring 10 mm across with a hole in the middle takes four points 5 mm apart, not the one that a lattice centred on
    the hole would leave; a crescent that no lattice hits is pricked where it is widest, not at its empty centre."""
    y, x = (np.indices((60, 60)) + 0.5 - 30) * GRID.pixel
    ring = (np.hypot(y, x) < 5.0) & (np.hypot(y, x) > 1.5)
    assert len(needle_grid(ring, GRID, 5.0)) >= 4
    crescent = (np.hypot(y, x) < 2.0) & (np.hypot(y, x - 0.8) > 2.0)
    (point,) = needle_grid(crescent, GRID, 30.0)
    assert crescent[tuple((point / GRID.pixel).astype(int))]


def test_wheals_and_viability_follow_their_formulas() -> None:
    assert wheal_diameter(0.1 / 8, np.array([8.0]), 0.1) == pytest.approx([4.0])
    assert viability(0.0, np.array([0.944]), np.array([0.0724])) == pytest.approx([0.944])
    assert viability(6.4, np.array([0.944]), np.array([0.0724])) == pytest.approx([0.594], abs=2e-3)
    density, cover = discs(np.array([[6.0, 6.0]]), np.array([4.0]), GRID)
    assert density[0, 30, 30] == pytest.approx(1 / (np.pi * 4), rel=0.01)
    assert cover.max() <= 1
    assert cover.sum() * GRID.pixel_area == pytest.approx(np.pi * 4, rel=0.02)


def test_contributions_add_up_and_clashing_needles_are_refused() -> None:
    at = occasion()
    cells, light = plan("uc_msc_injection", spacing="5 mm"), plan("nb_uvb", until="4 weeks")
    both = combine([cells.contribute(at), light.contribute(at)], at)
    assert set(both.inputs) == set(neutral("input"))
    assert both.inputs["sun"].max() == 0
    assert both.inputs["lamp"].max() > 0
    one, other = (plan("saline_injection", spacing=s).contribute(at) for s in ("5 mm", "3 mm"))
    with pytest.raises(ConfigError, match="lines 1 and 2 set the map wheals differently"):
        combine([one, other], at)
    assert combine([], at).maps == Contribution().maps


@pytest.mark.parametrize("give", [n for n, kind in treatments().items() if "until" in kind.model_fields])
def test_what_is_used_from_day_to_day_ends_after_it_starts(give: str) -> None:
    """Old: a vehicle that ended before it began was taken without a word."""
    for start, until in (("8 weeks", "4 weeks"), ("4 weeks", "4 weeks")):
        with pytest.raises(ValueError, match=r"ends on day 28, not after its start on day (28|56)"):
            plan(give, start=start, until=until)


@pytest.mark.parametrize("give", ["vehicle", "sham"])
def test_vehicle_and_sham_are_no_treatment_to_the_last_bit(give: str) -> None:
    """What their pages say: nothing is given, so that nothing can differ."""
    at = occasion()
    got = plan(give, until="8 weeks").contribute(at)
    assert (dict(got.inputs), dict(got.maps)) == ({}, {})
    with_it, without = (combine(parts, at).inputs for parts in ([got], []))
    assert all(with_it[name].tobytes() == without[name].tobytes() for name in without)
    assert "bit for bit" in (import_module(type(plan(give, until="8 weeks")).__module__).__doc__ or "")
