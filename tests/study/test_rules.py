"""Rules: what is written is what is meant, contradictions are refused, and gates follow each draw by itself."""

from __future__ import annotations

import contextlib
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skintwin.evidence import ledger
from skintwin.study.arms import Course
from skintwin.study.endpoint_names import ENDPOINTS
from skintwin.study.gates import Gates
from skintwin.study.make_line import make_line
from skintwin.study.rules import Rule, check_rules, parse_rule
from tests.study.small import small_study


@given(st.one_of(st.text(max_size=40), st.none(), st.integers(), st.floats()))
def test_any_text_is_a_rule_or_a_refusal(text):
    with contextlib.suppress(ValueError):
        rule = parse_rule(text)
        assert parse_rule(str(rule)) == rule


@given(
    st.sampled_from(ENDPOINTS), st.sampled_from(["<", "<=", ">", ">="]),
    st.floats(1e-3, 99.0), st.sampled_from(["", " ", "  "]),
)  # fmt: skip
def test_a_rule_comes_back_from_its_text(info, sign, level, gap):
    if level > info.high:
        return
    unit = {"percent": "%", "1": "", "degree": "degrees"}.get(info.unit, info.unit)
    rule = parse_rule(f"{info.name}{gap}{sign}{gap}{level!r}{gap}{unit}")
    assert rule == Rule(info.name, sign, level)
    assert parse_rule(str(rule)) == rule


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("repigmentation >= 120 %", "never holds"), ("repigmentation >= 0 %", "always holds"),
        ("lesion_area < 0 %", "never holds"), ("repigmentation >= 90", "is in %"), ("repigmentaton > 9 %", "did you"),
        ("repigmentation => 90 %", "not a rule"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(text, says):
    with pytest.raises(ValueError, match=says):
        parse_rule(text)


@given(st.floats(1, 99), st.floats(1, 99), st.sampled_from(["<", "<=", ">", ">="]), st.sampled_from("<>"))
def test_stop_and_resume_never_hold_together(a, b, sign, other):
    """Accepted pairs have no common value; refused pairs have one."""
    stop, resume = Rule("melanin", sign, a), Rule("melanin", other, b)
    probes = np.array([a, b, (a + b) / 2, min(a, b) - 1, max(a, b) + 1])
    common = bool((stop.holds(probes) & resume.holds(probes)).any())
    try:
        check_rules(None, stop, resume)
    except ValueError:
        assert stop.overlaps(resume)
    else:
        assert not common


def test_stop_below_start_is_refused():
    with pytest.raises(ValueError, match="as soon as it starts"):
        check_rules(parse_rule("lesion_area > 110 %"), parse_rule("lesion_area > 100 %"), None)
    check_rules(parse_rule("lesion_area > 110 %"), parse_rule("lesion_area < 100 %"), None)


def _gates(line):
    return Gates.at_start([make_line(line, 1)], "repigmentation", 3)


def test_gates_follow_each_draw():
    """Stopped at 50 %, again after a quarter of the gain is lost; draw 2 never gets there."""
    gates = _gates({"give": "nb_uvb", "until": "8 weeks", "stop": "repigmentation >= 50 %", "resume": "relapse"})
    share = ledger().value("study.relapse_loss", "1")
    course = np.array([[60, 10, 50], [60 * (1 - share) + 1, 20, 49], [60 * (1 - share) - 1, 30, 60], [70, 40, 0]])
    opened = []
    for step, values in enumerate(course):
        gates.observe({"repigmentation": values.astype(float)}, step)
        opened.append(gates.open[0].tolist())
    assert opened == [[False, True, False], [False, True, False], [True, True, False], [False, True, True]]


def test_a_line_that_starts_by_rule_is_given_from_then_on():
    gates = _gates({"give": "nb_uvb", "until": "8 weeks", "start": "lesion_area > 110 %"})
    planned = np.arange(1.0, 13.0)[None, :]
    assert not gates.window(0, planned, 0, 4).any()
    gates.observe({"lesion_area": np.array([100.0, 120.0, 90.0])}, 4)
    assert gates.window(0, planned, 4, 8).tolist() == [[0] * 4, [1, 2, 3, 4], [0] * 4]
    gates.observe({"lesion_area": np.array([111.0, 90.0, 90.0])}, 8)
    assert gates.window(0, planned, 8, 12).tolist() == [[1, 2, 3, 4], [5, 6, 7, 8], [0] * 4]


def test_without_rules_the_plan_is_given_as_planned():
    gates = _gates({"give": "nb_uvb", "until": "8 weeks"})
    planned = np.random.default_rng(0).uniform(size=(1, 12))
    assert np.array_equal(gates.window(0, planned, 3, 9), np.repeat(planned[:, 3:9], 3, axis=0))


def _begun(line, course, looks=(0, 14, 28, 42, 56)):
    """Sessions of a line begun between the looks, for courses (looks, draws) of melanin; state kept by a checkpoint."""
    study = small_study(arms=[{"name": "a", "plan": [line]}])
    plan = Course(study, study.arms[0], {}, (), {}, (), len(course[0]))
    gates, begun = plan.gates("hypopigmented"), []
    for k, (start, stop) in enumerate(itertools.pairwise(looks)):
        gates.observe({"melanin": np.array(course[k], float), "repigmentation": np.zeros(len(course[0]))}, start)
        begun.append(plan.begins(gates, start, stop)[:, 0].tolist())
        stored = gates.state()
        gates = plan.gates("hypopigmented")
        gates.restore(stored)
    return begun


def test_daily_use_begins_when_it_is_first_given():
    """Stopped on day 0 and taken up later; given at once and taken up again; never given; begun by a rule."""
    held = {"stop": "melanin > 50 %", "resume": "melanin < 40 %"}
    daily = {"give": "tacrolimus", "until": "8 weeks", **held}
    course = [[60, 30, 60, 45], [60, 60, 60, 60], [30, 60, 60, 60], [30, 30, 60, 60]]
    assert _begun(daily, course) == [[0, 1, 0, 1], [0, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
    later = {"give": "tacrolimus", "start": "melanin > 50 %", "until": "8 weeks"}
    assert _begun(later, [[0], [60], [60], [0]]) == [[0], [1], [0], [0]]
    planned = {"give": "tacrolimus", "start": "10 days", "until": "8 weeks"}
    assert _begun(planned, [[0]] * 4) == [[0], [1], [0], [0]]


def test_sessions_that_fall_while_a_line_is_stopped_are_not_counted():
    line = {"give": "saline_injection", "sessions": 4, "every": "1 week", "spacing": "2 mm",
            "stop": "melanin > 50 %", "resume": "melanin < 40 %"}  # fmt: skip
    assert _begun(line, [[60, 30], [30, 30], [60, 30], [60, 30]]) == [[0, 1], [1, 1], [0, 1], [0, 1]]


def test_an_arm_without_lines_has_a_state_too():
    gates = Gates.at_start([], "repigmentation", 3)
    gates.observe({"repigmentation": np.zeros(3)}, 0)
    assert gates.state()["gates.past"].shape == (1, 0, 3)
    gates.restore(gates.state())


def _light(**rules):
    line = {"give": "nb_uvb", "until": "8 weeks", **rules}
    return small_study(draws=2, pixels=12, arms=[{"name": "light", "plan": [line]}])


def test_rules_close_the_loop_and_survive_a_kill(tmp_path):
    """Never started is no treatment; stopped at once ends the dose; a killed run goes on with the same bytes."""
    from skintwin.study.simulate import simulate

    never = simulate(_light(start="lesion_area > 5000 %"), tmp_path / "never").ensemble.arms["light"]
    assert never.given_until.max() == 0
    plain = simulate(_light(), tmp_path / "plain").ensemble.arms["light"]
    level = plain.endpoints["melanin"][0]
    assert np.ptp(level) > 0
    sign = ">" if level[3] > level[0] else "<"
    study = _light(stop=f"melanin {sign} {level[3]} %")
    whole = simulate(study, tmp_path / "whole").ensemble.arms["light"]
    assert 0 < whole.given_until[0] < plain.given_until[0]

    def stop(done, total, label):
        if done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(study, tmp_path / "again", progress=stop)
    said = []
    simulate(study, tmp_path / "again", progress=lambda done, total, label: said.append(label))
    assert said[0].startswith("continuing")
    for name in ("endpoints.parquet", "run.json"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
