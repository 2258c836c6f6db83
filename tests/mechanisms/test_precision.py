"""Single and double precision give the same course to rounding, and double precision is double throughout."""

from __future__ import annotations

from dataclasses import replace

import jax
import numpy as np
import pytest

from skintwin.engine.march import Batch, March
from skintwin.engine.system import System
from skintwin.skin.fields import MELANIN_STAGES
from tests.mechanisms.agreement import border, pixel_with_everything, refined, worst
from tests.mechanisms.lab import Bench

ROUNDING = 2e-5
"""Largest difference over a run, relative to each field's largest value: a step rounds at 6e-8, some hundreds of steps
add up, and what starts above a threshold (senescence above one MED of damage) shows it most."""
SCENES = {"pixel": pixel_with_everything, "patch": border}


def _course(system: System, batch: Batch, double: bool) -> dict[str, np.ndarray]:
    """Name → (times, ny, nx), weekly."""
    kind = np.dtype(np.float64 if double else np.float32)
    with jax.enable_x64(double):
        cast = {
            part: jax.tree.map(lambda x: np.asarray(x, kind), getattr(batch, part))
            for part in ("fields", "maps", "params", "inputs")
        }
        given = replace(batch, **cast)
        march = March(system, lambda view: {}, 14)
        seen = [dict(given.fields)]
        for start in range(0, given.steps, march.interval):
            seen.append(march.advance(given, seen[-1], start)[0])
        assert {np.asarray(value).dtype for fields in seen for value in fields.values()} == {kind}
    found = {name: np.stack([np.asarray(fields[name], np.float64)[0] for fields in seen]) for name in seen[0]}
    return found | {"column": sum(found[name] for name in MELANIN_STAGES)}


@pytest.mark.parametrize("name", ["pixel", pytest.param("patch", marks=pytest.mark.slow)])
def test_single_and_double_precision_agree_to_rounding(name: str) -> None:
    bench: Bench = SCENES[name]()
    system, batch = refined(bench, 1)
    double = _course(system, batch, True)
    gap = worst(_course(system, batch, False), double)
    print(name, "column", gap["column"], "melanocytes", gap["melanocytes"], max(gap, key=gap.get), max(gap.values()))
    assert max(gap.values()) < ROUNDING


@pytest.mark.slow
def test_double_precision_is_double_throughout() -> None:
    """A change of one part in 10^11, far below single precision, arrives after 50 days, in proportion.

    Were one operation on the way done in single precision, it would be lost or drowned in rounding of 10^-7.
    """
    bench = pixel_with_everything(days=50)
    system, batch = refined(bench, 1)

    def end(change: float) -> float:
        fields = {**batch.fields, "melanocytes": batch.fields["melanocytes"] * (1 + change)}
        return float(_course(system, replace(batch, fields=fields), True)["melanocytes"][-1].item())

    at_rest = end(0.0)
    answers = [(end(change) - at_rest) / change for change in (1e-5, 1e-8, 1e-11)]
    assert answers[1] == pytest.approx(answers[0], rel=1e-3)
    assert answers[2] == pytest.approx(answers[0], rel=1e-2)
