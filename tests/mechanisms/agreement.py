"""Scenes in which every mechanism works, run by the engine at any step and by the reference integrator."""

from __future__ import annotations

from functools import cache

import jax
import numpy as np

from skintwin.engine.grid import Grid
from skintwin.engine.march import Batch, March
from skintwin.engine.reference import Reference
from skintwin.engine.system import System
from skintwin.mechanisms import amounts, mechanisms
from skintwin.skin.fields import MELANIN_STAGES
from tests.mechanisms.lab import DT, Bench

LEVELS = {
    "plasmin_block": 0.5, "plasmin_block_topical": 0.3, "steroid": 0.5, "retinoid": 0.5, "jak_block": 1.0,
    "calcineurin_block": 0.7, "tyrosinase_inhibitor": 1.0, "occlusion": 1.0,
}  # fmt: skip
"""Medicines and a cover, all at once from day 0 to day 60: no plan, but nothing stands still. Others: 0.5."""
GIVEN = (
    ("cells", 14, 2e5), ("needles", 14, 1), ("graft", 21, 100), ("preparation", 21, 0.3), ("microneedling", 28, 1),
    ("topical_vesicles", 29, 1), ("topical_factors", 29, 1), ("topical_platelets", 29, 3), ("topical_cells", 30, 1e4),
    ("laser", 35, 0.5), ("cells", 42, 2e5), ("needles", 42, 1), ("platelets", 42, 0.3),
)  # fmt: skip
"""Input, day, amount, all in one step. Products go on a day after the microneedling: in the step of a microneedling
the model takes its channels as open at once, which is meant and has no limit for short steps."""
PLACE = {
    "autoimmune_activity": 0.3, "melasma_susceptibility": 1, "hormone": 0.5, "wheals": 0.05, "wheal_cover": 0.5,
    "needle_dots": 0.1, "topical_zone": 1, "needling_zone": 1, "laser_zone": 1, "graft_zone": 0.5, "lamp_limit": 1,
    "follicle_density": 0.5, "follicle_threshold": 0.1, "freckle": 0.1, "clone_full": 0.4, "visible_response": 1,
}  # fmt: skip


def pixel_with_everything(days: int = 98) -> Bench:
    """One diseased pixel: changing sun, lamp, medicines, injections, laser, graft."""
    bench = Bench(days=days)
    middle = (np.arange(bench.steps) + 0.5) * DT
    bench.fields["melanocytes"] *= 0.3
    for name, value in {"melanoblasts": 20, "cd8": 5, "cd8_resident": 5, "clone": 0.2}.items():
        bench.fields[name][:] = value
    for name, value in PLACE.items():
        bench.maps[name][:] = value
    bench.inputs["sun"][0] = 0.4 * bench.maps["med_sun"].item() * (1 + np.sin(2 * np.pi * middle / 28)) * DT
    bench.inputs["uv_filter"][0, 60:120] = 0.5
    bench.inputs["visible_filter"][0, 60:120] = 0.3
    _lamp(bench, range(7, days - 6, 7))
    for name, day, amount in (line for line in GIVEN if line[1] < days):
        bench.inputs[name][0, round(day / DT)] = amount
    for name in set(bench.inputs) - amounts() - {"uv_filter", "visible_filter"}:
        bench.inputs[name][0] = LEVELS.get(name, 0.5) * (1 - np.exp(-middle / 7)) * (middle < 60)
    for name in amounts() - {"sun", "lamp"} - {line[0] for line in GIVEN}:
        bench.inputs[name][0, round(min(42, days - 1) / DT)] = 1.0  # whatever a new mechanism wants
    return bench


def border(days: int = 21, n: int = 12) -> Bench:
    """n × n pixels: an active border, injected cells that climb, a wound, sun and lamp."""
    bench = Bench(shape=(n, n), days=days, follicles=True)
    y, x = (np.mgrid[:n, :n] + 0.5) / n
    full = 1 / (1 + np.exp(-(x - 0.5) / 0.05))
    for name in ("melanocytes", *MELANIN_STAGES):
        bench.fields[name] *= (0.02 + 0.98 * full).astype(np.float32)
    bench.fields["cd8"][:] = 120 * full * (1 - full)
    bench.fields["cd8_resident"][:] = 20 * (1 - full)
    bench.fields["msc"][:] = 2000 * np.exp(-((y - 0.35) ** 2 + (x - 0.5) ** 2) / 0.04)
    bench.fields["infiltrate"][:] = 0.5 * np.exp(-((y - 0.7) ** 2 + (x - 0.35) ** 2) / 0.05)
    bench.maps["autoimmune_activity"][:] = 1.0
    bench.maps["lamp_limit"][:] = 1.0
    bench.inputs["sun"][0] = 0.4 * bench.maps["med_sun"].flat[0] * DT
    _lamp(bench, range(0, days - 6, 7))
    return bench


def _lamp(bench: Bench, weeks: range) -> None:
    """Three sessions a week, half a minimal erythema dose each."""
    for week in weeks:
        for day in (0, 2, 4):
            bench.inputs["lamp"][0, round((week + day) / DT)] = 0.5 * bench.maps["med_lamp"].flat[0]


def refined(bench: Bench, parts: int) -> tuple[System, Batch]:
    """The bench in float64 with each half-day step cut into ``parts``; doses are shared out, levels are held."""
    given = bench.batch()
    inputs = {
        name: np.repeat(np.asarray(value, np.float64), parts, axis=1) / (parts if name in amounts() else 1)
        for name, value in given.inputs.items()
    }
    fields, maps, params = jax.tree.map(lambda x: np.asarray(x, np.float64), (given.fields, given.maps, given.params))
    system = System(mechanisms(), Grid(*bench.shape, 0.2), DT / parts)
    return system, Batch(fields, maps, params, inputs, given.patients, given.seed)


def by_engine(bench: Bench, parts: int, every: int) -> dict[str, np.ndarray]:
    """Name → (times, ny, nx) at each ``every`` half-day steps, marched at the step 1/2/parts day in float64."""
    system, batch = refined(bench, parts)
    with jax.enable_x64(True):
        march = March(system, lambda view: {}, every * parts)
        seen = [dict(batch.fields)]
        for start in range(0, batch.steps, march.interval):
            seen.append(march.advance(batch, seen[-1], start)[0])
        return _stacked([{k: np.asarray(v) for k, v in fields.items()} for fields in seen])


def by_reference(bench: Bench, every: int, **how: object) -> dict[str, np.ndarray]:
    """The same by the reference integrator."""
    system, batch = refined(bench, 1)
    return _stacked(Reference(system, amounts(), **how).run(batch, every))


def _stacked(seen: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    found = {name: np.stack([fields[name][0] for fields in seen]) for name in seen[0]}
    assert {value.dtype for value in found.values()} == {np.dtype(np.float64)}
    return found | {"column": sum(found[name] for name in MELANIN_STAGES)}


def worst(got: dict[str, np.ndarray], truth: dict[str, np.ndarray]) -> dict[str, float]:
    """Largest difference over pixels and times, relative to the largest value of the field; none where that is nothing
    but rounding."""
    return {
        name: float(np.abs(got[name] - value).max() / np.abs(value).max())
        for name, value in truth.items() if np.abs(value).max() > 1e-15
    }  # fmt: skip


SCENES = {"pixel": (pixel_with_everything, 1, 1e-8), "patch": (border, 2, 1e-7)}
"""Name → scene, half-day steps between comparisons, tolerance of the reference."""


@cache
def scene(name: str) -> tuple[Bench, int, dict[str, np.ndarray]]:
    """Bench, steps between comparisons, and the reference, found once."""
    make, every, tolerance = SCENES[name]
    bench = make()
    return bench, every, by_reference(bench, every, tolerance=tolerance)
