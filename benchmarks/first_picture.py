"""Time from starting the demo to its first predicted picture, cold and warm.

The clock runs from the start of the process to the first ``arm*.jpg`` in the run's folder of pictures. The program
draws pictures when all arms are done, so this is nearly the whole run; when the first arm's draws are complete is
given beside it. Cold: a new process with empty JAX and Numba caches. Warm: a new process with the caches that the
cold run left. Compiled Python files exist in both.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DEMO = Path(__file__).parent.parent / "examples" / "halo_naevus.yaml"
PATIENCE = 300.0
"""Seconds after which a run is given up."""


def measure() -> dict[str, dict[str, float]] | None:
    """``cold`` and ``warm`` → seconds to ``picture`` and to ``arm``; None if the demo is not there or fails."""
    if not DEMO.exists():
        return None
    with tempfile.TemporaryDirectory() as folder:
        got = {name: _run(Path(folder), name) for name in ("cold", "warm")}
    return {name: value for name, value in got.items() if value is not None} if all(got.values()) else None


def _run(folder: Path, name: str) -> dict[str, float] | None:
    out = folder / name
    caches = {"JAX_COMPILATION_CACHE_DIR": str(folder / "jax"), "NUMBA_CACHE_DIR": str(folder / "numba")}
    command = [str(Path(sys.executable).parent / "skintwin"), "simulate", str(DEMO), "--out", str(out), "--quiet"]
    start, seen = time.perf_counter(), {}
    process = subprocess.Popen(
        command, env={**os.environ, **caches}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while "picture" not in seen and time.perf_counter() - start < PATIENCE:
            ended = process.poll() is not None
            now = time.perf_counter() - start
            if any(folder.glob(f"{name}*/parts/arm01-*")):
                seen.setdefault("arm", now)
            if any(folder.glob(f"{name}*/pictures/arm*.jpg")):
                seen["picture"] = now
            elif ended:
                break
            time.sleep(0.05)
    finally:
        process.terminate()
        process.wait()
    return seen if "picture" in seen else None
