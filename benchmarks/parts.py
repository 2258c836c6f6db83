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
import numpy as np
from clock import interleaved
from rig import Rig, make_rig

from skintwin.engine import diffusion, system
from skintwin.engine.grid import Grid
from skintwin.study.ensemble import BATCH


@contextmanager
def _instead(name: str, replacement: Callable[..., Any], module: Any = system) -> Iterator[None]:
    original = getattr(module, name)
    setattr(module, name, replacement)
    try:
        yield
    finally:
        setattr(module, name, original)


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
    return [_folded(before, repeats), _barriers(before, repeats), _threads(before, repeats)]


def _trial(what: str, before: Rig, after: Rig, repeats: int) -> dict[str, Any]:
    fields = [rig.run()[0] for rig in (before, after)]
    gap = max(float(jnp.abs(fields[0][k] - fields[1][k]).max() / jnp.abs(fields[0][k]).max()) for k in fields[0])
    timed = interleaved({"before": before.run, "after": after.run}, repeats)
    ns = [1e9 * timed[name].best / before.pixel_steps() for name in ("before", "after")]
    return {"what": what, "before": ns[0], "after": ns[1], "gain": 1 - ns[1] / ns[0], "difference": f"{gap:.0e}"}


def _folded(before: Rig, repeats: int) -> dict[str, Any]:
    with _instead("_dense", folded_dense, diffusion):
        after = make_rig(before.size, BATCH)
    return _trial("cosine products folded into even and odd halves", before, after, repeats)


def _barriers(before: Rig, repeats: int) -> dict[str, Any]:
    step = system.patankar_step

    def held(*arguments: Any) -> Any:
        new, tallies = step(*arguments)
        return jax.lax.optimization_barrier(new), tallies

    with _instead("patankar_step", held):
        after = make_rig(before.size, BATCH)
    return _trial("fields written out between kinetics and movement", before, after, repeats)


def _threads(rig: Rig, repeats: int) -> dict[str, Any]:
    rigs = [rig, rig]
    with ThreadPoolExecutor(2) as pool:
        timed = interleaved(
            {"one": lambda: [r.run() for r in rigs], "two": lambda: list(pool.map(lambda r: r.run(), rigs))}, repeats
        )
    ns = [1e9 * timed[name].best / (2 * rig.pixel_steps()) for name in ("one", "two")]
    what = "two threads, each with its own batch, against one batch after the other"
    return {"what": what, "before": ns[0], "after": ns[1], "gain": 1 - ns[1] / ns[0], "difference": "0"}


def folded_dense(source: jax.Array, gain: jax.Array, grid: Grid) -> jax.Array:
    """The dense solve with half the operations: even modes see u(x) + u(−x) only, odd modes u(x) − u(−x).

    Square patches with an even number of pixels a side.
    """
    n = grid.nx
    c = diffusion.cosine_matrix(n)[:, : n // 2]
    even, odd = (jnp.asarray(c[k::2], source.dtype) for k in (0, 1))
    order = np.r_[0:n:2, 1:n:2]

    def forward(u: jax.Array) -> jax.Array:
        left, right = u[..., : n // 2], u[..., n // 2 :][..., ::-1]
        return jnp.concatenate([_dot(left + right, even.T), _dot(left - right, odd.T)], axis=-1)

    def backward(m: jax.Array) -> jax.Array:
        e, o = _dot(m[..., : n // 2], even), _dot(m[..., n // 2 :], odd)
        return jnp.concatenate([e + o, (e - o)[..., ::-1]], axis=-1)

    modes = forward(jnp.swapaxes(forward(source), -1, -2))
    scaled = modes * jnp.swapaxes(gain, -1, -2)[..., order, :][..., order]
    return backward(jnp.swapaxes(backward(scaled), -1, -2))


def _dot(a: jax.Array, b: jax.Array) -> jax.Array:
    return jnp.dot(a, b, precision="highest")
