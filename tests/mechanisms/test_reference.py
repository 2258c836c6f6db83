"""The engine's step against an adaptive integrator of the same mechanisms in continuous time."""

from __future__ import annotations

import diffrax
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from skintwin.engine.reference import Reference, rates
from skintwin.mechanisms import amounts
from tests.mechanisms.agreement import by_engine, by_reference, refined, scene, worst
from tests.mechanisms.agreement import pixel_with_everything as everything

AGREEMENT = 1e-3
"""Asked for, relative to the largest value of each field."""
DEFAULT_STEP = {
    "pixel": {"column": 0.004, "melanocytes": 0.003, "infiltrate": 0.02},
    "patch": {"column": 0.002, "melanocytes": 0.006, "cd8": 0.02, "infiltrate": 0.02},
}
"""What the half-day step gives in the worst pixel at the worst moment, rounded up: for readers of docs/numerics.md, not
a goal. In the patch it is the lag of a border that crosses a pixel in days."""
NORM = {"pixel": 0.03, "patch": 0.01}
"""The same of all fields together, root mean square."""
FINEST = 32
"""Parts of a half-day step: products that come and go within hours, and the first day of a border, need them."""
SECOND_ORDER = ("factor_depot", "secretome_pool", "barrier", "hydration", "aftermath_early", "aftermath_late", "cd8")
"""Fields of the pixel that no laser touches, far enough above rounding at the finest step."""
UNUSED = {
    "pixel": set(),
    "patch": {
        "clone", "factor_depot", "graft_healing", "melanoblasts", "microchannels", "platelets_early", "platelets_late",
        "vesicle_depot",
    },
}  # fmt: skip
"""Fields that stay zero in a scene."""


@pytest.mark.parametrize("name", ["pixel", pytest.param("patch", marks=pytest.mark.slow)])
def test_engine_agrees_with_the_reference(name: str) -> None:
    """At the finest step every field agrees to 1e-3, and the error falls with the step.

    By a quarter on halving, where nothing moves: the step is of second order (``SECOND_ORDER``). What a laser takes at
    once, what answers to a threshold, and what moves across the patch is of first order, and these are what is left at
    the finest step: they carry the norm.
    """
    bench, every, truth = scene(name)
    fine, finer = FINEST // 2, FINEST
    runs = {parts: by_engine(bench, parts, every) for parts in (1, fine, finer)}
    gaps = {parts: worst(run, truth) for parts, run in runs.items()}
    print(name, "half-day step", {k: f"{v:.1e}" for k, v in gaps[1].items()})
    print(name, f"1/{2 * finer} day", {k: f"{v:.1e}" for k, v in gaps[finer].items()})
    assert set(bench.fields) - set(gaps[1]) <= UNUSED[name]
    for field, bound in DEFAULT_STEP[name].items():
        assert gaps[1][field] < bound, field
    norm = [np.sqrt(np.mean(np.square(list(gaps[parts].values())))) for parts in (1, fine, finer)]
    print(name, "norms", norm)
    assert norm[0] < NORM[name]
    assert norm[1] / norm[2] > 1.9
    if name == "pixel":
        assert min(gaps[fine][field] / gaps[finer][field] for field in SECOND_ORDER) > 3.0
        assert np.log(norm[0] / norm[1]) / np.log(fine) > 1.6
    assert max(gaps[finer].values()) < AGREEMENT


@pytest.mark.slow
def test_reference_is_far_below_what_it_judges() -> None:
    """A tolerance a hundred times tighter gives the same course to 1e-6."""
    bench, every, truth = scene("pixel")
    tight = worst(truth, by_reference(bench, every, tolerance=1e-10))
    assert max(tight.values()) < 1e-6


@pytest.mark.slow
def test_another_solver_gives_the_same_course() -> None:
    """Kvaerno's implicit method of order 5, at a tolerance of 1e-7: to 2e-5."""
    bench = everything(days=16)
    other = worst(by_reference(bench, 2), by_reference(bench, 2, tolerance=1e-7, solver=diffrax.Kvaerno5()))
    assert max(other.values()) < 2e-5


def test_rates_do_not_know_the_step() -> None:
    """Doses are amounts of a step: shared out over shorter steps they give the same rates.

    Two exceptions are meant: a laser takes its share of a session whatever the step, so that its rate only tends to a
    limit; and what is put on the skin in the step of a microneedling finds the channels open.
    """
    bench = everything(days=50)
    with jax.enable_x64(True):
        system, batch = refined(bench, 1)
        fields, maps, params = jax.tree.map(jnp.asarray, (batch.fields, batch.maps, batch.params))
        for name, value in batch.inputs.items():
            if name in ("laser", "microneedling"):
                continue
            now = {k: jnp.asarray(v[:, 30] * 0) for k, v in batch.inputs.items()}
            now[name] = jnp.asarray(value.max(axis=1))
            assert now[name].item() > 0, name
            whole, instant = (
                rates(system, fields, maps, params, Reference(system, given).context(jnp.asarray(0.0), now))
                for given in ((), amounts())
            )
            for field, rate in whole.items():
                assert rate.item() == pytest.approx(instant[field].item(), rel=1e-9, abs=1e-12), (name, field)
