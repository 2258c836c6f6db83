"""Adding-doubling of iadpython and of skintwin on the same layered skin at the same directions, one core, one thread.

    python benchmarks/iadpython_race.py

Five layers, 41 wavelengths from 380 to 780 nm. iadpython knows layers only through ``rt_matrices``, from bottom to top,
and always has air below; so its own steps are called here without that surface (``layered_rt``), and the skin is one
whose ground is black in both programs. ``rt_matrices`` itself is timed too: it does no less work.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

POINTS = (8, 12, 16, 32)
"""Directions per hemisphere."""
REPEATS = 5
ONE = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMBA")}


def race() -> dict[str, Any]:
    """A row for each number of directions, made by a child process that is held to one core and one thread."""
    # A kernel of linear algebra that somebody chose for this machine may be slow: iadpython shall have the fastest.
    chosen = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    environment = {k: v for k, v in os.environ.items() if k not in chosen} | ONE
    command = [sys.executable, str(Path(__file__).resolve()), "--child"]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return {"rows": json.loads(done.stdout.splitlines()[-1]), "bands": 41, "layers": 5}


def sample(layers: Any, band: int, points: int, index: float) -> Any:
    """iadpython's sample of one wavelength, bottom to top."""
    import iadpython

    mu_a, mu_s, g, length = (v[::-1, band].copy() for v in (layers.mu_a, layers.mu_s, layers.g, layers.thickness))
    return iadpython.Sample(a=mu_s / (mu_a + mu_s), b=(mu_a + mu_s) * length, g=g, n=index, quad_pts=points)


def layered_rt(one: Any) -> float:
    """Reflectance, specular included, of layers under a surface with nothing below, by iadpython's own steps."""
    import iadpython

    one.update_quadrature()
    # Matrices of light from below (R) and upwards (T) of a stack that was given bottom to top: here they are the top's.
    seen, through = iadpython.simple_layer_matrices(one)
    surface = iadpython.start.boundary_layer(one, top=True)
    whole, *_ = iadpython.add_slide_above(one, *surface, seen, seen, through, through)
    return float(one.UX1_and_UXU(whole, through)[0])


def compare() -> list[dict[str, float]]:
    """Everything, in this process."""
    from skintwin.optics.emulator_data import EMULATED_NM
    from skintwin.optics.layers import LayeredSkin
    from skintwin.optics.quadrature import quadrature
    from skintwin.optics.spectra import refractive_index, skin_spectrum

    skin, n = LayeredSkin.reference(), refractive_index()
    layers, rows = skin.optical_layers(EMULATED_NM), []
    for points in POINTS:

        def own(points: int = points) -> np.ndarray:
            return skin_spectrum(skin, EMULATED_NM, points=points) + quadrature(points, n).specular

        def theirs(points: int = points) -> np.ndarray:
            return np.array([layered_rt(sample(layers, i, points, n)) for i in range(EMULATED_NM.size)])

        def call(points: int = points) -> None:
            for i in range(EMULATED_NM.size):
                one = sample(layers, i, points, n)
                one.update_quadrature()
                one.rt_matrices()

        seconds = _timed({"own": own, "theirs": theirs, "call": call})
        off = np.abs(own() - theirs())
        rows.append({
            "points": points, "off": float(off.max()), "off_mean": float(off.mean()),
            "own_ms": 1e3 * seconds["own"], "their_ms": 1e3 * seconds["theirs"], "call_ms": 1e3 * seconds["call"],
            "ratio": min(seconds["theirs"], seconds["call"]) / seconds["own"],
        })  # fmt: skip
    return rows


def _timed(jobs: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Processor seconds of each, the least of some repeats, taking turns."""
    best = dict.fromkeys(jobs, np.inf)
    for turn in range(REPEATS + 1):
        for name, job in jobs.items():
            start = time.process_time()
            job()
            best[name] = min(best[name], time.process_time() - start) if turn else np.inf
    return best


def text(found: dict[str, Any]) -> str:
    """What was found, for a screen."""
    lines = ["directions  differ by  skintwin, ms  iadpython  rt_matrices ratio"]
    for r in found["rows"]:
        times = f"{r['own_ms']:13.2f} {r['their_ms']:10.0f} {r['call_ms']:12.0f}"
        lines.append(f"{r['points']:10.0f} {r['off']:10.1e} {times} {r['ratio']:5.0f}")
    return "\n".join(lines)


if __name__ == "__main__":
    if "--child" in sys.argv:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        print(json.dumps(compare()))
    else:
        print(text(race()))
