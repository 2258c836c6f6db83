"""Processes of no biology, small enough that theory knows what they must do."""

from __future__ import annotations

from typing import ClassVar

import jax
import numpy as np

from skintwin.engine.flows import Emission, Flow, Movement, Spread, lose, produce
from skintwin.engine.grid import Grid
from skintwin.engine.march import Batch, March
from skintwin.engine.process import Context, Process, View
from skintwin.engine.system import System


class Decay(Process):
    """u̇ = light − k u, with the output ``glow`` = 2u and its spread signal ``haze``."""

    name = "decay"
    fields = ("u",)
    outputs: ClassVar = {"glow": 7.0, "haze": 0.0}
    signals = ("haze",)
    parameters = ("k",)

    def drive(self, s: View, p: View, c: Context) -> dict[str, object]:
        return {"glow": 2.0 * s.u}

    def emit(self, s: View, p: View, c: Context) -> dict[str, Emission]:
        return {"haze": Emission(s.u, 0.3)}

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        return [produce("u", c.inputs.light, "lit"), lose("u", p.k, "decayed")]


class Follower(Process):
    """v̇ = glow: reads what another process makes."""

    name = "follower"
    fields = ("v",)
    needs = ("glow",)

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        return [produce("v", s.glow)]


class Call(Process):
    """u̇ = g I²/(1 + I²) − k u: cells that call others by a signal I that spreads; light adds to u."""

    name = "call"
    fields = ("u",)
    outputs: ClassVar = {"haze": 0.0}
    signals = ("haze",)
    parameters = ("g", "k")

    def emit(self, s: View, p: View, c: Context) -> dict[str, Emission]:
        return {"haze": Emission(s.u, 0.3)}

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        called = p.g * s.haze**2 / (1.0 + s.haze**2)
        return [produce("u", called), produce("u", c.inputs.light, "lit"), lose("u", p.k, "decayed")]


class Front(Process):
    """Fisher's equation u̇ = r u(1 − u) + D ∇²u."""

    name = "front"
    fields = ("u",)
    parameters = ("r", "d")

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        return [produce("u", p.r * s.u), lose("u", p.r * s.u)]

    def movements(self, s: View, p: View, c: Context) -> list[Movement]:
        return [Spread("u", p.d, 0.02)]


class Noise(Process):
    """u̇ = a uniform number of this patch, pixel and step."""

    name = "noise"
    fields = ("u",)

    def flows(self, s: View, p: View, c: Context) -> list[Flow]:
        rate = jax.vmap(lambda key: jax.random.uniform(key, c.grid.shape, s.u.dtype))(c.keys)
        return [produce("u", rate)]


def look(view: View) -> dict[str, object]:
    return {name: getattr(view, name) for name in ("u", "glow", "haze") if name in view}


def batch_of(
    system: System, steps: int, patients: list[int], params: dict[str, dict[str, float]] | None = None, seed: int = 1,
    dtype: type = np.float32, **start: float,
) -> Batch:  # fmt: skip
    """Even fields at ``start`` and no light."""
    n = len(patients)
    return Batch(
        fields={name: np.full((n, *system.grid.shape), start.get(name, 0.0), dtype) for name in system.fields},
        maps={}, params={k: {s: np.full(n, v, dtype) for s, v in d.items()} for k, d in (params or {}).items()},
        inputs={"light": np.zeros((n, steps), dtype)}, patients=np.array(patients, np.int32), seed=seed,
    )  # fmt: skip


def final(system: System, batch: Batch, interval: int | None = None) -> dict[str, np.ndarray]:
    """Fields at the end."""
    machine, fields = March(system, look, interval or batch.steps), dict(batch.fields)
    for start in range(0, batch.steps, machine.interval):
        fields, _ = machine.advance(batch, fields, start)
    return {name: np.asarray(value) for name, value in fields.items()}


POINT = Grid(1, 1, 0.2)
