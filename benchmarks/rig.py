"""The full mechanism set on a patch of any size, compiled and ready to march."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from skintwin.engine.compiled import options
from skintwin.engine.grid import Grid
from skintwin.engine.march import _advance, _begin, nothing
from skintwin.engine.system import System
from skintwin.evidence import ledger
from skintwin.mechanisms import mechanisms

STEPS_PER_YEAR = 730
"""Half-day steps."""
INTERVAL = 14
"""Steps between observations, as in a study (a week)."""
PIXEL = 0.2
"""mm."""


@dataclass(frozen=True)
class Rig:
    """A compiled march. ``run`` marches one interval and waits; ``traffic`` is bytes per pixel-step at least."""

    size: int
    batch: int
    compile_seconds: float
    run: Callable[[], object]
    traffic: float

    def pixel_steps(self) -> int:
        """Pixel-steps of one ``run``."""
        return self.size**2 * self.batch * INTERVAL

    def patch_years(self, seconds: float) -> float:
        """Patch-years per second when a ``run`` takes ``seconds``."""
        return self.batch * INTERVAL / STEPS_PER_YEAR / seconds


def make_rig(size: int, batch: int) -> Rig:
    """Build and compile (size, size) pixels × batch."""
    given = jax.device_put(arguments(size, batch))
    start = time.perf_counter()
    compiled = jax.jit(march_of(size), compiler_options=options()).lower(*given).compile()
    seconds = time.perf_counter() - start
    fields, maps = System(mechanisms(), Grid(size, size, PIXEL)).fields, given[1]
    whole = sum(v.size == batch * size * size for v in maps.values())
    # Every field is read and written once and every map is read once: no step can do with less.
    traffic = 4.0 * (2 * len(fields) + whole)
    return Rig(size, batch, seconds, lambda: jax.block_until_ready(compiled(*given)), traffic)


def march_of(size: int) -> Callable[..., object]:
    """One interval of all mechanisms on (size, size) pixels, ready for ``jax.jit``."""
    return partial(_advance, System(mechanisms(), Grid(size, size, PIXEL)), False, nothing, names=_inputs())


def _inputs() -> tuple[str, ...]:
    """Names of all inputs, in the order in which they are stacked."""
    return tuple({name: None for process in mechanisms() for name in process.inputs})


def arguments(n: int, b: int) -> tuple[object, ...]:
    """Skin with a depigmented disc, T cells at its border and injected cells: nothing is trivially zero.

    The numbers set the state, not the cost: no branch of a step depends on them.
    """
    book, system = ledger(), System(mechanisms(), Grid(n, n, PIXEL))
    y, x = np.mgrid[:n, :n] / n - 0.5
    disc = np.broadcast_to(1.0 / (1.0 + np.exp((0.3 - np.hypot(x, y)) / 0.05)), (b, n, n)).astype(np.float32)
    fields = dict.fromkeys(system.fields, 0.1 * disc)
    fields |= {"melanocytes": 1000 * disc, "treg": np.ones_like(disc), "cd8": 60 * disc * (1 - disc), "msc": 50 * disc}
    one = {
        "melanocyte_capacity": 1000, "melanogenesis_rate": 1e-4, "reference_melanin": 2, "med_sun": 300,
        "med_lamp": 5500, "lamp_limit": 1.5, "inflammation_pigment_gain": 1, "viable_transit": 14,
        "cornified_transit": 14, "lot_strength": 1, "autoimmune_activity": 1, "melanin_offset": 0,
    }  # fmt: skip
    # Maps of the patient are one number a patch; all others differ from pixel to pixel.
    maps = {name: disc for process in system.processes for name in process.maps}
    maps |= {name: np.full((b, 1, 1), value, np.float32) for name, value in one.items()}
    params = {
        m.name: {s: np.full(b, book.parameter(f"{m.name}.{s}").value, np.float32) for s in m.parameters}
        for m in system.processes
    }
    inputs = np.ones((INTERVAL, len(_inputs()), b), np.float32)
    now = dict(zip(_inputs(), inputs[0], strict=True))
    rest = (np.arange(b, dtype=np.int32), 0, jnp.int32(0))
    return jax.jit(partial(_begin, system))(fields, maps, params, now, *rest), maps, params, inputs, *rest
