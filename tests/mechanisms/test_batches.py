"""The whole set of mechanisms: results do not depend on the batch, and each mechanism can be off."""

from __future__ import annotations

import numpy as np
import pytest

from skintwin.engine.grid import Grid
from skintwin.engine.march import Batch, March
from skintwin.engine.process import Mode
from skintwin.engine.system import System
from skintwin.mechanisms import mechanisms
from skintwin.mechanisms.delivery import over_session
from tests.mechanisms.lab import DT, Bench, column, draws, observe

N, SIDE, DAYS = 32, 12, 120


def busy(n: int = N) -> Bench:
    """A lesion under sun, lamp, needles, cells and autoimmunity, with parameters drawn from their priors."""
    bench = Bench(n=n, shape=(SIDE, SIDE), days=DAYS, values=draws(n), follicles=True)
    bench.fields["melanocytes"][:, 3:9, 3:9] = 0
    bench.fields["cd8"][:, 2:10, 2:10] = 40
    bench.fields["cd8_resident"][:, 3:9, 3:9] = 60
    bench.maps["autoimmune_activity"][:] = np.linspace(0, 1, n)[:, None, None]
    bench.maps["lamp_limit"][:] = 1.5
    bench.maps["wheals"][:, 4:8, 4:8] = 1.0
    bench.maps["needle_dots"][:, 5:7, 5:7] = 1.0
    sessions = np.arange(0.0, DAYS, 28)
    bench.inputs["cells"][:] = over_session(sessions, np.full(len(sessions), 2e3), bench.steps, DT)
    bench.inputs["needles"][:] = over_session(sessions, np.ones(len(sessions)), bench.steps, DT)
    lamp = np.arange(0.0, DAYS, 2.5)
    bench.inputs["lamp"][:] = over_session(lamp, np.full(len(lamp), 9e3), bench.steps, DT)
    bench.inputs["sun"][:] = 0.3 * DT * bench.maps["med_sun"][0, 0, 0]
    return bench


def part(batch: Batch, i: np.ndarray) -> Batch:
    return Batch(
        {k: v[i] for k, v in batch.fields.items()}, {k: v[i] for k, v in batch.maps.items()},
        {k: {s: v[i] for s, v in d.items()} for k, d in batch.params.items()},
        {k: v[i] for k, v in batch.inputs.items()}, batch.patients[i], batch.seed,
    )  # fmt: skip


def end(batch: Batch, modes: dict[str, Mode] | None = None) -> tuple[March, dict[str, np.ndarray]]:
    """Fields and signals: none can be below zero (what a first stage missed can). All of the state is finite."""
    system = System(mechanisms(), Grid(SIDE, SIDE, 0.2), DT, modes or {})
    machine, state = March(system, observe, 60), dict(batch.fields)
    for start in range(0, batch.steps, 60):
        state, _ = machine.advance(batch, state, start)
    assert all(np.isfinite(value).all() for value in state.values())
    return machine, {name: np.asarray(state[name]) for name in (*system.fields, *system.signals)}


def test_batches_of_one_seven_and_all_agree() -> None:
    """Relative to each field's own size: 1e-5, over 120 days of everything at once."""
    batch = busy().batch()
    whole = end(batch)[1]
    worst = 0.0
    for size in (1, 7):
        chosen = np.arange(size) + 4
        some = end(part(batch, chosen))[1]
        for name, value in some.items():
            scale = np.abs(whole[name]).max((1, 2))[chosen] + 1e-12
            worst = max(worst, float((np.abs(value - whole[name][chosen]).max((1, 2)) / scale).max()))
    print("largest relative difference between batch sizes", worst)
    assert worst < 1e-5


def test_everything_stays_finite_and_positive() -> None:
    fields = end(busy().batch())[1]
    assert all(np.isfinite(value).all() for value in fields.values())
    assert min(float(value.min()) for value in fields.values()) >= 0


GATE = 8
"""Of the mechanisms, one in so many guards main; each costs a compilation of its own."""


@pytest.mark.parametrize("name", [
    pytest.param(m.name, marks=[] if k % GATE == 0 else [pytest.mark.slow]) for k, m in enumerate(mechanisms())
])  # fmt: skip
def test_each_mechanism_can_be_off(name: str) -> None:
    """Neutral outputs, no crash, nothing that is not a number, also where no melanocyte is left."""
    bench, process = busy(2), next(m for m in mechanisms() if m.name == name)
    bench.steps = 60
    bench.inputs = {k: v[:, :60] for k, v in bench.inputs.items()}
    machine, fields = end(bench.batch(), {name: Mode.OFF})
    assert all(np.isfinite(value).all() for value in fields.values()), name
    assert min(float(value.min()) for value in fields.values()) >= 0
    assert column(fields).max() > 0
    seen = machine.look(bench.batch(), fields, 59)
    for output, neutral in process.outputs.items():
        if output in seen:
            assert np.all(seen[output] == neutral)
