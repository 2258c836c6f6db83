"""The speed of the two fronts that patients see converges as the pixel, or the step, shrinks.

A strip of 12.8 mm, one pixel wide, with two patches in one batch: an active border that eats into full skin, and a
margin that grows into an empty lesion under steady light. Float64, so that differences are those of the grid.
"""

from __future__ import annotations

from functools import cache

import jax
import numpy as np
import pytest

from skintwin.engine.grid import Grid
from skintwin.engine.march import Batch, March
from skintwin.engine.system import System
from skintwin.mechanisms import mechanisms
from skintwin.skin.fields import MELANIN_STAGES
from tests.mechanisms.lab import Bench

LENGTH, EVERY = 12.8, 30.0
"""mm; days between looks at the position."""
WINDOWS = {"border": (1, 2), "margin": (2, 4)}
"""Months between which the speed is taken: the border is across the strip in four."""
PIXELS = (0.4, 0.2, 0.1, 0.05)
BOUND = {"border": 0.02, "margin": 0.003}
"""Error of the speed at 0.2 mm, relative, rounded up; docs/numerics.md gives the values."""


@cache
def speeds(pixel: float, dt: float = 0.5) -> dict[str, float]:
    """Speed at which cells are lost at the border, or gained at the margin, mm/day."""
    months = max(end for _, end in WINDOWS.values())
    system, batch = _strip(round(LENGTH / pixel), pixel, dt, days=months * EVERY)
    with jax.enable_x64(True):
        march = March(system, lambda view: {}, round(EVERY / dt))
        fields, filled = dict(batch.fields), []
        full = batch.maps["melanocyte_capacity"].max()
        for start in range(0, batch.steps, march.interval):
            fields, _ = march.advance(batch, fields, start)
            filled.append((np.asarray(fields["melanocytes"]) / full).sum(axis=(1, 2)) * pixel)
    at = np.array(filled)
    return {
        name: float(abs(at[end - 1, k] - at[begin - 1, k]) / (EVERY * (end - begin)))
        for k, (name, (begin, end)) in enumerate(WINDOWS.items())
    }


def _strip(n: int, pixel: float, dt: float, days: float) -> tuple[System, Batch]:
    bench, steps = Bench(n=2, days=days), round(days / dt)
    x = (np.arange(n) + 0.5) * pixel
    fields = {name: np.repeat(np.float64(value), n, axis=2) for name, value in bench.fields.items()}
    maps = {name: np.float64(value) for name, value in bench.maps.items()}
    maps["autoimmune_activity"][0] = 1.0
    fields["cd8"][0] += 60 / (1 + np.exp((x - 2.0) / 0.3))
    for name in ("melanocytes", *MELANIN_STAGES):
        fields[name][1] *= 1 / (1 + np.exp((x - 4.0) / 0.4))
    inputs = {name: np.zeros((2, steps)) for name in bench.inputs}
    inputs["sun"][1] = maps["med_sun"][1].item() * dt
    params = jax.tree.map(np.float64, bench.batch().params)
    batch = Batch(fields, maps, params, inputs, np.arange(2, dtype=np.int32))
    return System(mechanisms(), Grid(1, n, pixel), dt), batch


@pytest.mark.slow
@pytest.mark.parametrize("front", ["border", "margin"])
def test_speed_converges_as_the_pixel_shrinks(front: str) -> None:
    """Second order: each halving of the pixel changes the speed by a quarter of the change before."""
    v = np.array([speeds(pixel)[front] for pixel in PIXELS])
    change = np.diff(v)
    order = np.log2(change[:-1] / change[1:])
    limit = v[-1] + change[-1] / 3
    print(front, "mm/month", 30 * v, "order", order, "limit", 30 * limit, "error", v / limit - 1)
    assert np.all(order > 1.8)
    assert np.all(order < 2.3)
    assert abs(v[PIXELS.index(0.2)] / limit - 1) < BOUND[front]


@pytest.mark.slow
def test_speed_converges_as_the_step_shrinks() -> None:
    """The half-day step hardly changes the speed of either."""
    v = np.array([list(speeds(0.2, dt).values()) for dt in (0.5, 0.25, 0.125, 0.0625)])
    change = np.diff(v, axis=0)
    limit = v[-1] + change[-1] / 3
    print("mm/month", 30 * v, "ratio", change[:-1] / change[1:], "error of the default step", v[0] / limit - 1)
    assert np.all(np.abs(change[-1]) < np.abs(change[0]))
    assert abs(v[0, 0] / limit[0] - 1) < 0.01
    assert abs(v[0, 1] / limit[1] - 1) < 0.005
