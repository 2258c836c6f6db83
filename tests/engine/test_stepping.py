"""The positivity-preserving step against the exact matrix exponential, and what it must keep."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from skintwin.engine.flows import Flow, lose, lose_in_step, produce, take, transfer
from skintwin.engine.stepping import euler_stage, order_of, patankar_step, second_stage, take_shares
from skintwin.errors import ConfigError

RATES = {"a": 0.3, "b": 0.2, "c": 0.05, "loss": 0.1, "made": 2.0}


def chain(r: dict[str, float] = RATES) -> list[Flow]:
    """made → a → b → c → out, with a loss on b."""
    return [
        produce("a", jnp.asarray(r["made"]), "made"), transfer("a", "b", r["a"]), transfer("b", "c", r["b"]),
        lose("b", r["loss"], "lost"), lose("c", r["c"], "out"),
    ]  # fmt: skip


def state(*values: float) -> dict[str, jnp.ndarray]:
    return {name: jnp.full((1, 1, 1), value) for name, value in zip("abc", values, strict=True)}


def vector(fields: dict[str, jnp.ndarray]) -> np.ndarray:
    return np.array([float(fields[name][0, 0, 0]) for name in "abc"])


def matrix() -> np.ndarray:
    r = RATES
    return np.array([[-r["a"], 0, 0], [r["a"], -r["b"] - r["loss"], 0], [0, r["b"], -r["c"]]])


def euler(now: dict[str, jnp.ndarray], flows: list[Flow], dt: float) -> tuple[dict[str, object], dict[str, object]]:
    """The first stage alone."""
    return patankar_step(now, euler_stage(flows), dt)


def whole(now: dict[str, jnp.ndarray], flows: list[Flow], dt: float) -> tuple[dict[str, object], dict[str, object]]:
    """Both stages, for flows that do not depend on the state."""
    first, _ = euler(now, flows, dt)
    return patankar_step(now, second_stage(now, first, flows, flows), dt)


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize(("step", "order"), [(euler, 1), (whole, 2)])
def test_the_error_falls_with_the_step_at_the_order_of_the_scheme(step: object, order: int) -> None:
    m, made, days = matrix(), np.array([RATES["made"], 0, 0]), 8.0
    rest = -np.linalg.solve(m, made)
    exact = rest + expm(m * days) @ (np.array([5.0, 1.0, 0.0]) - rest)
    errors = []
    for count in (8, 16, 32, 64, 128, 256, 512):
        now = state(5.0, 1.0, 0.0)
        for _ in range(count):
            now, _ = step(now, chain(), days / count)
        errors.append(np.abs(vector(now) - exact).max())
    ratios = np.array(errors[:-1]) / np.array(errors[1:])
    print("error ratios on halving", ratios)
    assert now["a"].dtype == jnp.float64
    assert np.all(np.diff(ratios) > 0), errors
    assert ratios[-1] == pytest.approx(2**order, rel=0.02)


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize("dt", [0.1, 1.0, 1e4])
def test_the_rest_state_is_a_rest_state_of_the_step(dt: float) -> None:
    rest = -np.linalg.solve(matrix(), np.array([RATES["made"], 0, 0]))
    now, _ = whole(state(*rest), chain(), dt)
    assert vector(now) == pytest.approx(rest, rel=1e-13)


rates = st.floats(0, 1e6)


@given(st.tuples(rates, rates, rates), st.lists(rates, min_size=5, max_size=5), st.floats(1e-3, 1e8))
@settings(max_examples=80, deadline=None)
def test_positive_for_any_rates_and_any_step(start: tuple[float, ...], r: list[float], dt: float) -> None:
    now, _ = whole(state(*start), chain(dict(zip(RATES, r, strict=True))), dt)
    got = vector(now)
    assert np.all(np.isfinite(got))
    assert np.all(got >= 0)


@given(st.floats(1e-3, 1e3), st.floats(0.0, 50.0), st.floats(0.1, 3.0))
@settings(max_examples=40, deadline=None)
def test_nothing_is_lost_between_fields(dt: float, rate: float, gain: float) -> None:
    """What leaves one field arrives in the next, times the gain; the tally says how much."""
    flows = [transfer("a", "b", rate, gain, "moved"), transfer("b", "c", rate / 3)]
    now, tallies = whole(state(7.0, 0.0, 0.0), flows, dt)
    a, b, c = vector(now)
    assert a + (b + c) / gain == pytest.approx(7.0, rel=2e-6)
    assert float(tallies["moved"][0, 0, 0]) == pytest.approx(7.0 - a, rel=1e-5, abs=1e-5)


@pytest.mark.usefixtures("double")
def test_tallies_close_the_balance() -> None:
    now, total = state(5.0, 1.0, 0.5), {"made": 0.0, "lost": 0.0, "out": 0.0}
    for _ in range(50):
        now, tallies = whole(now, chain(), 0.7)
        total = {label: total[label] + float(tallies[label][0, 0, 0]) for label in total}
    assert vector(now).sum() - 6.5 == pytest.approx(total["made"] - total["lost"] - total["out"], rel=1e-12)


@pytest.mark.usefixtures("double")
def test_the_second_stage_is_the_published_scheme() -> None:
    """Against the formula of the module, solved as a matrix, with rates that change between the stages."""
    begin = [*chain(), lose_in_step("b", 0.04)]
    other = {"a": 0.2, "b": 0.5, "c": 0.01, "loss": 0.3, "made": 1.0}
    end, dt, u = [*chain(other), lose_in_step("b", 0.06)], 0.7, np.array([5.0, 1.0, 0.25])
    first, _ = euler(state(*u), begin, dt)
    ratio = u / vector(first)

    def half(name: str, field: int, ratio: np.ndarray = ratio) -> float:
        return 0.5 * (RATES[name] * ratio[field] + other[name])

    a, b, c, loss = half("a", 0), half("b", 1), half("c", 2), half("loss", 1) + 0.5 * (0.04 + 0.06)
    whole_matrix = np.array([[1 + dt * a, 0, 0], [-dt * a, 1 + dt * (b + loss), 0], [0, -dt * b, 1 + dt * c]])
    expected = np.linalg.solve(whole_matrix, u + dt * np.array([0.5 * (RATES["made"] + other["made"]), 0, 0]))
    new, _ = patankar_step(state(*u), second_stage(state(*u), first, begin, end), dt)
    assert vector(new) == pytest.approx(expected, rel=1e-13)


def test_a_field_without_anything_takes_what_is_made_at_the_end_of_the_step() -> None:
    begin, end = ([produce("a", jnp.asarray(made)), lose("a", 0.4)] for made in (0.0, 3.0))
    first, _ = euler(state(0.0, 0.0, 0.0), begin, 0.5)
    new, _ = patankar_step(state(0.0, 0.0, 0.0), second_stage(state(0.0, 0.0, 0.0), first, begin, end), 0.5)
    assert float(new["a"][0, 0, 0]) == pytest.approx(0.25 * 3.0 / (1 + 0.25 * 0.4), rel=1e-6)


def test_what_is_taken_at_once_is_a_share_whatever_the_step() -> None:
    flows = [take("a", 0.25, "burst"), take("a", 0.5, "burst"), transfer("a", "b", 0.1)]
    left, others, taken = take_shares(state(8.0, 1.0, 0.0), flows)
    assert vector(left) == pytest.approx([3.0, 1.0, 0.0])
    assert float(taken["burst"][0, 0, 0]) == pytest.approx(5.0)
    assert others == flows[2:]


def test_single_precision_stays_single() -> None:
    now, _ = whole(state(5.0, 1.0, 0.0), chain(), 0.5)
    assert now["a"].dtype == jnp.float32


def test_order_follows_the_transfers() -> None:
    assert order_of(["c", "b", "a"], chain()) == ["a", "b", "c"]


def test_a_cycle_is_named() -> None:
    flows = [*chain(), transfer("c", "b", 0.1)]
    with pytest.raises(ConfigError, match="cycle among b, c") as caught:
        order_of(["a", "b", "c"], flows)
    assert "production" in str(caught.value)
