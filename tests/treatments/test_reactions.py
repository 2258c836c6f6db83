"""What a line gives when rules interrupt it: levels wash out and build up, lamps count the sessions that were given."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.engine.grid import Grid
from skintwin.evidence import ledger
from skintwin.study.gates import Gates
from skintwin.study.make_line import make_line
from skintwin.treatments.base import Occasion
from skintwin.treatments.reactions import Level, Planned

DT, WEEK, DAYS, N = 0.5, 14, 168, 3
RULES = {"stop": "repigmentation >= 50 %", "resume": "repigmentation < 10 %"}


def occasion(line: object) -> Occasion:
    keys = line.treatment.parameters  # type: ignore[attr-defined]
    draws = {key: ledger().parameter(key).prior.ppf(np.array([0.2, 0.5, 0.8])) for key in keys}
    return Occasion(Grid(2, 2, 0.2), round(DAYS / DT), DT, np.ones((2, 2), bool), "back", draws, N)


def lived(
    give: str, name: str, open_weeks: np.ndarray, interval: int = WEEK, restart: bool = True, **fields: object
) -> tuple[np.ndarray, np.ndarray]:
    """Input ``name`` (n, steps) of a line that is open in the weeks (n, weeks) given; and as it was planned."""
    line = make_line({"give": give, "until": f"{DAYS} days", **RULES, **fields}, 1)
    planned = line.treatment.contribute(occasion(line)).inputs[name]
    gates = Gates.at_start([line], "repigmentation", N)
    pieces = []
    for start in range(0, planned.shape[1], interval):
        if start % WEEK == 0:
            gates.observe({"repigmentation": np.where(open_weeks[:, start // WEEK], 0.0, 60.0)}, start)
        gates.window(0, planned, start, min(start + interval, planned.shape[1]))  # a look: changes nothing
        pieces.append(gates.window(0, planned, start, min(start + interval, planned.shape[1])))
        if restart:
            stored = gates.state()
            gates = Gates.at_start([line], "repigmentation", N)
            gates.restore(stored)
    return np.concatenate(pieces, axis=1), np.asarray(planned)


def weeks(*closed: slice) -> np.ndarray:
    """Draw 0 never closed, draw 1 closed in the weeks given, draw 2 as well from the start of the first of them on."""
    made = np.ones((N, DAYS // 7), bool)
    for part in closed:
        made[1, part] = False
    made[2, closed[0].start :] = False
    return made


def test_a_medicine_washes_out_and_builds_up() -> None:
    """Against Euler's method at a thousandth of a day; the level jumps nowhere."""
    opened = weeks(slice(6, 9))
    got, planned = lived("tretinoin", "retinoid", opened)
    assert np.array_equal(got[0], planned[0])  # never stopped: the same bytes
    line = make_line({"give": "tretinoin", "until": f"{DAYS} days"}, 1)
    draws = occasion(line).draws
    effect, onset, washout = (draws[f"medicine.tretinoin_{name}"] for name in ("effect", "onset", "washout"))
    for k in (1, 2):
        level, means, small = 0.0, [], 1e-3
        for step in range(got.shape[1]):
            total = 0.0
            for _ in range(round(DT / small)):
                used = opened[k, step // WEEK]
                level += small * ((1.0 - level) / onset[k] if used else -level / washout[k])
                total += level * small / DT
            means.append(total)
        assert got[k] == pytest.approx(effect[k] * np.array(means), abs=2e-3 * effect[k])
        assert np.abs(np.diff(got[k])).max() < 1.1 * effect[k] * DT / min(onset[k], washout[k])
    stop = 6 * WEEK
    assert got[1, stop] > 0.9 * got[1, stop - 1] > 0  # it was switched off at once before


@pytest.mark.parametrize("interval", [1, 7, WEEK])
@pytest.mark.parametrize(("give", "name"), [("tretinoin", "retinoid"), ("nb_uvb", "lamp")])
def test_windows_and_restarts_do_not_change_a_byte(give: str, name: str, interval: int) -> None:
    opened = weeks(slice(3, 5), slice(10, 15))
    whole = lived(give, name, opened, restart=False)[0]
    assert lived(give, name, opened, interval)[0].tobytes() == whole.tobytes()
    assert lived(give, name, opened, interval, restart=False)[0].tobytes() == whole.tobytes()


def test_a_level_that_is_never_interrupted_is_the_planned_one() -> None:
    """Two methods: closed form of the whole course, and the exact step."""
    line = make_line({"give": "tacrolimus", "start": "3.3 days", "until": "47.1 days"}, 1)
    at = occasion(line)
    planned = line.treatment.contribute(at).inputs["calcineurin_block"]
    assert isinstance(planned, Planned)
    assert isinstance(planned.reaction, Level)
    always = np.ones((N, at.steps), bool)
    found = planned.reaction.given(always, np.zeros(N, int), 0, at.steps, {})
    assert planned.scale[:, None] * found == pytest.approx(np.asarray(planned), abs=1e-12)
    assert planned[:, :4].reaction is None  # what is computed from it is plain


def doses(course: np.ndarray) -> list[float]:
    return [round(float(dose), 6) for dose in course if dose > 0]


@pytest.mark.parametrize(("pause", "kept"), [(1, "quarter"), (2, "half"), (3, ""), (8, "")])
def test_a_lamp_goes_on_from_the_sessions_that_were_given(pause: int, kept: str) -> None:
    """Closed for so many weeks after the sixth: the calendar's dose would be twice as high and more."""
    share = ledger().value(f"phototherapy.kept_{kept}", "1") if kept else 0.0
    opened = weeks(slice(6, 6 + pause))
    got, planned = lived("nb_uvb", "lamp", opened, per_week=3)
    first, step, largest = (ledger().value(f"phototherapy.{k}") for k in ("first_dose", "increment", "largest_dose"))
    before, after = doses(got[1, : 6 * WEEK]), doses(got[1, 6 * WEEK :])
    assert before == pytest.approx(doses(planned[1, : 6 * WEEK]))
    assert after[0] == pytest.approx(max(share * before[-1], first))
    assert after[1] == pytest.approx(min(after[0] * (1 + step), largest))
    assert np.all(got[1, 6 * WEEK : (6 + pause) * WEEK] == 0)
    assert max(after) <= largest
    assert doses(got[2, 6 * WEEK :]) == []
    assert after[0] < doses(planned[1, (6 + pause) * WEEK :])[0]


def test_a_lamp_that_starts_by_rule_and_is_then_stopped() -> None:
    line = make_line({"give": "excimer_308", "until": "100 days", "start": "lesion_area > 110 %", **RULES}, 1)
    planned = line.treatment.contribute(occasion(line)).inputs["lamp"]
    gates, pieces = Gates.at_start([line], "repigmentation", N), []
    for week in range(20):
        seen = {"lesion_area": np.array([120.0, 120.0 if week >= 3 else 100.0, 100.0]),
                "repigmentation": np.array([0.0, 60.0 if 5 <= week < 7 else 0.0, 0.0])}  # fmt: skip
        gates.observe(seen, week * WEEK)
        pieces.append(gates.window(0, planned, week * WEEK, (week + 1) * WEEK))
    got, gain = np.concatenate(pieces, axis=1), ledger().value("phototherapy.excimer_gain")
    assert not got[2].any()
    assert np.array_equal(got[0], np.asarray(planned)[0, : 20 * WEEK])
    assert not got[1, : 3 * WEEK].any()
    assert not got[1, 5 * WEEK : 7 * WEEK].any()
    first = gain * ledger().value("phototherapy.first_dose")
    assert got[1, 3 * WEEK] == pytest.approx(first)
    assert 0 < got[1, 7 * WEEK] < np.asarray(planned)[0, 4 * WEEK]


def test_short_steps_spread_a_session_and_the_sum_is_the_same() -> None:
    from skintwin.treatments.reactions import LampSessions

    sums = []
    for dt in (0.5, 0.125):
        steps = round(28 / dt)
        lamp = LampSessions(np.arange(0.0, 28.0, 2.0), 2000.0, 0.1, 30000.0, dt, steps)
        opened = np.ones((1, steps), bool)
        opened[:, round(7 / dt) : round(14 / dt)] = False
        sums.append(lamp.given(opened, np.zeros(1, int), 0, steps, {}).sum())
    assert sums[0] == pytest.approx(sums[1])
