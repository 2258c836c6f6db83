"""Where the time of a step goes, and what was tried to shorten it.

A part is measured by switching it off and compiling again; parts overlap in fused loops, so the shares need not
add up to one. A trial changes one thing, is checked to give the same fields, and takes turns with the original.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import jax
import jax.numpy as jnp
from clock import interleaved
from rig import Rig, make_rig

from skintwin.engine import system
from skintwin.engine.cosine_fourier import scaled_by_fourier
from skintwin.engine.grid import Grid
from skintwin.study.ensemble import BATCH


@contextmanager
def _instead(name: str, replacement: Callable[..., Any]) -> Iterator[None]:
    original = getattr(system, name)
    setattr(system, name, replacement)
    try:
        yield
    finally:
        setattr(system, name, original)


def shares(whole_step: Rig, repeats: int) -> list[dict[str, Any]]:
    """Cost of a step with one part off: ns per pixel-step, and the share that it took."""
    jobs: dict[str, Rig] = {"everything": whole_step}
    size = whole_step.size
    with _instead("screened_diffusion", lambda source, length, grid: source):
        jobs["signals not spread"] = make_rig(size, BATCH)
    with _instead("move", lambda field, movement, grid, dt: field):
        jobs["nothing moves"] = make_rig(size, BATCH)
        with _instead("screened_diffusion", lambda source, length, grid: source):
            jobs["neither: kinetics alone"] = make_rig(size, BATCH)
    timed = interleaved({name: rig.run for name, rig in jobs.items()}, repeats)
    ns = {name: 1e9 * timed[name].best / rig.pixel_steps() for name, rig in jobs.items()}
    whole = ns["everything"]
    return [{"name": name, "ns": v, "saved": 1 - v / whole} for name, v in ns.items()]


def trials(before: Rig, repeats: int) -> list[dict[str, Any]]:
    """Before and after of each idea: ns per pixel-step."""
    return [_fourier(before, repeats), _threads(before, repeats)]


def _trial(what: str, before: Rig, after: Rig, repeats: int) -> dict[str, Any]:
    fields = [rig.run()[0] for rig in (before, after)]
    gap = max(float(jnp.abs(fields[0][k] - fields[1][k]).max() / jnp.abs(fields[0][k]).max()) for k in fields[0])
    timed = interleaved({"before": before.run, "after": after.run}, repeats)
    ns = [1e9 * timed[name].best / before.pixel_steps() for name in ("before", "after")]
    return {"what": what, "before": ns[0], "after": ns[1], "gain": 1 - ns[1] / ns[0], "difference": f"{gap:.0e}"}


def _fourier(before: Rig, repeats: int) -> dict[str, Any]:
    def solve(source: jax.Array, length: jax.Array, grid: Grid) -> jax.Array:
        spread = (length / grid.pixel) ** 2
        return jnp.stack([scaled_by_fourier(one, a, grid) for one, a in zip(source, spread, strict=True)])

    with _instead("screened_diffusion", solve):
        after = make_rig(before.size, BATCH)
    return _trial("signals by Fourier transforms instead of products of half the size", before, after, repeats)


def _threads(rig: Rig, repeats: int) -> dict[str, Any]:
    rigs = [rig, rig]
    with ThreadPoolExecutor(2) as pool:
        timed = interleaved(
            {"one": lambda: [r.run() for r in rigs], "two": lambda: list(pool.map(lambda r: r.run(), rigs))}, repeats
        )
    ns = [1e9 * timed[name].best / (2 * rig.pixel_steps()) for name in ("one", "two")]
    what = "two threads, each with its own batch, against one batch after the other"
    return {"what": what, "before": ns[0], "after": ns[1], "gain": 1 - ns[1] / ns[0], "difference": "0"}
