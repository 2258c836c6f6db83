"""The whole set of mechanisms: halving the step quarters the error."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from skintwin.engine.grid import Grid
from skintwin.engine.march import Batch, March
from skintwin.engine.system import System
from skintwin.mechanisms import mechanisms
from tests.mechanisms.lab import Bench, column, observe

DAYS = 56


def end(dt: float) -> dict[str, np.ndarray]:
    """A half-populated, inflamed pixel with T cells and injected cells under smoothly changing sun."""
    bench, steps = Bench(days=DAYS), round(DAYS / dt)
    bench.fields["melanocytes"] *= 0.3
    bench.fields["melanoblasts"][:] = 50
    bench.fields["cd8"][:] = 5
    bench.fields["cd8_resident"][:] = 5
    bench.fields["msc"][:] = 2000
    bench.fields["infiltrate"][:] = 0.5
    bench.maps["autoimmune_activity"][:] = 0.3
    middle = (np.arange(steps) + 0.5) * dt
    sun = bench.maps["med_sun"][0, 0, 0] * 0.5 * (1 + np.sin(2 * np.pi * middle / 28)) * dt
    bench.inputs = {name: np.zeros((1, steps), np.float32) for name in bench.inputs} | {"sun": sun[None].astype("f4")}
    batch = bench.batch()
    doubled = jax.tree.map(lambda x: np.asarray(x, np.float64), (batch.fields, batch.maps, batch.params, batch.inputs))
    with jax.enable_x64(True):
        batch = Batch(*doubled, batch.patients, batch.seed)
        fields, _ = March(System(mechanisms(), Grid(1, 1, 0.2), dt), observe, steps).advance(batch, batch.fields, 0)
        assert {str(value.dtype) for value in fields.values()} == {"float64"}
    return {**{k: np.asarray(v) for k, v in fields.items()}, "column": column(fields)}


@pytest.mark.slow
def test_halving_the_step_quarters_the_error() -> None:
    """Differences between a step and its half, relative, in the norm over fields: their ratio goes to 4.

    Single fields may look better or worse at large steps, where orders cancel.
    """
    runs = [end(dt) for dt in (0.5, 0.25, 1 / 8, 1 / 16, 1 / 32, 1 / 64)]
    names = ("melanocytes", "melanoblasts", "column", "uv_late", "infiltrate", "cd8", "cd8_resident", "reserve")
    y = np.array([[run[name].item() for name in names] for run in runs])
    gap = np.abs(np.diff(y, axis=0)) / y[-1]
    norm = np.sqrt((gap**2).mean(axis=1))
    error = dict(zip(names, np.abs(y[0] / ((4 * y[-1] - y[-2]) / 3) - 1), strict=True))
    print("ratios of the norm", norm[:-1] / norm[1:], "of the fields", dict(zip(names, gap[-2] / gap[-1], strict=True)))
    print("error at half a day", error)
    # What is seen: cells and colour. (An infiltrate that has died away has a large relative error of nothing.)
    assert max(error["melanocytes"], error["column"]) < 1.5e-3
    assert np.all(norm[:-1] / norm[1:] > 3.3)
    assert norm[-2] / norm[-1] > 3.8
