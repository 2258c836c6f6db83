"""Modes, prescriptions, snapshots and tallies of a system of toy processes."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.engine.flows import Flow, lose, produce
from skintwin.engine.grid import Grid
from skintwin.engine.march import March
from skintwin.engine.process import Context, Mode, View
from skintwin.engine.system import Course, System
from skintwin.errors import ConfigError
from tests.engine.toys import POINT, Decay, Follower, Front, batch_of, final, look

K = {"decay": {"k": 0.2}}
DECAY = 1.0 + 0.1 + 0.1**2 / 2
"""What a step of half a day divides by at k = 0.2 a day: the exponential to second order."""
BOTH = (Decay(), Follower())


def test_a_process_that_is_off_gives_its_neutral_output_and_leaves_its_field() -> None:
    system = System(BOTH, POINT, 0.5, {"decay": Mode.OFF})
    got = final(system, batch_of(system, 10, [0], K, u=3.0))
    assert got["u"].item() == 3.0
    assert got["v"].item() == pytest.approx(7.0 * 5)


def test_a_model_runs() -> None:
    system = System(BOTH, POINT, 0.5)
    got = final(system, batch_of(system, 10, [0], K, u=3.0))
    assert got["u"].item() == pytest.approx(3.0 / DECAY**10, rel=1e-6)


def test_a_prescribed_course_is_followed_by_outputs_and_fields() -> None:
    course = Course(np.array([0.0, 2.0, 6.0]), np.array([1.0, 3.0, -1.0]))
    given = {"glow": course, "u": course, "haze": Course(np.array([0.0]), np.array([0.25]))}
    system = System(BOTH, POINT, 0.5, {"decay": Mode.PRESCRIBED}, given)
    batch, machine = batch_of(system, 20, [0], K), March(system, look, 1)
    fields = dict(batch.fields)
    for step in range(20):
        seen = machine.look(batch, fields, step)
        expected = np.interp(step * 0.5, [0, 2, 6], [1, 3, -1])
        assert seen["glow"].item() == pytest.approx(expected, abs=1e-6)
        assert seen["haze"].item() == 0.25
        fields, _ = machine.advance(batch, fields, step)
        assert float(fields["u"][0, 0, 0]) == pytest.approx(np.interp(step * 0.5 + 0.5, [0, 2, 6], [1, 3, -1]))


def test_a_course_may_be_a_map() -> None:
    maps = np.arange(12.0).reshape(2, 2, 3)
    course = Course(np.array([1.0, 3.0]), maps)
    assert np.asarray(course.at(2.0)) == pytest.approx(maps.mean(0)[None])
    assert np.asarray(course.at(0.0)) == pytest.approx(maps[:1])
    assert np.asarray(course.at(9.0)) == pytest.approx(maps[1:])


@pytest.mark.parametrize(
    ("modes", "courses", "says"),
    [
        ({"decoy": Mode.OFF}, {}, "unknown mechanism 'decoy'; expected one of decay, follower"),
        ({"decay": Mode.PRESCRIBED}, {}, "no time course is given for glow, haze"),
        ({}, {"glow": Course(np.array([0.0]), np.array([1.0]))}, "set decay to prescribed"),
        ({}, {"shine": Course(np.array([0.0]), np.array([1.0]))}, "no mechanism owns 'shine'"),
    ],
)
def test_what_does_not_fit_is_named(modes: dict[str, Mode], courses: dict[str, Course], says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        System(BOTH, POINT, 0.5, modes, courses)
    assert says in str(caught.value)


def test_snapshots_do_not_depend_on_the_interval() -> None:
    grid = Grid(6, 6, 0.2)
    system = System(BOTH, grid, 0.5)
    batch = batch_of(system, 12, [0, 1], K, u=3.0)
    rng = np.random.default_rng(0)
    batch.fields["u"][:] = rng.random((2, 6, 6))
    batch.inputs["light"][:] = rng.random((2, 12))
    whole, pieces = final(system, batch), final(system, batch, 5)
    assert all(np.array_equal(whole[name], pieces[name]) for name in whole)


def test_two_batches_in_turns_get_what_is_scheduled_for_each() -> None:
    """One march serves both; the inputs that it keeps are of the batch at hand."""
    system = System((Decay(),), POINT, 0.5)
    dark, lit = (batch_of(system, 8, [0], K, u=1.0) for _ in range(2))
    lit.inputs["light"][:] = np.arange(8)
    machine = March(system, look, 2)
    states = {id(batch): dict(batch.fields) for batch in (dark, lit)}
    for start in range(0, 8, 2):
        for batch in (dark, lit):
            states[id(batch)], _ = machine.advance(batch, states[id(batch)], start)
    for batch in (dark, lit):
        assert np.array_equal(np.asarray(states[id(batch)]["u"]), final(system, batch, 2)["u"])
    assert np.asarray(states[id(lit)]["u"]) > np.asarray(states[id(dark)]["u"]) + 1


def test_tallies_are_amounts_over_the_patch() -> None:
    grid = Grid(4, 5, 0.5)
    system = System((Decay(),), grid, 0.5)
    batch = batch_of(system, 8, [0, 1], K, u=3.0)
    batch.inputs["light"][1] = 2.0
    fields, tallies = March(system, look, 8, tally=True).advance(batch, dict(batch.fields), 0)
    assert tallies["lit"] == pytest.approx([0.0, 2.0 * 4.0 * grid.area])
    change = (np.asarray(fields["u"]) - 3.0).sum((1, 2)) * grid.pixel_area
    assert tallies["lit"] - tallies["decayed"] == pytest.approx(change, rel=1e-5)


@pytest.mark.parametrize(
    ("flow", "says"),
    [
        (lose("uu", 1.0), "typo changes 'uu', which no mechanism owns as a field; expected 'u'?"),
        (produce("melanin", 1.0), "typo changes 'melanin'.*expected one of u, v"),
    ],
)
def test_a_flow_into_nothing_is_named(flow: Flow, says: str) -> None:
    class Typo(Decay):
        name = "typo"
        fields = ("u", "v")

        def flows(self, s: View, p: View, c: Context) -> list[Flow]:
            return [flow]

    system = System((Typo(),), POINT, 0.5)
    with pytest.raises(ConfigError, match=says.replace("?", r"\?")):
        final(system, batch_of(system, 2, [0], {"typo": {"k": 0.2}}))


def test_there_is_nothing_after_the_end() -> None:
    system = System((Decay(),), POINT, 0.5)
    batch = batch_of(system, 8, [0], K)
    with pytest.raises(ConfigError, match="no steps left after step 8"):
        March(system, look, 4).advance(batch, dict(batch.fields), 8)


@pytest.mark.parametrize("shape", [(0, 4, 0.2), (4, 4, 0.0), (4, 4, -1.0), (4, 4, float("nan"))])
def test_an_impossible_grid_is_refused(shape: tuple[int, int, float]) -> None:
    with pytest.raises(ConfigError, match="expected"):
        Grid(*shape)


@pytest.mark.usefixtures("double")
def test_double_precision_is_kept_through_a_march() -> None:
    system = System((Decay(),), Grid(8, 8, 0.2), 0.5)
    batch = batch_of(system, 10, [0], K, dtype=np.float64, u=3.0)
    got = final(system, batch)["u"]
    assert got.dtype == np.float64
    assert got == pytest.approx(np.full((1, 8, 8), 3.0 / DECAY**10), rel=1e-14)
    haze = March(system, look, 1).look(batch, batch.fields, 0)["haze"]
    assert haze.dtype == np.float64
    assert np.abs(haze - 3.0).max() < 1e-13


def front_speed(pixel: float, dt: float, r: float = 0.1, d: float = 0.01) -> float:
    """Speed (mm/day) of the half-height between days 100 and 200."""
    system = System((Front(),), Grid(1, round(12 / pixel), pixel), dt)
    batch = batch_of(system, round(200 / dt), [0], {"front": {"r": r, "d": d}})
    batch.fields["u"][..., : round(1 / pixel)] = 1.0
    machine, fields, place = March(system, look, round(100 / dt)), dict(batch.fields), []
    for start in (0, machine.interval):
        fields, _ = machine.advance(batch, fields, start)
        place.append(float(np.asarray(fields["u"]).sum()) * pixel)
    return (place[1] - place[0]) / 100


def test_a_fisher_front_moves_at_twice_the_root_of_r_d() -> None:
    """Position 2√(rD) t − (3/2)√(D/r) ln t (Bramson 1983): the limit is approached slowly, from below."""
    theory = 2 * np.sqrt(0.1 * 0.01)
    late = theory - 1.5 * np.sqrt(0.01 / 0.1) * np.log(200.0 / 100.0) / 100
    fine, coarse = front_speed(0.05, 0.125), front_speed(0.2, 0.5)
    print("front speed over 2√(rD): fine", fine / theory, "working grid", coarse / theory, "Bramson", late / theory)
    assert fine == pytest.approx(late, rel=0.03)
    assert coarse == pytest.approx(fine, rel=0.06)
